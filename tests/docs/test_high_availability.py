"""The files of a cluster that the documentation shows are those in deploy, of which the tests make theirs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations" / "high-availability.md").read_text()
FILES = sorted((ROOT / "deploy" / "high-availability").iterdir())


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_the_page_shows_the_file(file: Path) -> None:
    assert file.read_text() in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
