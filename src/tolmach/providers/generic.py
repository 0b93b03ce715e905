"""Any HTTP gateway, as its link describes it: what to ask, where the id and the status stand, what its words mean.

Examples are in docs/operations/http-links.md.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tolmach.core.content import SmsText, ViberCard, VkCard, WhatsAppCard
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent, Submission
from tolmach.core.http_links import GenericLink, Question, Reading
from tolmach.core.money import Money, parse_money
from tolmach.providers.http_contract import (
    LATER,
    DocumentRefusedError,
    Funds,
    Parcel,
    Repeat,
    Reply,
    Report,
    UnclearError,
    check_http,
)
from tolmach.providers.places import find, in_body, in_header, in_url
from tolmach.wire import WireRequest, WireResponse

_TYPES: Final[Mapping[str, str]] = {
    "form": "application/x-www-form-urlencoded",
    "json": "application/json",
    "xml": "text/xml; charset=utf-8",
}


class Generic:
    """One message per request; statuses by asking, by being told, or both."""

    batch = 1

    def __init__(self, link: GenericLink) -> None:
        self._link = link
        self.channels = frozenset(link.channels)
        self.repeat = Repeat.SAFE if link.repeatable else Repeat.NEVER
        self.poll_batch = 1 if link.ask is not None else 0

    def unfit(self, submission: Submission) -> Refused | None:
        """Only texts can be described."""
        fits = isinstance(submission.content, SmsText | ViberCard | WhatsAppCard | VkCard)
        return None if fits else Refused("this link has texts only", permanent=False)

    def request(self, parcels: Sequence[Parcel], now: datetime) -> WireRequest:
        """Fill the request to send in."""
        submission, key = parcels[0]
        seconds = max(1, int((submission.expires_at - now).total_seconds()))
        values = {
            "recipient": submission.recipient,
            "sender": submission.sender,
            "text": submission.content.text,
            "id": key,
            "parts": str(submission.parts),
            "validity_seconds": str(seconds),
            "validity_minutes": str(max(1, seconds // 60)),
        }
        return self._write(self._link.send, values)

    def replies(self, parcels: Sequence[Parcel], response: WireResponse) -> Sequence[Reply]:
        """Read whether the message was taken, its id and its price."""
        reading = self._link.answer
        error = self._error(reading, response)
        if error is not None:
            return [Reply(error)]
        id_ = find(reading.id, response.body) if reading.id else parcels[0].key
        outcome: Outcome = Sent((id_.strip()[:64],)) if id_ and id_.strip() else Lost("the answer names no id")
        return [Reply(outcome, _price(reading, response.body))]

    def poll(self, ids: Sequence[str]) -> WireRequest:
        """Fill the question for a status in."""
        assert self._link.ask is not None
        return self._write(self._link.ask, {"provider_id": ids[0], "id": ids[0]})

    def reports(self, ids: Sequence[str], response: WireResponse) -> Sequence[Report]:
        """Read one status; nothing where the gateway does not know the id."""
        check_http(response)
        reading = self._link.told
        if not _succeeded(reading, response):
            return []
        word = find(reading.status, response.body)
        if word is None:
            return []
        return [Report(ids[0], self._link.statuses.get(word.strip()), price=_price(reading, response.body))]

    def receive(self, request: WireRequest) -> tuple[Sequence[Report], WireResponse]:
        """Read a status that the gateway tells, from its query or its body."""
        reading = self._link.callback
        if reading is None:
            raise DocumentRefusedError("this link has no callback")
        id_ = find(reading.id, request.body, request.query)
        word = find(reading.status, request.body, request.query)
        if not id_ or word is None:
            raise UnclearError("no id or no status")
        report = Report(id_.strip()[:64], self._link.statuses.get(word.strip()))
        answer = self._link.callback_answer.encode()
        return [report], WireResponse(200, {"content-type": "text/plain; charset=utf-8"}, answer)

    def balance(self) -> WireRequest | None:
        """Nothing is known of it."""
        return None

    def funds(self, response: WireResponse) -> Funds:
        """Nothing is asked."""
        raise UnclearError("this link has no balance")

    def _write(self, question: Question, given: Mapping[str, str]) -> WireRequest:
        values = {"login": self._link.login, "password": self._link.password, **given}
        headers = {name.lower(): in_header(text, values) for name, text in question.headers.items()}
        body = in_body(question.body, values, self._link.format).encode()
        if question.body:
            headers.setdefault("content-type", _TYPES[self._link.format])
        return WireRequest(question.method, in_url(question.url, values), headers=headers, body=body)

    def _error(self, reading: Reading, response: WireResponse) -> Outcome | None:
        """Return what an answer says that is no success: its error code decides, if the link says where it stands."""
        if _succeeded(reading, response):
            return None
        check_http(response)
        code = find(reading.error, response.body) if reading.error else None
        if code is None:
            raise UnclearError(f"HTTP {response.status}, and no word of success")
        code = code.strip()
        if code in reading.busy:
            return Busy(LATER)
        return Refused(f"error {code}"[:64], permanent=code not in reading.temporary)


def _succeeded(reading: Reading, response: WireResponse) -> bool:
    if response.status not in reading.ok:
        return False
    if not reading.check:
        return True
    found = find(reading.check, response.body)
    return found is not None and (not reading.equals or found.strip() in reading.equals)


def _price(reading: Reading, body: bytes) -> Money | None:
    try:
        found = find(reading.price, body) if reading.price else None
        return None if found is None else parse_money(found)
    except (UnclearError, ValueError):
        return None
