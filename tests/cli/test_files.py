"""``tolmach file``."""

from pathlib import Path

import pytest

from tests.cli.stage import Tolmach, complaint, opened
from tolmach.core.ids import AccountId
from tolmach.store import files
from tolmach.store.files import StoredFile
from tolmach.store.folder import Folder


@pytest.fixture(autouse=True)
def _uploaded(data: Path) -> None:
    stored = Folder(data / "files").put(b"%PDF-1.7")
    row = StoredFile(0, AccountId(1), stored, "letter.pdf", "pdf", 8, "d", 1)
    with opened(data / "tolmach.sqlite") as database:
        database.write_now(lambda tx: files.add(tx, row))


def test_a_file_is_listed_shown_and_exported(tolmach: Tolmach, tmp_path: Path) -> None:
    assert "letter.pdf" in tolmach("file", "list").out
    assert [one["id"] for one in tolmach("file", "list", "--account", "demo", "--json").json] == [1]
    assert tolmach("file", "show", "1", "--json").json["called_by_the_client"] == "letter.pdf"
    assert "account: demo\n" in tolmach("file", "show", "1").out
    assert tolmach("file", "export", "1", "--to", str(tmp_path)).out == f"{tmp_path / 'file-1.pdf'}\n"
    assert (tmp_path / "file-1.pdf").read_bytes() == b"%PDF-1.7"
    assert "File exists" in complaint(tolmach("file", "export", "1", "--to", str(tmp_path)), 1)


@pytest.mark.parametrize("words", [["show", "9"], ["export", "9"], ["list", "--account", "nobody"]])
def test_what_is_not_there(tolmach: Tolmach, words: list[str]) -> None:
    assert "there is no" in complaint(tolmach("file", *words), 1)


def test_a_file_is_decided_on(tolmach: Tolmach) -> None:
    assert tolmach("file", "show", "1", "--json").json["state"] == "waits"
    assert "rejected" in tolmach("file", "reject", "1", "--by", "mia", "--reason", "no stamp").out
    shown = tolmach("file", "show", "1", "--json").json
    assert (shown["state"], shown["decided_by"], shown["reason"]) == ("rejected", "mia", "no stamp")
    tolmach("file", "approve", "1")
    assert "approved" in tolmach("file", "list").out
    assert "there is no file" in complaint(tolmach("file", "approve", "9"), 1)
