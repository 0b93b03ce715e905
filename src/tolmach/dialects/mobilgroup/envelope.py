"""What the commands share: fields on the way in, ``<response>`` in windows-1251 on the way out."""

import re

from lxml import etree

from tolmach.codecs import xmltree
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.mobilgroup.vocabulary import NO_ERROR
from tolmach.wire import WireResponse

ENCODING = "windows-1251"
_HEADERS = {"content-type": f"text/xml; charset={ENCODING}"}
_HEAD = f'<?xml version="1.0" encoding="{ENCODING}"?>\n<response>\n'
_ID = re.compile(r"[0-9]{1,32}")


class Fields(dict[str, str]):
    """Texts of a request's elements by name, "" for an absent one."""

    def __missing__(self, name: str) -> str:
        return ""


def read_fields(root: "etree._Element") -> Fields:
    """Read the elements of a request, the first of each name.

    White space around a value is dropped, except around the text of a message.
    """
    fields = Fields()
    for element in root.iterchildren("*"):
        name = element.tag
        if name not in fields:
            text = xmltree.text_of(element)
            fields[name] = text if name == "message" else text.strip()
    return fields


def check_id(request_id: str) -> None:
    """RequestError MISSING_FIELD or BAD_FIELD unless the client's number of the request is 1 to 32 digits."""
    if not request_id:
        raise RequestError(Failure.MISSING_FIELD, "id")
    if _ID.fullmatch(request_id) is None:
        raise RequestError(Failure.BAD_FIELD, "id is not 1 to 32 digits")


def respond(number: int, request_id: str, *lines: str) -> WireResponse:
    """Write result and error, then ``lines``, then the id when the request had one.

    ``lines`` are escaped already; characters that windows-1251 lacks become numeric references.
    """
    result = "OK" if number == NO_ERROR else "ERROR"
    echo = (f"<id>{xmltree.escape(request_id)}</id>",) if request_id else ()
    body = "\n".join((f"<result>{result}</result>", f"<error>{number}</error>", *lines, *echo, "</response>"))
    return WireResponse(200, _HEADERS, (_HEAD + body).encode(ENCODING, "xmlcharrefreplace"))
