"""SMS-Pager as a carrier.

    <data><login>..</login><password>..</password><action>send</action><smsid>123450000000000011</smsid>
    <text>Текст</text><source>Tolmach</source><vp>86400</vp><to number="79161234567"></to></data>
    <data><code>1</code><descr>..</descr><smsid>..</smsid>..<priceOfSending>1.15</priceOfSending>..</data>

One message per request: the answer speaks of the whole mailing only, so among several a refused one could not be told
from the others. A repeated ``smsid`` is sent again and joins the first, so nothing is repeated: the report by our own
``smsid`` tells whether a request without an answer has arrived.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from tolmach.codecs import xmltree
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Lost, Outcome, Refused, Sent, Submission
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

NAME: Final = "smspager"
LONGEST_SMSID: Final = 21
_HEADERS: Final[Mapping[str, str]] = {"content-type": "text/xml; charset=utf-8"}

# codes of the whole account or document; 70 and 7xx are the parser's, see `_failure`
FAILURES: Final[Mapping[str, Callable[[str], ProviderError]]] = {
    "500": DocumentRefusedError,
    "501": AccountRefusedError,
    "502": DocumentRefusedError,
    "503": DocumentRefusedError,
    "511": AccountRefusedError,
    "512": AccountRefusedError,
}
REFUSALS: Final[Mapping[str, Refused]] = {
    "504": Refused(Rejection.UNKNOWN_SENDER, permanent=False),
    "510": Refused(Rejection.BAD_RECIPIENT),
    "516": Refused(Rejection.NO_MONEY, permanent=False),
    "517": Refused(Rejection.DIRECTION_CLOSED_FOR_ACCOUNT, permanent=False),
    "518": Refused("503: date", permanent=False),
    "519": Refused(Rejection.BAD_SENDER, permanent=False),
    "520": Refused(Rejection.BAD_RECIPIENT),
}
# groups of a detailed report
GROUPS: Final[Mapping[str, Status | None]] = {
    "delivered": Status.DELIVERED,
    "notDelivered": Status.UNDELIVERED,
    "waiting": None,
    "enqueued": None,
    "cancel": Status.UNDELIVERED,
    "onModer": None,
    "process": None,
}


class Smspager:
    """An account at SMS-Pager. The provider id of a message is our own ``smsid``."""

    channels = frozenset({Channel.SMS})
    repeat = Repeat.ASK
    batch = 1
    poll_batch = 1

    def __init__(self, access: Access) -> None:
        self._access = access

    def unfit(self, submission: Submission) -> Refused | None:
        """Only texts have a form here."""
        fits = isinstance(submission.content, SmsText)
        return None if fits else Refused("this protocol has texts only", permanent=False)

    def request(self, parcels: Sequence[Parcel], now: datetime) -> WireRequest:
        """Write a mailing to one recipient."""
        submission, key = parcels[0]
        seconds = max(1, int((submission.expires_at - now).total_seconds()))
        smsid = f"<smsid>{xmltree.escape(key)}</smsid>" if key else ""
        source = f"<source>{xmltree.escape(submission.sender)}</source>" if submission.sender else ""
        return self._post(
            "send",
            f"<action>send</action>{smsid}<text>{xmltree.escape(submission.content.text)}</text>{source}"
            f'<vp>{seconds}</vp><to number="{xmltree.attribute(submission.recipient)}"></to>',
        )

    def replies(self, parcels: Sequence[Parcel], response: WireResponse) -> Sequence[Reply]:
        """Read the answer about the one recipient."""
        root = _root(response)
        code = _field(root, "code")
        if code != "1":
            return [Reply(_refused(code, _field(root, "descr")))]
        smsid = _field(root, "smsid") or parcels[0].key
        outcome: Outcome = Sent((parcels[0].key or smsid,)) if smsid else Lost("the answer names no smsid")
        if _field(root, "colSendAbonent") == "0":
            outcome = REFUSALS["517"]
        parts = _field(root, "colsmsOfSending")
        count = int(parts) if parts.isascii() and parts.isdigit() and len(parts) < 6 else None
        return [Reply(outcome, engine.money(_field(root, "priceOfSending")), count)]

    def poll(self, ids: Sequence[str]) -> WireRequest:
        """Ask for the detailed report of one mailing."""
        smsid = f"<smsid>{xmltree.escape(ids[0])}</smsid>"
        return self._post("report", f"{smsid}<return-delivery-datetime>1</return-delivery-datetime>")

    def reports(self, ids: Sequence[str], response: WireResponse) -> Sequence[Report]:
        """Read in which group its recipient stands; nothing when it stands in none."""
        root = _root(response)
        code = _field(root, "code")
        if code != "1":
            raise UnclearError(f"code {code[:8]}")
        detail = xmltree.child(root, "detail")
        if detail is None:
            raise UnclearError("the report has no detail")
        for group in detail:
            number = xmltree.child(group, "number")
            if number is not None and group.tag in GROUPS:
                return [Report(ids[0], GROUPS[group.tag], _moment(number, self._access.zone))]
        return []

    def receive(self, request: WireRequest) -> tuple[Sequence[Report], WireResponse]:
        """The protocol posts nothing."""
        raise DocumentRefusedError("SMS-Pager posts no statuses")

    def balance(self) -> WireRequest:
        """Ask for the balance."""
        return self._post("balance", "")

    def funds(self, response: WireResponse) -> Funds:
        """Read ``<account>``."""
        root = _root(response)
        amount = engine.money(_field(root, "account"))
        if amount is None:
            raise UnclearError(f"the answer names no account, code {_field(root, 'code')[:8]}")
        return Funds(amount)

    def cancel(self, smsid: str) -> WireRequest:
        """Cancel what has not been given to a carrier of theirs."""
        return self._post("cancel", f"<action>make</action><smsid>{xmltree.escape(smsid)}</smsid>")

    def cancelled(self, response: WireResponse) -> int:
        """Read how many messages were cancelled."""
        root = _root(response)
        count = _field(root, "cancelCol")
        if _field(root, "code") != "1" or not (count.isascii() and count.isdigit()):
            raise UnclearError(f"code {_field(root, 'code')[:8]}")
        return int(count)

    def _post(self, method: str, content: str) -> WireRequest:
        url = self._access.url.rstrip("/")
        ending = "php" if url.lower().endswith("/api/xml") else "xml"
        login, password = xmltree.escape(self._access.login), xmltree.escape(self._access.password)
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f"<data><login>{login}</login><password>{password}</password>{content}</data>"
        )
        return WireRequest("POST", f"{url}/{method}.{ending}", headers=_HEADERS, body=body.encode())


def _root(response: WireResponse) -> "etree._Element":
    """Return the root of an answer; raises `ProviderError` for codes that are about the whole."""
    check_http(response)
    root = engine.parse(response.body)
    code, words = _field(root, "code"), _field(root, "descr")[:100]
    if not code:
        raise UnclearError("the answer has no code")
    failure = _failure(code)
    if failure is not None:
        raise failure(f"the provider says: {code} {words}")
    return root


def _failure(code: str) -> Callable[[str], ProviderError] | None:
    """The parser's errors are 7 and more digits; 701, its internal error, says nothing about our document."""
    if code == "701":
        return UnclearError
    return DocumentRefusedError if code.startswith("7") else FAILURES.get(code)


def _refused(code: str, words: str) -> Refused:
    return REFUSALS.get(code) or Refused(f"{code} {words}"[:64], permanent=False)


def _field(root: "etree._Element", name: str) -> str:
    return (xmltree.child_text(root, name) or "").strip()


def _moment(number: "etree._Element", zone: tzinfo) -> datetime | None:
    return engine.moment(number.get("datetime"), zone)
