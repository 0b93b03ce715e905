"""Places: where a value stands in an answer, and {placeholders} in a request. The two halves of generic providers."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, quote, quote_plus

import orjson
from lxml import etree

from tolmach.codecs import xmltree
from tolmach.providers.http_contract import UnclearError

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f]")


def in_url(template: str, values: Mapping[str, str]) -> str:
    """Fill a URL in; nothing that is put in can end its part of the URL."""
    return _fill(template, values, lambda value: quote(value, safe=""))


def in_header(template: str, values: Mapping[str, str]) -> str:
    """Fill a header in; line breaks and other control characters are dropped."""
    return _fill(template, values, lambda value: _BREAKS.sub("", value))


def in_body(template: str, values: Mapping[str, str], form: str) -> str:
    """Fill a body in that is a form, JSON (placeholders stand inside quotes) or XML."""
    escapes = {"form": quote_plus, "json": _json, "xml": xmltree.attribute}
    return _fill(template, values, escapes[form])


def find(place: str, body: bytes, query: str = "") -> str | None:
    """Return what stands at a place, None when there is nothing; `UnclearError` when the body has not that form."""
    kind, _, where = place.partition(":")
    if kind == "json":
        return _in_json(where, body)
    if kind == "xml":
        return _in_xml(where, body)
    if kind == "query":
        given = parse_qs(query, keep_blank_values=True) | parse_qs(_text(body), keep_blank_values=True)
        return given[where][0] if where in given else None
    match = re.search(where, _text(body))
    return None if match is None else match[match.lastindex or 0]


def _fill(template: str, values: Mapping[str, str], escape: Any) -> str:
    return _PLACEHOLDER.sub(lambda match: escape(values.get(match[1], "")), template)


def _json(value: str) -> str:
    return orjson.dumps(value).decode()[1:-1]


def _in_json(path: str, body: bytes) -> str | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise UnclearError("the answer is no JSON") from None
    for step in path.split("."):
        value = _step(value, step)
    if value is None or isinstance(value, dict | list):
        return None
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _step(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 6:
        return value[int(step)] if int(step) < len(value) else None
    return None


def _in_xml(path: str, body: bytes) -> str | None:
    try:
        root = xmltree.parse(body).root
    except xmltree.XmlError as error:
        raise UnclearError(f"the answer is no XML ({error.code})") from None
    try:
        found: Any = etree.XPath(path)(root)
    except etree.XPathError:
        raise UnclearError(f"xml:{path} is no XPath") from None
    if isinstance(found, list):
        found = found[0] if found else None
    if isinstance(found, etree._Element):
        return xmltree.text_of(found)
    return None if found is None else str(found)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
