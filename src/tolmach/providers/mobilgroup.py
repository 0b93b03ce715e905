"""Mobilgroup as a carrier: windows-1251 both ways.

    <request><user_id>1</user_id><user>..</user><pwd>..</pwd><command>send</command><phone>79161234567</phone>
    <message>Текст</message><sender>Tolmach</sender><rus_sms>1</rus_sms><valid>24</valid><id>1234500..11</id></request>
    <response><result>OK</result><error>0</error><id>1234500..11</id></response>

One message per request: a request is refused as a whole, and repeated under the same ``id`` it must be the same. Its
``id`` is ours, and a repeated one is error 7: it has arrived before. So a request without an answer is simply repeated.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tolmach.codecs import translit, xmltree
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Outcome, Refused, Sent, Submission
from tolmach.core.rejections import Rejection
from tolmach.core.status import Status
from tolmach.providers import engine
from tolmach.providers.http_contract import (
    Access,
    AccountRefusedError,
    DocumentRefusedError,
    Funds,
    Parcel,
    ProviderError,
    Repeat,
    Reply,
    Report,
    UnclearError,
    check_http,
)
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

NAME: Final = "mobilgroup"
ENCODING: Final = "windows-1251"
LATIN_LIMIT, UNICODE_LIMIT = 140, 64
LONGEST_VALIDITY: Final = 48  # hours
_SENDER: Final = re.compile(r"[A-Za-z0-9 -]{1,9}")
_HEADERS: Final[Mapping[str, str]] = {"content-type": f"text/xml; charset={ENCODING}"}

REPEATED: Final = "7"
UNREGISTERED: Final = "12"
FAILURES: Final[Mapping[str, Callable[[str], ProviderError]]] = {
    "1": UnclearError,  # also "later": our documents are well-formed
    "2": DocumentRefusedError,
    "3": AccountRefusedError,
    "4": AccountRefusedError,
    "5": AccountRefusedError,
    "6": DocumentRefusedError,
    "11": DocumentRefusedError,
}
REFUSALS: Final[Mapping[str, Refused]] = {
    # also directions that are closed to the account: another provider may take them
    "8": Refused(Rejection.BAD_RECIPIENT, permanent=False),
    "9": Refused(Rejection.NO_MONEY, permanent=False),
    "10": Refused(Rejection.TEXT_TOO_LONG, permanent=False),
}
# of one recipient: in the queue, delivered, not delivered, sent, error
STATUSES: Final[Mapping[str, Status | None]] = {
    "0": None,
    "1": Status.DELIVERED,
    "2": Status.UNDELIVERED,
    "8": None,
    "16": Status.UNDELIVERED,
}


class Mobilgroup:
    """An account at Mobilgroup. The provider id of a message is our own ``id``."""

    channels = frozenset({Channel.SMS})
    repeat = Repeat.SAFE
    batch = 1
    poll_batch = 1

    def __init__(self, access: Access) -> None:
        self._access = access

    def unfit(self, submission: Submission) -> Refused | None:
        """The protocol has texts only, short ones, and senders of nine characters."""
        content = submission.content
        if not isinstance(content, SmsText):
            return Refused("this protocol has texts only", permanent=False)
        if submission.sender and _SENDER.fullmatch(submission.sender) is None:
            return Refused("sender: at most 9 Latin letters, digits, spaces, hyphens", permanent=False)
        limit = LATIN_LIMIT if _is_latin(content.text) else UNICODE_LIMIT
        if len(content.text) > limit:
            return Refused(f"text longer than {limit} characters", permanent=False)
        return None

    def request(self, parcels: Sequence[Parcel], now: datetime) -> WireRequest:
        """Write a request to send to one recipient."""
        submission, key = parcels[0]
        text = submission.content.text
        hours = -int((now - submission.expires_at).total_seconds() // 3600)
        sender = _element("sender", submission.sender) if submission.sender else ""
        return self._post(
            "send",
            f"{_element('phone', submission.recipient)}{_element('message', text)}{sender}"
            f"<rus_sms>{0 if _is_latin(text) else 1}</rus_sms><valid>{min(LONGEST_VALIDITY, max(1, hours))}</valid>"
            f"{_element('id', key)}",
        )

    def replies(self, parcels: Sequence[Parcel], response: WireResponse) -> Sequence[Reply]:
        """Read the number of the error."""
        error = _field(_root(response), "error")
        taken = error in ("0", REPEATED)
        outcome: Outcome = Sent((parcels[0].key,)) if taken else REFUSALS.get(error) or _unknown(error)
        return [Reply(outcome)]

    def poll(self, ids: Sequence[str]) -> WireRequest:
        """Ask for one request, recipient by recipient."""
        return self._post("status", f"<extended>1</extended>{_element('id', ids[0])}")

    def reports(self, ids: Sequence[str], response: WireResponse) -> Sequence[Report]:
        """Read the status of its recipient; nothing when the request is not known."""
        root = _root(response)
        error = _field(root, "error")
        if error == UNREGISTERED:
            return []
        if error != "0":
            raise UnclearError(f"error {error[:8]}")
        dest = next(root.iter("dest"), None)
        if dest is None:
            return [Report(ids[0], None)]
        word = _field(dest, "status")
        if word not in STATUSES:
            raise UnclearError(f"status {word[:8]}")
        return [Report(ids[0], STATUSES[word], engine.moment(_field(dest, "time"), self._access.zone))]

    def receive(self, request: WireRequest) -> tuple[Sequence[Report], WireResponse]:
        """The protocol posts nothing."""
        raise DocumentRefusedError("Mobilgroup posts no statuses")

    def balance(self) -> WireRequest:
        """Ask for the balance."""
        return self._post("balance", "")

    def funds(self, response: WireResponse) -> Funds:
        """Read ``<balance>``."""
        amount = engine.money(_field(_root(response), "balance"))
        if amount is None:
            raise UnclearError("the answer names no balance")
        return Funds(amount)

    def _post(self, command: str, content: str) -> WireRequest:
        access = self._access
        caller = _element("user_id", access.client) + _element("user", access.login) + _element("pwd", access.password)
        body = (
            f'<?xml version="1.0" encoding="{ENCODING}"?>'
            f"<request>{caller}<command>{command}</command>{content}</request>"
        )
        return WireRequest("POST", access.url, headers=_HEADERS, body=body.encode(ENCODING, "xmlcharrefreplace"))


def _is_latin(text: str) -> bool:
    """Tell whether the text goes as it is although the provider transliterates it."""
    return text.isascii() and translit.transliterate(text) == text


def _root(response: WireResponse) -> "etree._Element":
    """Return the root of an answer; raises `ProviderError` for errors of the whole."""
    check_http(response)
    try:
        root = xmltree.parse(response.body, default_encoding=ENCODING).root
    except xmltree.XmlError as error:
        raise UnclearError(f"the answer is no XML ({error.code})") from None
    error_number = _field(root, "error")
    if not error_number:
        raise UnclearError("the answer has no error number")
    failure = FAILURES.get(error_number)
    if failure is not None:
        raise failure(f"the provider says: error {error_number}")
    return root


def _unknown(error: str) -> Refused:
    return Refused(f"error {error}"[:64], permanent=False)


def _field(element: "etree._Element", name: str) -> str:
    return (xmltree.child_text(element, name) or "").strip()


def _element(name: str, text: str) -> str:
    return f"<{name}>{xmltree.escape(text)}</{name}>"
