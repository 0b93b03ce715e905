"""Patterns of texts: ``/xml/list_patterns.php`` and ``/xml/patterns.php``.

    <patterns><pattern id_pattern="1" name="Code">Ваш код: #code#</pattern>
      <pattern number_pattern="1" name="Order">Заказ #number# готов</pattern></patterns>
    <delete_patterns><pattern id_pattern="2"/></delete_patterns>

    <pattern id_pattern="1">edit</pattern><pattern number_pattern="1" id_pattern="3">insert</pattern>
      <pattern id_pattern="2">delete</pattern>

All on one line.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tolmach.codecs import xmltree
from tolmach.core.commands import DropPattern, EditPatterns, ListPatterns, PutPattern
from tolmach.core.errors import Failure, RequestError
from tolmach.core.papers import LONGEST_FIELD, LONGEST_TEXT
from tolmach.core.results import Pattern, PatternEdited, PatternEditsResult, PatternsResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import NAME, PATTERN_EDITS
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

_BLOCKS: Final = ("patterns", "delete_patterns")


class ListOfPatterns(Refusing):
    """List the account's patterns."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/list_patterns.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[PatternsResult]:
        """Read who asks."""
        return Call(credentials(read_root(request), request), ListPatterns())

    def render(self, call: Call[PatternsResult], result: PatternsResult) -> WireResponse:
        """Write one ``<pattern>`` per pattern."""
        return on_one_line(map(_pattern, result.patterns))


class Patterns(Refusing):
    """Edit patterns; the echo of a call is the numbers as they were written."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/patterns.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[PatternEditsResult]:
        """Read the edits; whatever is wrong inside them is told only to an authenticated caller."""
        root = read_root(request)
        login = credentials(root, request)
        found = [one for block in root.iterchildren(*_BLOCKS) for one in block.iterchildren("pattern")]
        try:
            edits = tuple(map(_edit, found))
        except RequestError as fault:
            return Call(login, EditPatterns(()), fault=fault)
        echo = tuple((one.get("number_pattern"), one.get("id_pattern")) for one in found)
        return Call(login, EditPatterns(edits), echo=echo)

    def render(self, call: Call[PatternEditsResult], result: PatternEditsResult) -> WireResponse:
        """Write one ``<pattern>`` per edit, in the order of the document."""
        return on_one_line(map(_answer, call.echo, result.items))


def _pattern(pattern: Pattern) -> str:
    name, text = xmltree.attribute(pattern.name), xmltree.escape(pattern.text.replace("\n", "\\n"))
    return f'<pattern id_pattern="{pattern.id}" name="{name}">{text}</pattern>'


def _edit(element: "etree._Element") -> PutPattern | DropPattern:
    parent = element.getparent()
    assert parent is not None
    reference = (element.get("id_pattern") or "").strip()
    if parent.tag == "delete_patterns":
        return DropPattern(reference)
    name = element.get("name")
    text = xmltree.text_of(element).strip().replace("\\n", "\n").replace("\r\n", "\n")
    if len(name or "") > LONGEST_FIELD or len(text) > LONGEST_TEXT:
        raise RequestError(Failure.BAD_FIELD, "a name or a text is too long")
    return PutPattern(reference or None, name, text or None)


def _answer(written: tuple[str | None, str | None], item: PatternEdited) -> str:
    number, id_ = written
    shown = {"number_pattern": number, "id_pattern": str(item.id) if item.id is not None else id_}
    head = "".join(f' {name}="{xmltree.attribute(value)}"' for name, value in shown.items() if value is not None)
    return f"<pattern{head}>{PATTERN_EDITS[item.edit]}</pattern>"
