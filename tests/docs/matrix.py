"""The feature matrix, found out by asking the code: a field is read when a request without it means something else.

`scripts/matrix` writes docs/dialects/matrix.md; a test compares the two.
"""

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from lxml import etree

from tests.dialects.prontosms.test_multipart import TYPE, form, named
from tests.docs.samples import SAME_AS, SAMPLES, TITLES, Sample
from tolmach.core.errors import RequestError
from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms
from tolmach.dialects.contract import Endpoint
from tolmach.wire import WireRequest

PAGE = Path(__file__).parents[2] / "docs" / "dialects" / "matrix.md"
ENDPOINTS: Mapping[str, Endpoint[Any]] = {
    path: one
    for dialect in (prontosms, targetsms, smspager, mobilgroup)
    for one in dialect.endpoints()
    for path in one.paths
}
HEAD = """# What each dialect reads

Every method, every field that its manual or a program that uses it knows, and whether Tolmach reads it. A field is an
element (`message/text`), an attribute (`abonent@phone`) or a parameter; the root and `security` are left out of names.
What is not read is ignored. The table is made by `scripts/matrix`, which leaves out one field at a time and looks
whether the request still means the same; a test holds it equal to the code.
"""
# who asks stands in one method's table for all
CALLERS = ("login", "password", "security", "token", "user_id", "user", "pwd", "command")


def meaning(sample: Sample, document: "etree._Element | Mapping[str, str]") -> str:
    """Return what a request comes to, as text that can be compared."""
    try:
        call = ENDPOINTS[sample.path].parse(_request(sample, document))
    except RequestError as error:
        return f"{error.failure}"
    fault = call.fault.failure if call.fault is not None else None
    # a password is no part of what credentials are printed as
    return repr((type(call.credentials), dataclasses.astuple(call.credentials), call.command, call.echo, fault))


def fields(sample: Sample) -> dict[str, bool]:
    """Return the fields of a method, in order, and whether each is read."""
    found: dict[str, bool] = {}
    for document in sample.documents:
        pieces = _without_parameters(document) if isinstance(document, Mapping) else _without_pieces(document)
        whole = meaning(sample, document if isinstance(document, Mapping) else etree.fromstring(document))
        for name, rest in pieces:
            found[name] = found.get(name, False) or meaning(sample, rest) != whole
    return found


def page() -> str:
    """Return the page."""
    return HEAD + "".join(_section(dialect) for dialect in TITLES)


def _section(dialect: str) -> str:
    note = f"\n{SAME_AS[dialect]}\n" if SAME_AS[dialect] else ""
    lines = [f"\n## {TITLES[dialect]}\n{note}\n| method | field | read |\n|---|---|---|\n"]
    for sample in SAMPLES:
        if sample.dialect == dialect:
            lines += [
                f"| {sample.title} | `{name}` | {'yes' if read else '**no**'} |\n"
                for name, read in shown(sample).items()
            ]
    return "".join(lines)


def shown(sample: Sample) -> dict[str, bool]:
    """Return the fields that the matrix shows of a method: who asks only where nothing else is asked."""
    found = fields(sample)
    if sample.caller or isinstance(sample.documents[0], Mapping):
        return found
    return {name: read for name, read in found.items() if name.split("/")[0] not in CALLERS}


def _request(sample: Sample, document: "etree._Element | Mapping[str, str]") -> WireRequest:
    if not isinstance(document, Mapping):
        return WireRequest("POST", sample.path, body=etree.tostring(document, encoding="utf-8"))
    if sample.multipart:
        parts = [
            (named(name, "; filename=x" if name == "file" else ""), value.encode()) for name, value in document.items()
        ]
        return WireRequest("POST", sample.path, headers={"content-type": TYPE}, body=form(*parts))
    return WireRequest("GET", sample.path, urlencode(document))


def _without_parameters(document: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for name in document:
        yield name, {key: value for key, value in document.items() if key != name}


def _without_pieces(document: str) -> "Iterator[tuple[str, etree._Element]]":
    """Yield each attribute and each text of a document by name, and the document without it."""
    root = etree.fromstring(document)
    for number, element in enumerate(root.iter()):
        name = name_of(element)
        if element is root:
            continue
        if (element.text or "").strip() or (not len(element) and not element.attrib):
            yield name, _changed(root, number, _removed)
        for attribute in element.attrib:
            yield f"{name}@{attribute!s}", _changed(root, number, lambda one, key=attribute: one.attrib.pop(key))


def _removed(element: "etree._Element") -> None:
    """Take an element's text away, and a plain element wholly."""
    parent = element.getparent()
    if element.attrib or len(element) or parent is None:
        element.text = None
    else:
        parent.remove(element)


def _changed(root: "etree._Element", number: int, change: Any) -> "etree._Element":
    other = copy.deepcopy(root)
    change(list(other.iter())[number])
    return other


def name_of(element: "etree._Element") -> str:
    """Return the path of an element below the root."""
    path = [element.tag, *(one.tag for one in element.iterancestors())]
    return "/".join(reversed([str(tag) for tag in path[:-1]]))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
