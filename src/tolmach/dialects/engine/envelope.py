"""What all documents share: who asks, the frame of an answer, and the error.

    <request> ... <security><login value="логин" /><password value="пароль" /></security></request>
    <request> ... <security><token value="ключ" /></security></request>
    <response><error>Неправильный логин или пароль</error></response>

Clients read answers by position and by regular expressions without the ``s`` flag. So: one element per line, one
line break between siblings, double quotes, no BOM, nothing before the declaration.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from tolmach.codecs import xmltree
from tolmach.core.accounts import Login, Token
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.bearer import bearer
from tolmach.dialects.contract import Call
from tolmach.dialects.engine.vocabulary import FAILURES
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
HEADERS: Final[Mapping[str, str]] = MappingProxyType({"content-type": "text/xml; charset=utf-8"})


class Refusing:
    """An endpoint that answers errors as the engine does."""

    def refuse(self, error: RequestError, call: Call[Any] | None) -> WireResponse:
        """Write ``<error>`` with the words for the failure."""
        return answer([f"<error>{xmltree.escape(FAILURES[error.failure])}</error>"])


def credentials(root: "etree._Element", request: WireRequest) -> Login | Token:
    """Return who asks: a token or a login from the first ``<security>`` below the root, else the token of the head.

    UNAUTHORISED when there is none of them.
    """
    security, head = next(root.iter("security"), None), bearer(request)
    if security is None and head is None:
        raise RequestError(Failure.UNAUTHORISED, "no security element")
    said = {} if security is None else _said(security)
    token, login = said.get("token", ""), said.get("login", "")
    if token:
        return Token(token)
    return head if head is not None and not login else Login(login, said.get("password", ""))


def answer(lines: Iterable[str]) -> WireResponse:
    """Write a ``<response>`` with one child per line."""
    body = "\n".join((DECLARATION + "<response>", *lines, "</response>"))
    return WireResponse(200, HEADERS, body.encode())


def on_one_line(children: Iterable[str]) -> WireResponse:
    """Write a ``<response>`` without white space between its children, as those who read lists by position need it."""
    line = "".join(children)
    return answer((line,) if line else ())


def _said(security: "etree._Element") -> dict[str, str]:
    """Return credentials, the first of each name, written as the attribute ``value`` or as the element's text."""
    said: dict[str, str] = {}
    for element in security:
        name = element.tag
        if isinstance(name, str) and name not in said:
            value = element.get("value")
            said[name] = xmltree.text_of(element).strip() if value is None else value
    return said
