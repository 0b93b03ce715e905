"""The XML document of a request, or the error that every dialect answers when there is none."""

import re
from typing import Final

from lxml import etree

from tolmach.codecs import xmltree
from tolmach.core.errors import Failure, RequestError
from tolmach.wire import WireRequest

_POSITION: Final = re.compile(r"line [0-9]+, column [0-9]+")


def read_root(request: WireRequest, *, default_encoding: str = "utf-8") -> "etree._Element":
    """Return the root element of the body, whatever its Content-Type says; a repair is noted in the request.

    RequestError: EMPTY_BODY for nothing but white space, MALFORMED with libxml2's number else.
    """
    if xmltree.is_blank(request.body):
        raise RequestError(Failure.EMPTY_BODY)
    try:
        document = xmltree.parse(request.body, default_encoding=default_encoding)
    except xmltree.XmlError as error:
        raise RequestError(Failure.MALFORMED, _described(error), code=error.code) from None
    if document.repaired:
        request.notes.append("repaired a document that is not well-formed")
    return document.root


def _described(error: xmltree.XmlError) -> str:
    """Return what may be logged: libxml2's own words quote the document, be it a password or a text."""
    position = _POSITION.search(error.message)
    return f"XML error {error.code}{f', {position[0]}' if position else ''}"
