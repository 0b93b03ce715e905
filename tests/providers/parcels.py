"""Parcels for tests of HTTP providers, as values and as strategies."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.clock import NOON
from tolmach.core.commands import GetStates, SendMessages
from tolmach.core.content import (
    CHANNELS,
    Address,
    Content,
    FlashText,
    SilentPing,
    SmsText,
    VCard,
    ViberCard,
    VkCard,
    WapPush,
    WhatsAppCard,
)
from tolmach.core.delivery import Submission
from tolmach.core.http_links import client_key
from tolmach.core.ids import LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, LegQuote, Rejected, SendItem, SendResult
from tolmach.dialects.contract import Call
from tolmach.providers.http_contract import Access, Parcel
from tolmach.wire import WireRequest

MOSCOW = ZoneInfo("Europe/Moscow")
SERIES = 12_345
ACCESS = Access("https://provider.example/xml/", 'lo"gin&', "<pass'word>", MOSCOW, "77")

# what XML and the providers' own conventions can carry: no control characters, and no literal \n
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\\\ufffe\uffff")
TEXTS = st.text(st.one_of(LETTERS, st.sampled_from("<>&\"'\n яЁ")), min_size=1, max_size=60).filter(str.strip)
WORDS = st.text(LETTERS, max_size=19).map(str.strip)
LATIN = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9 -]{0,7}[A-Za-z0-9])?", fullmatch=True)
SMS = st.builds(SmsText, TEXTS)
CARDS = st.builds(ViberCard, TEXTS, WORDS, WORDS, WORDS)
OTHER_CARDS = st.one_of(
    st.builds(WhatsAppCard, TEXTS, WORDS, WORDS, WORDS, WORDS, WORDS), st.builds(VkCard, TEXTS, WORDS, WORDS)
)
ADDRESSES = st.builds(Address, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS)
CONTACTS = st.builds(
    VCard,
    text=WORDS,
    cell=WORDS,
    work=WORDS,
    fax=WORDS,
    email=WORDS,
    url=WORDS,
    position=WORDS,
    organization=WORDS,
    additional=TEXTS.map(str.strip),
    address=ADDRESSES,
)
SPECIAL = st.one_of(
    st.builds(FlashText, TEXTS), st.builds(SilentPing, TEXTS), st.builds(WapPush, TEXTS, WORDS), CONTACTS
)


@st.composite
def parcels(draw: Any, contents: st.SearchStrategy[Content], most: int = 5) -> list[Parcel]:
    """Some parcels with legs of their own; neighbours are often alike."""
    few = draw(st.lists(contents, min_size=1, max_size=2))
    senders = draw(st.lists(LATIN, min_size=1, max_size=2))
    made = []
    for number in range(draw(st.integers(1, most))):
        content = draw(st.sampled_from(few))
        recipient = draw(st.from_regex(r"[1-9][0-9]{9,14}", fullmatch=True))
        seconds = draw(st.integers(3600, 48 * 3600))
        leg = LegId(number * 10 + 11)
        sender = draw(st.sampled_from(senders))
        expires = NOON + timedelta(seconds=seconds)
        submission = Submission(leg, recipient, sender, CHANNELS[type(content)], content, 1, expires)
        made.append(Parcel(submission, client_key(SERIES, leg)))
    return made


def parcel(content: Content | None = None, recipient: str = "79161234567", number: int = 1) -> Parcel:
    """One of them, valid for two days."""
    content = content or SmsText("Привет")
    leg = LegId(number * 10 + 1)
    expires = NOON + timedelta(days=2)
    submission = Submission(leg, recipient, "Tolmach", CHANNELS[type(content)], content, 1, expires)
    return Parcel(submission, client_key(SERIES, leg))


def arriving(request: WireRequest) -> WireRequest:
    """Return a request as the provider's server sees it: a path instead of an address."""
    path = "/" + request.path.partition("://")[2].partition("/")[2]
    return WireRequest(request.method, path.partition("?")[0], headers=request.headers, body=request.body)


def accepted(number: int, one: Parcel, parts: int = 1, price: int = 11_500) -> Accepted:
    """A provider's own view of a message that it took."""
    submission = one.submission
    leg = LegQuote(LegId(number * 10 + 1), submission.channel, parts, Money(price))
    return Accepted(MessageId(number * 10), submission.recipient, (leg,))


def rejected(reason: Rejection) -> Rejected:
    return Rejected(reason, "")


def result(items: Sequence[SendItem]) -> SendResult:
    return SendResult(items, NOON)


def utc(naive: datetime) -> datetime:
    """Return a wall-clock time in Moscow as a moment."""
    return naive.replace(tzinfo=MOSCOW)


def sending(call: Call[Any]) -> SendMessages:
    """Return what a dialect read, which has to be a sending without a fault."""
    assert call.fault is None
    assert isinstance(call.command, SendMessages)
    return call.command


def asked(call: Call[Any]) -> tuple[str, ...]:
    """Return the ids that a dialect is asked for."""
    assert isinstance(call.command, GetStates)
    return tuple(call.command.ids)
