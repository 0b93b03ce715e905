"""The examples of the dialects' pages are run: each request gets the answer that stands below it, to the byte.

An example is a fence ``LANGUAGE request METHOD PATH`` and, right behind it, a fence ``LANGUAGE answer``. The examples
of a page run in order, on a fresh demonstration whose clock stands still and whose ids count from one.
"""

import re
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from tests.clock import FakeClock
from tests.gateway import inside
from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms

PAGES = Path(__file__).parents[2] / "docs" / "dialects"
FENCE = re.compile(
    r"^```(\w+) request (\w+) (\S+)\n(.*?)^```\n\s*^```(\w+) answer\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
ANY_FENCE = re.compile(r"^```\w+ (request|answer)\b", re.MULTILINE)
CONTENT_TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json", "text": "text/plain"}


# multipart bodies are no text: tests/e2e/test_upload.py shows them
WITHOUT: dict[str, list[str]] = {"prontosms": ["/xml/file.php"]}


class Example(NamedTuple):
    """A request and its answer, as the page shows them (without the line break at the end)."""

    language: str
    method: str
    path: str
    body: str
    answer: str


def examples(page: Path) -> list[Example]:
    return [
        Example(language, method, path, body.rstrip("\n"), answer.rstrip("\n"))
        for language, method, path, body, _, answer in FENCE.findall(page.read_text("utf-8"))
    ]


WITH_EXAMPLES = [page for page in sorted(PAGES.glob("*.md")) if ANY_FENCE.search(page.read_text("utf-8"))]


def test_there_are_pages_with_examples() -> None:
    assert [page.stem for page in WITH_EXAMPLES] != []


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.stem))
def test_every_request_has_its_answer(page: Path) -> None:
    marks = ANY_FENCE.findall(page.read_text("utf-8"))
    assert marks == ["request", "answer"] * len(examples(page))


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.stem))
async def test_the_examples_are_true(page: Path, installation: Path) -> None:
    async with inside(installation, clock=FakeClock()) as gateway:
        for example in examples(page):
            headers = [(b"content-type", CONTENT_TYPES[example.language].encode())]
            found = await gateway.ask(example.path, example.body.encode(), example.method, headers)
            assert found.status == 200
            charset = found.headers["content-type"].partition("charset=")[2] or "utf-8"
            assert found.body.decode(charset).rstrip("\n") == example.answer, f"{example.method} {example.path}"


@pytest.mark.parametrize("dialect", [prontosms, targetsms, smspager, mobilgroup], ids=lambda dialect: str(dialect.NAME))
def test_every_method_has_an_example(dialect: ModuleType) -> None:
    shown = {example.path.partition("?")[0] for example in examples(PAGES / f"{dialect.NAME}.md")}
    missing = [endpoint.paths[0] for endpoint in dialect.endpoints() if shown.isdisjoint(endpoint.paths)]
    assert missing == WITHOUT.get(dialect.NAME, [])
