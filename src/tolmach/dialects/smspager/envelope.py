"""What the four methods share: login and password on the way in, ``<data>`` with code and words on the way out."""

from lxml import etree

from tolmach.codecs import xmltree
from tolmach.core.accounts import Login
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.smspager.vocabulary import SMSID_LIMIT, Answer
from tolmach.wire import WireResponse

_HEADERS = {"content-type": "text/xml; charset=utf-8"}


class Fields(dict[str, str]):
    """Texts of a request's elements by name, "" for an absent one."""

    def __missing__(self, name: str) -> str:
        return ""


def read_fields(root: "etree._Element", *names: str) -> Fields:
    """Read login, password and the named elements, the first of each; unknown elements are ignored.

    White space around a value is dropped, except around the text of a message.
    """
    fields = Fields()
    # lxml picks them out itself: a walk in Python over thousands of <to> costs as much as the parsing
    for element in root.iterchildren("login", "password", *names):
        name = element.tag
        if name not in fields:
            text = xmltree.text_of(element)
            fields[name] = text if name == "text" else text.strip()
    return fields


def read_login(fields: Fields, echo: object = None) -> Login:
    """Return the credentials; RequestError MISSING_FIELD, with ``echo``, when one is absent or empty."""
    login, password = fields["login"], fields["password"]
    if not login or not password:
        raise RequestError(Failure.MISSING_FIELD, "login or password", echo=echo)
    return Login(login, password)


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
