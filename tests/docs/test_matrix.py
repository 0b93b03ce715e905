"""The feature matrix is what the code does, and the code reads nothing that the matrix does not have."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from lxml import etree

from tests.docs.matrix import CALLERS, ENDPOINTS, PAGE, fields, meaning, name_of, page, shown
from tests.docs.samples import SAME_AS, SAMPLES, Sample

DIALECTS = Path(__file__).parents[2] / "src" / "tolmach" / "dialects"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{1,40}")
AT_ONCE, PARTS_AT_ONCE = 100, 5  # attributes of one element, parts of a form
OPEN = {"message/templateData"}  # whatever stands in it is read
NOT_READ = {
    "`/xml/`": {"message/abonent@phone_id"},
    "`/send.xml`": {"channel", "use_alfasource", "discountID", "check"},
}


def test_the_page_is_what_the_code_does() -> None:
    assert PAGE.read_text("utf-8") == page(), "scripts/matrix writes it anew"


def test_what_is_not_read_is_known() -> None:
    unread = {sample.title: {name for name, read in shown(sample).items() if not read} for sample in SAMPLES}
    assert {title: names for title, names in unread.items() if names} == NOT_READ


def test_every_method_is_in_the_matrix() -> None:
    covered = {id(ENDPOINTS[sample.path]) for sample in SAMPLES}
    missing = {one.paths[0]: one.dialect for one in ENDPOINTS.values() if id(one) not in covered}
    assert [path for path, dialect in missing.items() if f"`{path}`" not in SAME_AS[dialect]] == []


def names(sample: Sample) -> list[str]:
    """Every word of the dialect's code that could be the name of a field."""
    sources = [*(DIALECTS / sample.dialect).glob("*.py"), *(DIALECTS / "engine").glob("*.py")]
    trees = [ast.parse(source.read_text("utf-8")) for source in sources]
    words = (node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    found = {word for text in words if isinstance(text, str) and len(text) < 400 for word in NAME.findall(text)}
    return sorted(word for word in found - {*CALLERS, "api_key"} if not word.lower().startswith("xml"))


def with_more(document: str, more: list[str], known: Mapping[str, bool]) -> "Iterator[tuple[str, etree._Element]]":
    """Yield the document with more attributes, or more children, on each of its elements in turn."""
    for number in range(sum(1 for _ in etree.fromstring(document).iter())):
        for kind in ("@", "/"):
            root = etree.fromstring(document)
            element = list(root.iter())[number]
            path = name_of(element)
            if path in OPEN:
                continue
            # an element of the document in another place may be taken for the real one
            taken = {str(one.tag) for one in root.iter()} if kind == "/" else {str(one) for one in element.attrib}
            for name in more:
                where = f"{path}{kind}{name}".removeprefix("/")
                if name in taken or any(key == where or key.startswith((f"{where}/", f"{where}@")) for key in known):
                    continue
                if kind == "@":
                    element.set(name, "7")
                else:
                    etree.SubElement(element, name).text = "7"
            yield f"{path}{kind}", root


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.dialect}-{sample.title}")
def test_nothing_else_is_read(sample: Sample) -> None:
    known, words = everything_read_at(sample.path), names(sample)
    for document in sample.documents:
        if isinstance(document, Mapping):
            unknown = [name for name in words if name not in known]
            for start in range(0, len(unknown), PARTS_AT_ONCE):
                more = {**dict.fromkeys(unknown[start : start + PARTS_AT_ONCE], "7"), **document}
                assert known_part(meaning(sample, more)) == known_part(meaning(sample, document))
            continue
        whole = meaning(sample, etree.fromstring(document))
        for start in range(0, len(words), AT_ONCE):
            for where, other in with_more(document, words[start : start + AT_ONCE], known):
                assert meaning(sample, other) == whole, f"something of {where}"


def everything_read_at(path: str) -> dict[str, bool]:
    """Return the fields of an address, whichever of its methods reads them."""
    return {name: read for sample in SAMPLES if sample.path == path for name, read in fields(sample).items()}


def known_part(told: str) -> str:
    """Leave out what tells two requests apart whatever they say."""
    return re.sub(r"once=(?:'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")", "", told)
