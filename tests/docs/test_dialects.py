"""The pages of the dialects name every address and every word that the code answers with."""

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms
from tolmach.dialects.mobilgroup import vocabulary as mobilgroup_words
from tolmach.dialects.prontosms import vocabulary as prontosms_words
from tolmach.dialects.smspager import vocabulary as smspager_words
from tolmach.dialects.targetsms import vocabulary as targetsms_words

PAGES = Path(__file__).parents[2] / "docs" / "dialects"
DIALECTS = [prontosms, targetsms, smspager, mobilgroup]


def page(dialect: ModuleType) -> str:
    return (PAGES / f"{dialect.NAME}.md").read_text()


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: str(dialect.NAME))
def test_every_address_is_described(dialect: ModuleType) -> None:
    paths = [path for endpoint in dialect.endpoints() for path in endpoint.paths]
    assert [path for path in paths if f"`{path}`" not in page(dialect)] == []


@pytest.mark.parametrize(
    ("dialect", "words"),
    [
        (prontosms, {*prontosms_words.FAILURES.values(), *prontosms_words.REJECTIONS.values()}),
        # its other errors are those of its version 1, to whose page it refers
        (targetsms, {*targetsms_words.REJECTIONS.values()} - {*prontosms_words.REJECTIONS.values()}),
        (smspager, {answer.code for answer in smspager_words.FAILURES.values()}),
        (mobilgroup, {f"| {number} |" for number in mobilgroup_words.FAILURES.values()}),
    ],
    ids=["prontosms", "targetsms", "smspager", "mobilgroup"],
)
def test_every_error_is_described(dialect: ModuleType, words: Iterable[str]) -> None:
    text = page(dialect)
    assert [word for word in words if word not in text] == []
