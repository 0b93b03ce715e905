"""The JSON form of an answer: ``/API/XML/*.php?returnType=json``.

    <data><code>1</code><descr>...</descr><to number="1">a</to></data>

    {"data": {"code": "1", "descr": "...", "to": {"@attributes": {"number": "1"}, "@value": "a"}}}

The rules are those of the clients, which read what PHP makes of the XML: an element that stands once is its value, one
that repeats is a list; attributes stand under ``@attributes``, the text beside them under ``@value``; an empty element
is "".
"""

from typing import Any
from urllib.parse import parse_qs

import orjson
from lxml import etree

from tolmach.codecs import xmltree
from tolmach.wire import WireRequest, WireResponse

_HEADERS = {"content-type": "application/json; charset=utf-8"}
_FOLDER = "/API/XML/"


class Dressed:
    """An endpoint that answers in JSON when it is asked to."""

    def dress(self, request: WireRequest, response: WireResponse) -> WireResponse:
        """Return the answer in the form that the request asks for."""
        return in_json(response) if wants_json(request) else response


def wants_json(request: WireRequest) -> bool:
    """Tell whether a request asks for JSON: only the second family of addresses knows the parameter."""
    if "returnType" not in request.query or _FOLDER not in request.path.replace("//", "/"):
        return False
    return parse_qs(request.query).get("returnType", [""])[-1].lower() == "json"


def in_json(response: WireResponse) -> WireResponse:
    """Turn an answer in XML, which is our own and well-formed, into JSON."""
    root = xmltree.parse(response.body).root
    return WireResponse(response.status, _HEADERS, orjson.dumps({str(root.tag): _value(root)}))


def _value(element: "etree._Element") -> Any:
    children: dict[str, list[Any]] = {}
    for child in element:
        children.setdefault(str(child.tag), []).append(_value(child))
    found: dict[str, Any] = {name: values[0] if len(values) == 1 else values for name, values in children.items()}
    text = (element.text or "").strip() if children else element.text or ""
    if element.attrib:
        found["@attributes"] = {str(name): str(value) for name, value in element.attrib.items()}
    if not found:
        return text
    if text:
        found["@value"] = text
    return found
