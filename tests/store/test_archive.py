from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from tolmach.store.archive import Archive, ArchiveInUseError, Form, FormMissingError, open_archive, read_jsonl

RECORDS: list[dict[str, Any]] = [
    {"id": 10, "account": "shop", "campaign": None, "steps": [{"text": "Привет"}], "legs": []},
    {"id": 20, "account": "shop", "campaign": 7, "steps": [], "legs": [{"status": "delivered"}]},
]


def test_lines_are_read_again(tmp_path: Path) -> None:
    path = Archive(tmp_path / "archive", Form.JSONL).write("shop/../x", "2026-03", RECORDS)
    assert path == tmp_path / "archive/2026-03/shop____x-10-20.jsonl.gz"
    assert read_jsonl(path) == RECORDS
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_the_same_messages_are_the_same_file(tmp_path: Path) -> None:
    """A process that died between writing and deleting writes them once more."""
    archive = Archive(tmp_path, Form.JSONL)
    assert archive.write("shop", "2026-03", RECORDS) == archive.write("shop", "2026-03", RECORDS)


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    archive, other = Archive(tmp_path / "archive", Form.JSONL), Archive(tmp_path / "archive", Form.JSONL)
    with archive.alone(), pytest.raises(ArchiveInUseError, match="leaving already"), other.alone():
        pytest.fail("two at a time")
    with other.alone():
        pass


def test_parquet_is_read_again(tmp_path: Path) -> None:
    path = Archive(tmp_path, Form.PARQUET).write("shop", "2026-03", RECORDS)
    rows = parquet.read_table(str(path)).to_pylist()
    assert [row["id"] for row in rows] == [10, 20]
    assert rows[0]["steps"] == '[{"text":"Привет"}]'


def test_parquet_files_are_read_together(tmp_path: Path) -> None:
    """Also those that have no campaign at all, as those of an account that sends none."""
    archive = Archive(tmp_path, Form.PARQUET)
    paths = [archive.write("shop", "2026-03", [record]) for record in RECORDS]
    rows = parquet.read_table(str(paths[0].parent)).to_pylist()
    assert [row["campaign"] for row in rows] == [None, 7]


def test_a_form_that_cannot_be_written_is_told_before_anything_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_archive(tmp_path, None) is None
    assert isinstance(open_archive(tmp_path, "jsonl"), Archive)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(FormMissingError, match=r"pip install 'tolmach\[parquet\]'"):
        open_archive(tmp_path, "parquet")
