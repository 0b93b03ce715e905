"""What a client asks, without asking it: requests, and how to read their answers. The shells only move bytes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Generic, TypeVar

from tolmach.clients.errors import (
    AccountError,
    AnswerError,
    ClientError,
    LaterError,
    MessageRefusedError,
    RequestRefusedError,
    UnknownMessageError,
)
from tolmach.clients.values import Balance, Message, Sender, Senders, SentMessage, State, decimal
from tolmach.core.content import CHANNELS, SmsText
from tolmach.core.delivery import Refused, Sent, Submission
from tolmach.core.ids import LegId
from tolmach.core.status import Status
from tolmach.providers.http_contract import (
    AccountRefusedError,
    DocumentRefusedError,
    HttpProvider,
    OverloadedError,
    Parcel,
    ProviderError,
    Reply,
)
from tolmach.providers.prontosms import Prontosms
from tolmach.providers.smspager import Smspager
from tolmach.wire import WireRequest, WireResponse

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A request, and what its answer means; ``read`` raises `ClientError`."""

    request: WireRequest
    read: Callable[[WireResponse], T]


def sending(
    provider: HttpProvider, messages: Sequence[Message], now: datetime
) -> Iterator[Question[list[SentMessage]]]:
    """Yield questions that send messages, as few as the protocol allows; MessageRefusedError for what has no form."""
    parcels = [_parcel(message, now) for message in messages]
    for parcel in parcels:
        unfit = provider.unfit(parcel.submission)
        if unfit is not None:
            raise MessageRefusedError(unfit.code, permanent=True)
    for first in range(0, len(parcels), provider.batch):
        chunk = parcels[first : first + provider.batch]
        yield Question(provider.request(chunk, now), partial(_sent, provider, chunk))


def single(sent: SentMessage) -> SentMessage:
    """Return it; MessageRefusedError when it was refused."""
    if not sent.accepted:
        raise MessageRefusedError(sent.reason, permanent=sent.permanent)
    return sent


def asking(provider: HttpProvider, ids: Sequence[str]) -> Iterator[Question[list[State]]]:
    """Yield questions for statuses; unknown ids are left out of the answers."""
    for first in range(0, len(ids), provider.poll_batch):
        chunk = ids[first : first + provider.poll_batch]
        yield Question(provider.poll(chunk), partial(_states, provider, chunk))


def known(id_: str, states: Sequence[State]) -> State:
    """Return the state of one message; UnknownMessageError when there is none."""
    for state in states:
        if state.id == id_:
            return state
    raise UnknownMessageError(f"the provider does not know a message {id_}")


def balance(provider: HttpProvider) -> Question[Balance]:
    """Ask for the balance."""
    request = provider.balance()
    assert request is not None, "these four have one"
    return Question(request, lambda response: _balance(provider, response))


def senders(provider: Prontosms) -> Question[Senders]:
    """Ask for the senders."""

    def read(response: WireResponse) -> Senders:
        any_sender, found = _read(lambda: provider.sender_states(response))
        return Senders(any_sender, [Sender(name, state) for name, state in found])

    return Question(provider.senders(), read)


def cancelling(provider: Smspager, smsid: str) -> Question[int]:
    """Ask to cancel what a provider has not sent yet."""
    return Question(provider.cancel(smsid), lambda response: _read(lambda: provider.cancelled(response)))


def _parcel(message: Message, now: datetime) -> Parcel:
    content = SmsText(message.content) if isinstance(message.content, str) else message.content
    submission = Submission(
        leg=LegId(0),
        recipient=message.to,
        sender=message.sender,
        channel=CHANNELS[type(content)],
        content=content,
        parts=1,
        expires_at=now + message.valid_for,
    )
    return Parcel(submission, message.client_id)


def _sent(provider: HttpProvider, parcels: Sequence[Parcel], response: WireResponse) -> list[SentMessage]:
    replies = _read(lambda: provider.replies(parcels, response))
    return [_item(parcel.submission.recipient, reply) for parcel, reply in zip(parcels, replies, strict=True)]


def _item(to: str, reply: Reply) -> SentMessage:
    price = None if reply.price is None else decimal(reply.price)
    match reply.outcome:
        case Sent(provider_ids):
            return SentMessage(to, provider_ids[0], reply.parts, price)
        case Refused(code, permanent):
            return SentMessage(to, "", reason=code, permanent=permanent)
        case _:
            raise AnswerError("the provider does not say what became of a message")


def _states(provider: HttpProvider, ids: Sequence[str], response: WireResponse) -> list[State]:
    reports = _read(lambda: provider.reports(ids, response))
    return [
        State(
            report.provider_id,
            report.status or Status.SENT,
            report.at,
            None if report.price is None else decimal(report.price),
            report.parts,
        )
        for report in reports
    ]


def _balance(provider: HttpProvider, response: WireResponse) -> Balance:
    funds = _read(lambda: provider.funds(response))
    return Balance(decimal(funds.amount), funds.currency)


def _read(read: Callable[[], T]) -> T:
    """Read an answer; what the provider says about the whole becomes a `ClientError`."""
    try:
        return read()
    except ProviderError as error:
        raise _translated(error) from None


def _translated(error: ProviderError) -> ClientError:
    match error:
        case AccountRefusedError():
            return AccountError(str(error))
        case OverloadedError(retry_after=seconds):
            return LaterError(str(error), seconds)
        case DocumentRefusedError():
            return RequestRefusedError(str(error))
        case _:
            return AnswerError(str(error))
