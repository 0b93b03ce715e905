from pathlib import Path

from tests.cli.stage import Tolmach, complaint


def test_there_and_back(tolmach: Tolmach, tmp_path: Path) -> None:
    copy, new = str(tmp_path / "copy"), str(tmp_path / "new")
    told = tolmach("backup", copy).out
    assert told.startswith("copied: 0 messages, 1 accounts, 0 files, ")
    assert "exists already" in complaint(tolmach("backup", copy), 1)
    assert tolmach("restore", copy, "--data", new).out.startswith("restored: 0 messages, 1 accounts, 0 files, ")
    assert "--force puts it aside" in complaint(tolmach("restore", copy, "--data", new), 1)
    again = tolmach("restore", copy, "--force", "--data", new)
    assert again.code == 0
    assert again.err == f"tolmach: what was there is now in {new}.before-restore-1\n"


def test_nothing_to_copy(tolmach: Tolmach, tmp_path: Path) -> None:
    told = complaint(tolmach("backup", str(tmp_path / "copy"), "--data", str(tmp_path / "nowhere")), 1)
    assert told.startswith("there is no database ")
    nowhere = str(tmp_path / "nowhere")
    assert complaint(tolmach("restore", nowhere, "--force"), 1) == f"there is no directory {nowhere}"
    (tmp_path / "empty").mkdir()
    assert "no copy of an installation" in complaint(tolmach("restore", str(tmp_path / "empty"), "--force"), 1)
