"""Each promise names tests that exist, and the two READMEs promise the same."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.ru.md")
TEST = re.compile(r"\[(test_\w+)\]\((tests/[\w/]+\.py)\)")
PLACE = re.compile(r"\]\((?!README)([^)]+)\)")


def promises(page: str) -> list[list[tuple[str, str]]]:
    """Return the tests that each row of a page's promises names."""
    text = (ROOT / page).read_text()
    rows = [line for line in text.splitlines() if line.startswith("|") and "](tests/" in line]
    return [TEST.findall(row) for row in rows]


def test_the_pages_promise_the_same() -> None:
    english, russian = map(promises, PAGES)
    assert english == russian
    assert len([tests for tests in english if tests]) >= 9


def test_the_pages_lead_to_the_same_places() -> None:
    english, russian = (
        [re.sub(r"-(en|ru)\.png$", ".png", place) for place in PLACE.findall((ROOT / page).read_text())]
        for page in PAGES
    )
    assert english == russian


@pytest.mark.parametrize(("test", "file"), sorted({named for row in promises(PAGES[0]) for named in row}))
def test_a_named_test_is_there(test: str, file: str) -> None:
    assert re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text(), re.MULTILINE)
