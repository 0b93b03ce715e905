"""JSON documents as the trees that the engine's methods read, and their answers as JSON.

    {"security": {"login": "demo", "password": "demo"}, "type": "state", "get_state": ["10"]}

    <request type="state"><security><login value="demo"/><password value="demo"/></security>
      <get_state><id_sms>10</id_sms></get_state></request>

    <state id_sms="10" time="" num_parts="2" price="1.15">send</state>

    {"state": [{"id_sms": "10", "time": "", "num_parts": "2", "price": "1.15", "state": "send"}]}

So no method has a second reader or writer: a `Form` says how an object becomes an element, a `Shape` what the rows of
an answer are called. Every value of an answer is a string, as in the documentation of the JSON interface.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from tolmach.codecs import xmltree
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.engine.vocabulary import BAD_JSON, FAILURES
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

HEADERS: Final[Mapping[str, str]] = {"content-type": "application/json; charset=utf-8"}
DEEPEST: Final = 16
_NAME: Final = re.compile(r"(?!xml)[a-z_][a-z0-9_.-]{0,63}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """How a JSON value becomes an element ``tag`` (inside an element ``block``, around all of a list).

    The plain values of an object are attributes, or elements where ``elements`` says so and ``attributes`` does not
    name them; the value under ``text`` is the element's text. A value that is no object is the attribute ``scalar``, or
    the text. ``inner`` has the forms of keys that hold objects or lists; what it does not name keeps its own name. What
    stands under a key of ``verbatim`` stays JSON.
    """

    tag: str
    block: str = ""
    text: str = ""
    scalar: str = ""
    elements: bool = False
    attributes: frozenset[str] = frozenset()
    inner: Mapping[str, "Form"] = field(default_factory=dict)
    verbatim: frozenset[str] = frozenset()


SECURITY: Final = Form(
    "security", elements=True, inner={name: Form(name, scalar="value") for name in ("login", "password", "token")}
)


@dataclass(frozen=True, slots=True)
class Row:
    """An element that repeats: the list it belongs to, and the name of its text; "": it is its text, if that is all."""

    key: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer's rows are called, by element; elements of ``around`` give the answer their attributes."""

    rows: Mapping[str, Row] = field(default_factory=dict)
    around: frozenset[str] = frozenset()


def read_object(request: WireRequest) -> dict[str, Any]:
    """Return the object in the body. RequestError: EMPTY_BODY, or MALFORMED for anything but an object in UTF-8."""
    if xmltree.is_blank(request.body):
        raise RequestError(Failure.EMPTY_BODY)
    try:
        # not orjson: it reads a number of twenty digits, which a client may use for an id, as a fraction
        found = json.loads(request.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RequestError(Failure.MALFORMED, "no JSON") from None
    if not isinstance(found, dict):
        raise RequestError(Failure.MALFORMED, "not a JSON object")
    return found


def document(form: Form, value: Mapping[str, Any]) -> bytes:
    """Return the XML document that says the same; MALFORMED for what nests too deep."""
    inner = _element(form, value, 0)
    return (inner if form.tag == "request" else f"<request>{inner}</request>").encode()


def in_json(response: WireResponse, shape: Shape) -> WireResponse:
    """Turn an answer of a method, or its error, into JSON."""
    root = xmltree.parse(response.body).root
    error = xmltree.child_text(root, "error")
    return written(_answer(root, shape) if error is None else {"error": json_words(error)}, response.status)


def written(answer: Mapping[str, Any], status: int = 200) -> WireResponse:
    """Write an object."""
    return WireResponse(status, HEADERS, orjson.dumps(answer))


def json_words(error: str) -> str:
    """Return the words of an error as the JSON interface has them."""
    return BAD_JSON if error == FAILURES[Failure.MALFORMED] else error


def row(element: "etree._Element", text: str = "") -> dict[str, Any]:
    """Return an element as an object: its attributes, its children by name, and its text.

    The text stands under ``text``, even an empty one; without a name for it under ``value``, if there is any.
    """
    found: dict[str, Any] = {str(name): str(value) for name, value in element.attrib.items()}
    for child in element:
        found.setdefault(str(child.tag), []).append(row(child))
    words = xmltree.text_of(element)
    if text or words.strip():
        found[text or "value"] = words
    return found


def _element(form: Form, value: Any, depth: int) -> str:
    if depth > DEEPEST:
        raise RequestError(Failure.MALFORMED, "nested too deep")
    if isinstance(value, dict):
        return _object(form, value, depth)
    words = _plain(value)
    if form.scalar:
        return f'<{form.tag} {form.scalar}="{xmltree.attribute(words)}"/>'
    return f"<{form.tag}>{xmltree.escape(words)}</{form.tag}>"


def _object(form: Form, value: Mapping[str, Any], depth: int) -> str:
    """Names that are none in XML, and nulls, are left out like anything else that no method asks for."""
    attributes, children = "", ""
    for key, one in value.items():
        if one is None or not _NAME.fullmatch(key) or key == form.text:
            continue
        if key in form.verbatim:
            children += f"<{key}>{xmltree.escape(one if isinstance(one, str) else _as_json(one))}</{key}>"
        elif key in form.inner or isinstance(one, dict | list):
            children += _list(form.inner.get(key) or Form(key), one, depth)
        elif form.elements and key not in form.attributes:
            children += f"<{key}>{xmltree.escape(_plain(one))}</{key}>"
        else:
            attributes += f' {key}="{xmltree.attribute(_plain(one))}"'
    text = xmltree.escape(_plain(value.get(form.text) or "")) if form.text else ""
    return f"<{form.tag}{attributes}>{text}{children}</{form.tag}>"


def _list(form: Form, value: Any, depth: int) -> str:
    """One object may stand for a list of one; PHP makes an object with numbers for names of a list with a gap."""
    if isinstance(value, dict) and value and all(key.isdecimal() for key in value):
        value = list(value.values())
    items = value if isinstance(value, list) else [value]
    inner = "".join([_element(form, one, depth + 1) for one in items if one is not None])
    return f"<{form.block}>{inner}</{form.block}>" if form.block else inner


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return str(value)
    raise RequestError(Failure.MALFORMED, "a list where a value is expected")


def _as_json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise RequestError(Failure.MALFORMED, "nested too deep") from None


def _answer(root: "etree._Element", shape: Shape) -> dict[str, Any]:
    """A list that can have rows is there without any, too."""
    found: dict[str, Any] = {} if shape.around else {one.key: [] for one in shape.rows.values()}
    for element in root:
        if element.tag in shape.around:
            found |= {str(name): str(value) for name, value in element.attrib.items()}
            found |= {one.key: [] for one in shape.rows.values()}
            for inner in element:
                _add(found, inner, shape)
        else:
            _add(found, element, shape)
    return found


def _add(found: dict[str, Any], element: "etree._Element", shape: Shape) -> None:
    tag = str(element.tag)
    known = shape.rows.get(tag)
    if known is not None:
        simple = not known.text and not element.attrib and not len(element)
        found.setdefault(known.key, []).append(xmltree.text_of(element) if simple else row(element, known.text))
    else:
        found[tag] = row(element) if element.attrib or len(element) else xmltree.text_of(element)
