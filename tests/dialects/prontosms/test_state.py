import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, post, request
from tolmach.core.commands import GetStates
from tolmach.core.content import Channel
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import LegId
from tolmach.core.money import Money
from tolmach.core.results import LegState, MessageState, StatesResult
from tolmach.core.status import Status
from tolmach.dialects.prontosms.state import State

CHANGED = datetime(2011, 1, 1, 12, 57, 46, tzinfo=ZoneInfo("Europe/Moscow"))
MANUAL = """<?xml version="1.0" encoding="utf-8" ?>
<request>
<security>
    <login value="логин" />
    <password value="пароль" />
</security>
<get_state>
    <id_sms>10</id_sms>
    <id_sms> 21
    </id_sms>
    <id_sms>IDSMS в системе для проверки статуса</id_sms>
    <id_sms/>
</get_state>
</request>"""


def state(status: Status, changed_at: datetime | None = CHANGED) -> MessageState:
    return MessageState(10, "79033256699", status, changed_at, 2, Money(11_500))


def rendered(*states: MessageState | None) -> str:
    result = StatesResult([str(number) for number in range(10, 10 * len(states) + 1, 10)], states)
    return below_root(State().render(call(), result))


def test_the_sample_of_the_manual() -> None:
    parsed = State().parse(post(MANUAL))
    assert parsed.command == GetStates(("10", "21", "IDSMS в системе для проверки статуса", ""))


@pytest.mark.parametrize(
    "payload", ["<get_state></get_state>", "<get_state/>", "<get_state><id_message>1</id_message></get_state>"]
)
def test_no_ids_ask_for_nothing(payload: str) -> None:
    assert State().parse(request(payload)).command == GetStates(())


def test_without_get_state_the_document_is_refused_after_the_login() -> None:
    fault = State().parse(request("<id_sms>1</id_sms>")).fault
    assert fault is not None
    assert fault.failure is Failure.MISSING_FIELD


def test_without_a_login_nothing_is_told() -> None:
    with pytest.raises(RequestError) as caught:
        State().parse(request("<get_state/>", security=""))
    assert caught.value.failure is Failure.UNAUTHORISED


def test_a_blocked_account_may_ask() -> None:
    assert State().open_to_blocked


@pytest.mark.parametrize(
    ("status", "time", "word"),
    [
        (Status.QUEUED, "", "send"),
        (Status.ON_MODERATION, "", "send"),
        (Status.SENT, "", "send"),
        (Status.DELIVERED, "2011-01-01 12:57:46", "deliver"),
        (Status.READ, "2011-01-01 12:57:46", "read"),
        (Status.UNDELIVERED, "2011-01-01 12:57:46", "not_deliver"),
        (Status.EXPIRED, "2011-01-01 12:57:46", "expired"),
        (Status.UNKNOWN, "2011-01-01 12:57:46", "partly_deliver"),
        (Status.REFUSED, "2011-01-01 12:57:46", "not_deliver"),
        (Status.CANCELLED, "2011-01-01 12:57:46", "not_deliver"),
    ],
)
def test_a_state_has_the_time_of_its_change_unless_it_is_pending(status: Status, time: str, word: str) -> None:
    assert rendered(state(status)) == f'<state id_sms="10" time="{time}" num_parts="2" price="1.15">{word}</state>'


def test_before_anything_happened_there_is_no_time() -> None:
    assert 'time=""' in rendered(state(Status.QUEUED, None))


def test_an_unknown_id_is_answered_in_its_place() -> None:
    assert rendered(state(Status.DELIVERED), None).splitlines()[1] == (
        '<state id_sms="20" time="" num_parts="0" price="0">Сообщение с таким ID не принималось</state>'
    )


def test_an_id_is_repeated_as_it_was_asked() -> None:
    body = below_root(State().render(call(), StatesResult(['<&"\n'], [None])))
    assert body.startswith('<state id_sms="&lt;&amp;&quot;&#10;" time="" ')


def test_regular_expressions_of_clients_find_their_statuses() -> None:
    body = rendered(state(Status.DELIVERED), state(Status.SENT))
    assert re.findall(r'<state id_sms="(\d+)" time="([^"]*)"[^>]*>(.*)</state>', body) == [
        ("10", "2011-01-01 12:57:46", "deliver"),
        ("20", "", "send"),
    ]


def leg(channel: Channel, status: Status) -> LegState:
    return LegState(LegId(11), channel, status, CHANGED, 1, Money(10_000))


@pytest.mark.parametrize(
    ("channels", "legs", "shown"),
    [
        ((Channel.SMS,), (leg(Channel.SMS, Status.DELIVERED),), ""),
        ((Channel.VIBER, Channel.SMS), (), ""),
        ((Channel.VIBER, Channel.SMS), (leg(Channel.VIBER, Status.SENT),), ' viber="send"'),
        (
            (Channel.VIBER, Channel.SMS),
            (leg(Channel.VIBER, Status.EXPIRED), leg(Channel.SMS, Status.DELIVERED)),
            ' viber="expired" sms="deliver"',
        ),
        ((), (leg(Channel.VIBER, Status.EXPIRED),), ""),  # one leg was asked for
    ],
)
def test_channels_of_a_message_that_has_several(
    channels: tuple[Channel, ...], legs: tuple[LegState, ...], shown: str
) -> None:
    one = replace(state(Status.DELIVERED), channels=channels, legs=legs)
    assert rendered(one) == (
        f'<state id_sms="10" time="2011-01-01 12:57:46" num_parts="2" price="1.15"{shown}>deliver</state>'
    )
