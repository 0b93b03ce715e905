import os
import stat
from pathlib import Path

import pytest

from tolmach.store.folder import Folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_content_is_kept_under_a_random_name_for_its_owner_only(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "files")
    first, second = folder.put(b"one"), folder.put(b"one")
    assert first != second
    assert folder.get(first) == b"one"
    assert mode(folder.path) == 0o700
    assert mode(folder.path / first) == 0o600
    assert {name for name, _ in folder.names()} == {first, second}
    folder.drop(first)
    folder.drop(first)
    assert {name for name, _ in folder.names()} == {second}


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "/etc/passwd", "x.php", "\0"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = Folder(tmp_path / "files")
    folder.put(b"one")
    (tmp_path / "x").write_text("secret")
    with pytest.raises(FileNotFoundError):
        folder.get(name)
    with pytest.raises(FileNotFoundError):
        folder.drop(name)


def test_what_the_disk_does_not_take_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(tmp_path / "files")
    folder.put(b"one")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.put(b"two")
    assert len(list(folder.names())) == 1


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert list(Folder(tmp_path / "none").names()) == []
