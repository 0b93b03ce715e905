"""What the four methods share: login and password (or a token) on the way in, ``<data>`` with code and words back."""

from lxml import etree

from tolmach.codecs import xmltree
from tolmach.core.accounts import Login, Token
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.bearer import bearer
from tolmach.dialects.smspager.vocabulary import SMSID_LIMIT, Answer
from tolmach.wire import WireRequest, WireResponse

_HEADERS = {"content-type": "text/xml; charset=utf-8"}


class Fields(dict[str, str]):
    """Texts of a request's elements by name, "" for an absent one."""

    def __missing__(self, name: str) -> str:
        return ""


def read_fields(root: "etree._Element", *names: str) -> Fields:
    """Read login, password, api_key and the named elements, the first of each; unknown elements are ignored.

    White space around a value is dropped, except around the text of a message.
    """
    fields = Fields()
    # lxml picks them out itself: a walk in Python over thousands of <to> costs as much as the parsing
    for element in root.iterchildren("login", "password", "api_key", *names):
        name = element.tag
        if name not in fields:
            text = xmltree.text_of(element)
            fields[name] = text if name == "text" else text.strip()
    return fields


def read_login(fields: Fields, request: WireRequest, echo: object = None) -> Login | Token:
    """Return login and password, else ``api_key``, else the token of the head.

    RequestError MISSING_FIELD, with ``echo``, when there is none of them.
    """
    login, password = fields["login"], fields["password"]
    if login and password:
        return Login(login, password)
    token = Token(fields["api_key"]) if fields["api_key"] else bearer(request)
    if token is None:
        raise RequestError(Failure.MISSING_FIELD, "login or password", echo=echo)
    return token


def check_smsid(smsid: str) -> None:
    """RequestError GROUP_KEY_TOO_LONG for more than 21 characters."""
    if len(smsid) > SMSID_LIMIT:
        raise RequestError(Failure.GROUP_KEY_TOO_LONG, f"smsid of {len(smsid)} characters")


def respond(answer: Answer, content: str = "") -> WireResponse:
    """Write an answer: code, words, then ``content``, which is escaped already.

    Nothing stands between the elements: a client searches for ``<delivered><number>``.
    """
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<data><code>{answer.code}</code><descr>{answer.descr}</descr>{content}</data>"
    )
    return WireResponse(200, _HEADERS, text.encode())
