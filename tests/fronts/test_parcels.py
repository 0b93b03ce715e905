import os
import pickle
from collections import Counter, defaultdict, deque
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.api.execution import Visitor
from tolmach.core.accounts import ClientLogin, Login, Token
from tolmach.core.commands import GetBalance, SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Group, Step, Until
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId, MessageId
from tolmach.core.results import Accepted, SendResult
from tolmach.fronts.parcels import Answer, Ask, Failed, Got, Hello, Open, Parcel, Say, pack, unpack

MOSCOW = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Europe/Moscow"))


def ask(number: int, text: str, recipient: str = "79161234500") -> Ask:
    steps = (
        Step(Channel.SMS, SmsText(text), "INFORM", For(timedelta(days=1))),
        Step(Channel.SMS, SmsText(text), None, Until(datetime(2026, 3, 3))),  # noqa: DTZ001 - an account's wall clock
    )
    command = SendMessages([Draft(recipient, steps, "key", None, "label")], "prontosms", Group("spring"))
    return Ask(number, Visitor(Login("demo", "demo"), "127.0.0.1", "prontosms", False), command, "name", "kept", False)


def test_a_batch_is_what_it_was() -> None:
    batch: list[Parcel] = [
        Hello(),
        ask(1, "Привет"),
        ask(2, "\x00\ud800"),
        ask(3, "x")._replace(visitor=Visitor(ClientLogin("a", "b", "7"), "::1", "mobilgroup", True)),
        ask(4, "x")._replace(visitor=Visitor(Token("secret"), "", "smspager", False), command=GetBalance()),
        Answer(1, AccountId(7), SendResult([Accepted(MessageId(9), "79161234500", ())], MOSCOW)),
        Open(5, {"type": "http", "headers": [(b"a", b"b")], "client": ("127.0.0.1", 4)}),
        Got(5, {"type": "http.request", "body": b"\x00" * 100_000, "more_body": False}),
        Say(5, {"type": "http.response.start", "status": 200, "headers": []}),
    ]
    assert unpack(pack(batch)) == batch
    moment = unpack(pack(batch))[5].result.sends_at  # type: ignore[union-attr]
    assert moment.tzinfo is MOSCOW.tzinfo


def test_an_error_keeps_what_a_dialect_needs() -> None:
    error = RequestError(Failure.MALFORMED, "where", code=76, retry_after=3)
    found = unpack(pack([Failed(1, AccountId(2), error)]))[0]
    assert isinstance(found, Failed)
    assert (found.error.failure, found.error.detail, found.error.code, found.error.retry_after) == (
        Failure.MALFORMED,
        "where",
        76,
        3,
    )


class Stranger(Enum):
    ONE = 1


@pytest.mark.parametrize("value", [os.system, Stranger.ONE, RequestError.__init__, pickle.loads])
def test_nothing_is_unpacked_that_is_no_value_of_ours(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match="is no value"):
        unpack(pickle.dumps([value]))


@pytest.mark.parametrize("value", [Stranger.ONE, object(), Fraction(1, 2)])
def test_what_the_other_end_would_not_take_is_not_packed(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match="is no value"):
        pack([Answer(1, AccountId(1), value)])


def test_collections_are_what_they_were() -> None:
    values = [Counter("aab"), defaultdict(int, a=1), deque([1]), frozenset("a"), bytearray(b"x"), Decimal("1.5")]
    for value in values:
        found = unpack(pack([Answer(1, AccountId(1), value)]))[0]
        assert isinstance(found, Answer)
        assert (type(found.result), found.result) == (type(value), value)


@given(st.text(), st.text(max_size=30), st.datetimes(timezones=st.just(UTC)))
def test_whatever_a_client_writes_comes_over(text: str, recipient: str, moment: datetime) -> None:
    batch: list[Parcel] = [ask(1, text, recipient), Answer(1, AccountId(1), SendResult([], moment))]
    assert unpack(pack(batch)) == batch
