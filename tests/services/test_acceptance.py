from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.clock import FakeClock
from tests.services.answers import NOON_IN_MOSCOW, PHONES, accepted, failure, ids, only, reasons
from tests.services.world import (
    BALANCE,
    HASH,
    PHONE,
    SMS_PRICE,
    VIBER_PRICE,
    World,
    command,
    draft,
    sms,
    viber,
)
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, ViberCard
from tolmach.core.drafts import Draft, Group, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId, CampaignId
from tolmach.core.moments import to_ms
from tolmach.core.money import ZERO
from tolmach.core.operators import OperatorFilter
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, CampaignRef, Rejected, SendResult
from tolmach.core.status import Status
from tolmach.services import numbering
from tolmach.services.acceptance import FARTHEST, Order
from tolmach.services.numberplans import PlanReading
from tolmach.store import campaigns, counters, messages, stops, tariffs

# --- what is accepted


def test_ids_are_tens_without_gaps(world: World) -> None:
    assert ids(world.result(command(*map(draft, PHONES[:3]))).items) == [10, 20, 30]
    refused = [draft("x"), draft(PHONES[3]), draft(""), draft(PHONES[4])]
    assert ids(world.result(command(*refused)).items) == [40, 50]
    answers = world.accept(*(Order(world.principal(), command(draft(phone))) for phone in PHONES[5:8]))
    assert [accepted(answer).id for answer in answers if isinstance(answer, SendResult)] == [60, 70, 80]
    assert world.read(lambda tx: counters.value(tx, counters.MESSAGES)) == 8


def test_an_accepted_message_tells_number_parts_and_price(world: World) -> None:
    item = accepted(world.result(command(draft("+7 (903) 123-45-67", viber(), sms("я" * 71)))))
    assert (item.id, item.recipient, item.repeated) == (10, PHONE, False)
    assert [(leg.leg, leg.channel, leg.parts, leg.part_price, leg.price) for leg in item.legs] == [
        (11, Channel.VIBER, 1, VIBER_PRICE, VIBER_PRICE),
        (12, Channel.SMS, 2, SMS_PRICE, 2 * SMS_PRICE),
    ]
    assert world.money() == (BALANCE - VIBER_PRICE - 2 * SMS_PRICE, VIBER_PRICE + 2 * SMS_PRICE)


def test_what_is_stored_is_what_was_asked(world: World) -> None:
    asked = Draft(PHONE, (sms(),), "a key", NOON_IN_MOSCOW + timedelta(minutes=5), "л" * 300)
    world.result(replace(command(asked), dialect="smspager"))
    stored = world.read(lambda tx: messages.by_ids(tx, [10]))[10]
    now = world.read(lambda tx: messages.latest(tx, 1))[0].accepted_at
    assert (stored.recipient, stored.client_key, stored.dialect, stored.label) == (
        PHONE,
        "a key",
        "smspager",
        "л" * 255,
    )
    assert (stored.accepted_at, stored.due_at - stored.accepted_at) == (now, 300_000)
    assert (stored.account, stored.campaign) == (world.demo, None)


@pytest.mark.parametrize(
    ("dues", "minutes"),
    [([None], 0), ([0], 0), ([-600], 0), ([5], 5), ([7, 5], 5), ([None, 5], 0), ([-5, 5], 0)],
)
def test_the_answer_tells_when_sending_begins(world: World, dues: list[int | None], minutes: int) -> None:
    drafts = [draft(due=None if due is None else NOON_IN_MOSCOW + timedelta(minutes=due)) for due in dues]
    sends_at = world.result(command(*drafts)).sends_at
    assert sends_at == world.clock.now() + timedelta(minutes=minutes)
    assert sends_at.utcoffset() == timedelta(hours=3)


def test_no_drafts_are_no_messages(world: World) -> None:
    result = world.result(SendMessages((), "prontosms", Group("a")))
    assert (list(result.items), result.campaign) == ([], CampaignRef(CampaignId(0), "a"))
    assert (world.count(), result.sends_at) == (0, world.clock.now())


# --- what is refused


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (draft(""), Rejection.NO_RECIPIENT),
        (draft("12345"), Rejection.BAD_RECIPIENT),
        (draft("7" * 16), Rejection.RECIPIENT_TOO_LONG),
        (draft("74957271122"), Rejection.NOT_MOBILE),
        (draft("79990000000"), Rejection.STOPPED),
        (draft("79990000001"), Rejection.STOPPED),
        (draft("35699123456"), Rejection.DIRECTION_CLOSED),
        (draft("4915112345678"), Rejection.DIRECTION_CLOSED_FOR_ACCOUNT),
        (draft("380442589632", viber()), Rejection.DIRECTION_CLOSED_FOR_ACCOUNT),
        (draft(PHONE, sms("a" * 153 * 101)), Rejection.NO_MONEY),
        (draft(PHONE, sms(" ")), Rejection.NO_TEXT),
        (draft(PHONE, sms("a" * 40_000)), Rejection.TEXT_TOO_LONG),
        (draft(PHONE, sms(sender="")), Rejection.NO_SENDER),
        (draft(PHONE, sms(sender="TwelveLetter")), Rejection.BAD_SENDER),
        (draft(PHONE, sms(sender="Stranger")), Rejection.UNKNOWN_SENDER),
        (draft(PHONE, sms(sender="Waits")), Rejection.SENDER_NOT_APPROVED),
        (draft(PHONE, replace(viber(), content=ViberCard("a", "b" * 20, "c"))), Rejection.BUTTON_TOO_LONG),
        (draft(PHONE, replace(viber(), content=ViberCard("a", "b"))), Rejection.BUTTON_INCOMPLETE),
        (draft(PHONE, replace(viber(), content=ViberCard("a", "", "", "d"))), Rejection.PICTURE_WITHOUT_BUTTON),
        (Draft(PHONE, ()), Rejection.NO_STEPS),
        (Draft(PHONE, (sms(),) * 10), Rejection.NO_STEPS),
        # the number comes before the steps, the steps before the stop list, that before the direction, money last
        (draft("x", sms("")), Rejection.BAD_RECIPIENT),
        (draft("79990000000", sms("")), Rejection.NO_TEXT),
        (draft("35699123456", sms("", "Stranger")), Rejection.UNKNOWN_SENDER),
        (draft("35699000000"), Rejection.STOPPED),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_every_rejection(world: World, asked: Draft, reason: Rejection, whole: bool) -> None:
    world.stop("79990000000")
    world.stop("79990000001", stops.EVERYBODY)
    world.stop("35699000000")
    item = only(world.result(command(asked, whole=whole)))
    assert isinstance(item, Rejected)
    assert (item.reason, item.recipient) == (reason, asked.recipient)
    assert world.money() == (BALANCE, 0)
    assert world.claim() == []


def test_a_direction_closed_for_the_account(world: World) -> None:
    def close(is_open: bool) -> None:
        russia = world.read(lambda tx: tariffs.direction_by_name(tx, "Россия"))
        assert russia is not None
        world.write(lambda tx: tariffs.set_open_for(tx, world.demo, russia, is_open=is_open))

    close(False)
    assert reasons(world.result(command()).items) == [Rejection.DIRECTION_CLOSED_FOR_ACCOUNT]
    assert reasons(world.result(command(), world.other).items) == [None]
    close(True)
    assert reasons(world.result(command()).items) == [None]


def test_a_stop_of_another_account_is_not_ours(world: World) -> None:
    world.stop(PHONE, world.other)
    assert reasons(world.result(command()).items) == [None]
    assert reasons(world.result(command(), world.other).items) == [Rejection.STOPPED]


def test_an_account_without_a_tariff_sends_nothing(world: World) -> None:
    world.change(tariff_id=None)
    assert reasons(world.result(command()).items) == [Rejection.DIRECTION_CLOSED_FOR_ACCOUNT]


# --- money


def test_money_that_is_exactly_enough(world: World) -> None:
    world.top_up(3 * SMS_PRICE - BALANCE)
    result = world.result(command(*map(draft, PHONES[:4])))
    assert reasons(result.items) == [None, None, None, Rejection.NO_MONEY]
    assert world.money() == (0, 3 * SMS_PRICE)


def test_money_that_lacks_a_ten_thousandth(world: World) -> None:
    world.top_up(SMS_PRICE - 1 - BALANCE)
    assert reasons(world.result(command()).items) == [Rejection.NO_MONEY]
    assert world.money() == (SMS_PRICE - 1, 0)


def test_who_costs_less_still_fits(world: World) -> None:
    world.top_up(3 * SMS_PRICE - BALANCE)
    asked = [draft(PHONES[0], sms("я" * 71)), draft(PHONES[1], sms("я" * 71)), draft(PHONES[2])]
    assert reasons(world.result(command(*asked)).items) == [None, Rejection.NO_MONEY, None]


def test_commands_of_one_batch_share_the_money_in_order(world: World) -> None:
    world.top_up(2 * SMS_PRICE - BALANCE)
    orders = [Order(world.principal(), command(draft(phone))) for phone in PHONES[:3]]
    answers = world.accept(orders[0], Order(world.principal(world.other), command()), *orders[1:])
    found = [reasons(answer.items) for answer in answers if isinstance(answer, SendResult)]
    assert found == [[None], [None], [None], [Rejection.NO_MONEY]]
    assert (world.money(), world.money(world.other)) == ((0, 2 * SMS_PRICE), (BALANCE - SMS_PRICE, SMS_PRICE))


def test_a_message_without_a_price_needs_no_money(world: World) -> None:
    free = [tariffs.PriceRow("Россия", ("7",), Channel.SMS, ZERO)]
    world.write(lambda tx: tariffs.replace(tx, "base", free))
    world.top_up(-BALANCE)
    assert reasons(world.result(command()).items) == [None]
    world.submit()
    world.receive(("11", Status.DELIVERED))
    assert (world.money(), world.legs(10)) == ((0, 0), [(Status.DELIVERED, 0)])


def test_a_debt_sends_nothing(world: World) -> None:
    world.top_up(-BALANCE - 1)
    assert reasons(world.result(command()).items) == [Rejection.NO_MONEY]


# --- dry runs


def test_a_dry_run_prices_and_stores_nothing(world: World) -> None:
    asked = command(draft(PHONES[0], sms("я" * 71)), draft("x"), draft(PHONES[1], key="a"), dry_run=True)
    result = world.result(replace(asked, group=Group("spring")))
    first, _, third = result.items
    assert isinstance(first, Accepted)
    assert isinstance(third, Accepted)
    assert (first.id, first.parts, first.legs[0].price, third.id) == (0, 2, 2 * SMS_PRICE, 0)
    assert reasons(result.items) == [None, Rejection.BAD_RECIPIENT, None]
    assert result.campaign == CampaignRef(CampaignId(0), "spring")
    assert (world.count(), world.money()) == (0, (BALANCE, 0))
    assert ids(world.result(command(draft(key="a"))).items) == [10]


def test_a_dry_run_counts_the_money_as_sending_would(world: World) -> None:
    world.top_up(2 * SMS_PRICE - BALANCE)
    asked = command(*map(draft, PHONES[:3]))
    expected = [None, None, Rejection.NO_MONEY]
    for _ in range(2):
        assert reasons(world.result(replace(asked, dry_run=True)).items) == expected
    orders = [Order(world.principal(), replace(asked, dry_run=dry_run)) for dry_run in (True, False)]
    assert [reasons(answer.items) for answer in world.accept(*orders) if isinstance(answer, SendResult)] == [
        expected
    ] * 2


def test_a_dry_run_knows_repeats(world: World) -> None:
    world.result(command(draft(key="a")))
    item = accepted(world.result(command(draft(key="a"), dry_run=True)))
    assert (item.id, item.repeated) == (10, True)


# --- all or nothing


def test_a_whole_command_with_an_obstacle_stores_nothing(world: World) -> None:
    asked = command(draft(PHONES[0]), draft("x"), draft(PHONES[1]), whole=True)
    assert reasons(world.result(asked).items) == [Rejection.BAD_RECIPIENT] * 3
    assert (world.count(), world.money()) == (0, (BALANCE, 0))


def test_a_whole_command_without_enough_money_stores_nothing(world: World) -> None:
    world.top_up(2 * SMS_PRICE - BALANCE)
    asked = command(*map(draft, PHONES[:3]), whole=True)
    assert reasons(world.result(asked).items) == [Rejection.NO_MONEY] * 3
    assert world.count() == 0
    assert reasons(world.result(replace(asked, drafts=asked.drafts[:2])).items) == [None, None]
    assert world.money() == (0, 2 * SMS_PRICE)


def test_a_whole_command_records_those_who_may_not_be_written_to(world: World) -> None:
    world.stop(PHONES[1])
    asked = command(draft(PHONES[0]), draft(PHONES[1], viber(), sms()), draft("35699123456"), whole=True)
    result = world.result(replace(asked, group=Group("7", exclusive=True)))
    assert reasons(result.items) == [None, Rejection.STOPPED, Rejection.DIRECTION_CLOSED]
    assert [item.recorded for item in result.items if isinstance(item, Rejected)] == [True, True]
    sent, stopped, closed = world.states(10, 20, 30)
    assert sent is not None
    assert stopped is not None
    assert closed is not None
    assert (sent.status, stopped.status, closed.status) == (Status.QUEUED, Status.REFUSED, Status.REFUSED)
    assert (stopped.reason, closed.reason, stopped.part_price) == ("stopped", "direction-closed", 0)
    assert [leg.status for leg in stopped.legs] == [Status.REFUSED] * 2
    assert world.money() == (BALANCE - SMS_PRICE, SMS_PRICE)
    assert [submission.leg for submission in world.claim()] == [11]
    found = world.read(lambda tx: campaigns.message_ids(tx, [CampaignId(1)]))
    assert found == {1: [10, 20, 30]}


def test_a_whole_command_of_which_nobody_may_be_written_to(world: World) -> None:
    world.stop(PHONE)
    result = world.result(command(draft(), whole=True))
    assert (reasons(result.items), world.count(), world.claim()) == ([Rejection.STOPPED], 1, [])


def test_a_whole_dry_run_stores_nothing(world: World) -> None:
    world.stop(PHONE)
    result = world.result(command(draft(), draft(PHONES[0]), whole=True, dry_run=True))
    assert reasons(result.items) == [Rejection.STOPPED, None]
    assert (world.count(), world.money()) == (0, (BALANCE, 0))


# --- the command as a whole


def test_a_date_too_far_ahead_refuses_the_whole_command(world: World) -> None:
    far = NOON_IN_MOSCOW + FARTHEST
    asked = command(draft(PHONES[0]), draft(PHONES[1], due=far + timedelta(seconds=1)), group=Group("a"))
    assert failure(world, asked) is Failure.BAD_DATE
    assert (world.count(), world.money()) == (0, (BALANCE, 0))
    assert world.read(lambda tx: campaigns.by_key(tx, world.demo, "prontosms", "a")) is None
    assert reasons(world.result(command(draft(due=far))).items) == [None]


@pytest.mark.parametrize("due", [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)])  # noqa: DTZ001
def test_dates_at_the_edges_of_the_calendar(world: World, due: datetime) -> None:
    answer = world.answer(command(draft(due=due)))
    if due.year == 1:
        assert isinstance(answer, SendResult)
        assert answer.sends_at == world.clock.now()
    else:
        assert isinstance(answer, RequestError)


def test_a_blocked_account(world: World) -> None:
    world.change(blocked=True)
    assert failure(world, command()) is Failure.BLOCKED
    world.change(blocked=False)
    assert reasons(world.result(command()).items) == [None]


def test_a_password_that_was_changed_meanwhile(world: World) -> None:
    world.change(password_hash=HASH + "x")
    assert failure(world, command()) is Failure.UNAUTHORISED


def test_an_address_that_may_not(world: World) -> None:
    world.change(networks="192.0.2.0/24")
    orders = [Order(world.principal(remote=remote), command()) for remote in ("192.0.2.9", "198.51.100.1")]
    answers = world.accept(*orders)
    assert isinstance(answers[0], SendResult)
    assert isinstance(answers[1], RequestError)
    assert answers[1].failure is Failure.UNAUTHORISED


def test_an_account_that_is_gone(world: World) -> None:
    principal = world.principal()._replace(account=AccountId(99))
    (answer,) = world.accept(Order(principal, command()))
    assert isinstance(answer, RequestError)
    assert answer.failure is Failure.UNAUTHORISED


def test_one_command_that_fails_takes_nothing_from_the_others(world: World) -> None:
    far = NOON_IN_MOSCOW + timedelta(days=3_000)
    asked = [command(draft(PHONES[0])), command(draft(due=far)), command(draft(PHONES[1]))]
    answers = world.accept(*(Order(world.principal(), one) for one in asked))
    assert [isinstance(answer, SendResult) for answer in answers] == [True, False, True]
    assert [state.recipient for state in world.states(10, 20) if state] == PHONES[:2]


def test_an_empty_batch(world: World) -> None:
    assert world.accept() == []


def test_steps_that_are_shared_are_checked_per_account_and_direction(world: World) -> None:
    steps: tuple[Step, ...] = (sms(sender="Waits"),)
    world.change(world.other, any_sender=True)
    drafts = [Draft(phone, steps) for phone in (PHONE, "380442589632")]
    demo, other = (world.result(command(*drafts), id_).items for id_ in (world.demo, world.other))
    assert reasons(demo) == [Rejection.SENDER_NOT_APPROVED] * 2
    assert [item.legs[0].part_price for item in other if isinstance(item, Accepted)] == [10_000, 20_000]


def test_the_clock_of_the_account_decides(world: World) -> None:
    world.change(time_zone="Asia/Kamchatka")
    wall = datetime(2026, 3, 3, 0, 5)  # noqa: DTZ001  # noon in UTC is midnight there
    result = world.result(command(draft(due=wall)))
    assert result.sends_at == FakeClock().now() + timedelta(minutes=5)
    assert result.sends_at.replace(tzinfo=None) == wall


PLAN = (
    "7-АВС/ DEF;От;До;Емкость;Оператор;Регион\n"
    '961;0;4999999;5000000;ПАО "Вымпел-Коммуникации";Новосибирская область\n'
    '924;0;4999999;5000000;ПАО "МегаФон";Камчатский край\n'
)
NOVOSIBIRSK, KAMCHATKA, SOMEWHERE = "79610000001", "79240000001", "79161112233"


def plan(world: World) -> None:
    reading = PlanReading()
    reading.read("plan.csv", PLAN.encode())
    world.write(lambda tx: numbering.replace_ranges(tx, reading.ranges(), reading.files, world.clock.now()))


def test_moments_by_the_clock_of_the_recipient(world: World) -> None:
    plan(world)
    due = datetime(2026, 3, 3, 10, 0)  # noqa: DTZ001
    drafts = [draft(phone, due=due) for phone in (NOVOSIBIRSK, KAMCHATKA, SOMEWHERE, "no number")]
    result = world.result(replace(command(*drafts), regional=True))
    hours = {NOVOSIBIRSK: 3, KAMCHATKA: -2, SOMEWHERE: 7}  # UTC+7, UTC+12, and Moscow's, which is the account's
    accepted = [item.id for item in result.items if isinstance(item, Accepted)]
    stored = world.read(lambda tx: messages.by_ids(tx, accepted)).values()
    day = datetime(2026, 3, 3, tzinfo=UTC)
    assert {one.recipient: one.due_at for one in stored} == {
        phone: to_ms(day + timedelta(hours=hour)) for phone, hour in hours.items()
    }
    assert result.sends_at == day - timedelta(hours=2)


def test_a_moment_that_is_past_where_the_recipient_is_means_now(world: World) -> None:
    plan(world)
    due = datetime(2026, 3, 2, 16, 0)  # noqa: DTZ001  # an hour ahead in Moscow, eight hours ago on Kamchatka
    result = world.result(replace(command(draft(KAMCHATKA, due=due)), regional=True))
    assert result.sends_at == world.clock.now()


@pytest.mark.parametrize(
    ("allowed", "excluded", "left_out"),
    [
        (["beeline"], [], {KAMCHATKA, SOMEWHERE}),
        ([], ["megafon"], {KAMCHATKA}),
        (["beeline", "megafon"], ["megafon"], {KAMCHATKA, SOMEWHERE}),
    ],
)
def test_operators_that_are_left_out(world: World, allowed: list[str], excluded: list[str], left_out: set[str]) -> None:
    plan(world)
    asked = command(*(draft(phone) for phone in (NOVOSIBIRSK, KAMCHATKA, SOMEWHERE)))
    result = world.result(replace(asked, operators=OperatorFilter.of(allowed, excluded)))
    refused = {item.recipient for item in result.items if item == Rejected(Rejection.OPERATOR_EXCLUDED, item.recipient)}
    assert refused == left_out


def test_the_accounts_own_stops_may_be_passed_by(world: World) -> None:
    heedless = draft(PHONE, replace(sms(), own_stops=False))
    world.stop(PHONE)
    (item,) = world.result(command(heedless)).items
    assert isinstance(item, Accepted)
    world.stop(PHONE, stops.EVERYBODY)
    (item,) = world.result(command(heedless)).items
    assert item == Rejected(Rejection.STOPPED, PHONE)
