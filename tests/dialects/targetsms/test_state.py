from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.dialects.engine.documents import below_root
from tests.dialects.targetsms.documents import call, post, request
from tolmach.core.commands import GetStates
from tolmach.core.content import Channel
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import LegId
from tolmach.core.money import Money
from tolmach.core.results import LegState, MessageState, StatesResult
from tolmach.core.status import Status
from tolmach.dialects.targetsms.state import State

CHANGED = datetime(2017, 11, 23, 13, 15, 25, tzinfo=ZoneInfo("Europe/Moscow"))
MANUAL = """<?xml version="1.0" encoding="utf-8" ?>
<request>
<security>
<login value="логин" />
<password value="пароль" />
</security>
<state>
<id_message>111</id_message>
<id_message> 112 </id_message>
<id_message/>
</state>
</request>"""


def leg(channel: Channel, status: Status, charged: int = 0, parts: int = 1) -> LegState:
    return LegState(LegId(11), channel, status, CHANGED, parts, Money(15_000), Money(charged))


def rendered(status: Status, *legs: LegState, changed_at: datetime | None = CHANGED) -> str:
    state = MessageState(10, "79801234567", status, changed_at, 1, Money(15_000), legs)
    return below_root(State().render(call(), StatesResult(["10"], [state])))


def test_the_sample_of_the_manual() -> None:
    assert State().parse(post(MANUAL)).command == GetStates(("111", "112", ""))


def test_without_a_state_element_the_document_is_refused_after_the_login() -> None:
    fault = State().parse(request("<get_state/>")).fault
    assert fault is not None
    assert fault.failure is Failure.MISSING_FIELD


def test_without_a_login_nothing_is_told_and_a_blocked_account_may_ask() -> None:
    with pytest.raises(RequestError) as caught:
        State().parse(request("<state/>", security=""))
    assert caught.value.failure is Failure.UNAUTHORISED
    assert State().open_to_blocked


def test_before_anything_happened() -> None:
    assert rendered(Status.QUEUED, changed_at=None) == (
        '<state id_message="10" time_change_state="" state_sms="send" state_viber="send" num_parts_sms="0" '
        'price_sms="0" price_viber="0">send</state>'
    )


def test_each_channel_has_its_own_state_and_what_was_charged_for_it() -> None:
    legs = leg(Channel.VIBER, Status.EXPIRED, 15_000), leg(Channel.SMS, Status.DELIVERED, 20_000, 2)
    assert rendered(Status.DELIVERED, *legs) == (
        '<state id_message="10" time_change_state="2017-11-23 13:15:25" state_sms="deliver" state_viber="expired" '
        'num_parts_sms="2" price_sms="2" price_viber="1.5">deliver</state>'
    )


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.QUEUED, "send"),
        (Status.ON_MODERATION, "send"),
        (Status.SENT, "send"),
        (Status.DELIVERED, "deliver"),
        (Status.READ, "deliver"),
        (Status.UNDELIVERED, "not_deliver"),
        (Status.EXPIRED, "expired"),
        (Status.UNKNOWN, "partly_deliver"),
        (Status.REFUSED, "not_deliver"),
        (Status.CANCELLED, "not_deliver"),
    ],
)
def test_the_words_of_the_message_and_of_its_channel(status: Status, word: str) -> None:
    body = rendered(status, leg(Channel.VIBER, status))
    assert 'state_sms="send"' in body
    assert f'state_viber="{word}"' in body
    assert body.endswith(f">{word}</state>")


def test_an_unknown_id_is_answered_in_its_place_as_it_was_asked() -> None:
    body = below_root(State().render(call(), StatesResult(["<1>"], [None])))
    assert body == (
        '<state id_message="&lt;1&gt;" time_change_state="" state_sms="send" state_viber="send" num_parts_sms="0" '
        'price_sms="0" price_viber="0">Сообщение с таким ID не принималось</state>'
    )
