from pathlib import Path

import pytest

from tolmach.store.durable import sync


def test_files_and_folders_are_synced(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    sync(tmp_path / "file")
    sync(tmp_path)


def test_what_is_not_there_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sync(tmp_path / "file")
