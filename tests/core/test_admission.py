from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import ABKHAZIA, RUSSIA, SHUT, UKRAINE, account, sms, terms, viber
from tolmach.core import admission
from tolmach.core.accounts import Account
from tolmach.core.admission import LONGEST_VALIDITY_MS, Terms
from tolmach.core.content import Address, Channel, Content, FlashText, SilentPing, SmsText, VCard, ViberCard, WapPush
from tolmach.core.drafts import For, Step, Success, Until
from tolmach.core.moments import to_ms
from tolmach.core.rejections import Rejection
from tolmach.core.results import SenderState
from tolmach.core.tariff import NO_TARIFF, Direction

BUTTON = ViberCard("Hello", "Open", "https://example.org")


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("79031234567", RUSSIA),
        ("380442589632", UKRAINE),
        ("79401234567", ABKHAZIA),
        ("35699123456", Rejection.DIRECTION_CLOSED),
        ("4915112345678", Rejection.DIRECTION_CLOSED_FOR_ACCOUNT),
    ],
)
def test_the_direction_of_a_number(phone: str, expected: Direction | Rejection) -> None:
    assert admission.choose_direction(phone, terms()) == expected


def test_a_direction_closed_for_the_account_is_told_before_one_closed_for_everybody() -> None:
    both = terms(closed=frozenset({SHUT.id, RUSSIA.id}))
    assert admission.choose_direction("35699123456", both) is Rejection.DIRECTION_CLOSED_FOR_ACCOUNT
    assert admission.choose_direction("79031234567", both) is Rejection.DIRECTION_CLOSED_FOR_ACCOUNT


def test_without_a_tariff_every_direction_is_closed() -> None:
    nothing = replace(terms(), tariff=NO_TARIFF)
    assert admission.choose_direction("79031234567", nothing) is Rejection.DIRECTION_CLOSED_FOR_ACCOUNT


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Tolmach", "Tolmach"),
        (None, "Tolmach"),
        ("", Rejection.NO_SENDER),
        ("tolmach", Rejection.UNKNOWN_SENDER),
        ("Stranger", Rejection.UNKNOWN_SENDER),
        ("Waits", Rejection.SENDER_NOT_APPROVED),
        ("Denied", Rejection.SENDER_NOT_APPROVED),
        ("TwelveLetter", Rejection.BAD_SENDER),
        ("1234567890123456", Rejection.BAD_SENDER),
        ("line\nbreak", Rejection.BAD_SENDER),
    ],
)
def test_the_sender(asked: str | None, expected: str | Rejection) -> None:
    assert admission.choose_sender(asked, terms()) == expected


@pytest.mark.parametrize("default", [None, ""])
def test_no_sender_and_no_default(default: str | None) -> None:
    assert admission.choose_sender(None, terms(default=default)) is Rejection.NO_SENDER


@pytest.mark.parametrize("asked", ["Stranger", "Denied", "123456789012345", "+123456789012345", "Кафе № 1"])
def test_an_account_for_any_sender_uses_any_well_formed_one(asked: str) -> None:
    assert admission.choose_sender(asked, terms(any_sender=True)) == asked


@pytest.mark.parametrize("asked", ["TwelveLetter", "1234567890123456", "١٢٣٤٥٦٧٨٩٠١٢", "tab\there"])
def test_but_not_an_ill_formed_one(asked: str) -> None:
    assert admission.choose_sender(asked, terms(any_sender=True)) is Rejection.BAD_SENDER


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (SmsText("a" * 160), 1),
        (SmsText("a" * 161), 2),
        (SmsText("я" * 70), 1),
        (SmsText("я" * 71), 2),
        (SmsText("€" * 80), 1),
        (SmsText("€" * 81), 2),
        (SmsText("a" * 153 * 255), 255),
        (SmsText("a" * (153 * 255 + 1)), Rejection.TEXT_TOO_LONG),
        (SmsText(""), Rejection.NO_TEXT),
        (SmsText(" \n\t\u00a0"), Rejection.NO_TEXT),
        (FlashText("a" * 160), 1),
        (FlashText("я" * 71), 2),
        (FlashText(" "), Rejection.NO_TEXT),
        (SilentPing(), 1),
        (SilentPing("я" * 1000), 1),
        (WapPush("", "http://a.ru"), 1),
        (WapPush("a" * (133 - 25), "http://a.ru"), 1),  # 25: what is around text and link
        (WapPush("a" * (134 - 25), "http://a.ru"), 2),
        (WapPush("Text", " "), Rejection.NO_LINK),
        (WapPush("a" * 128 * 255, "http://a.ru"), Rejection.TEXT_TOO_LONG),
        (VCard("Ivan", cell="1"), 1),
        (VCard("Ivan", address=Address(city="Omsk")), 1),
        (VCard("Иван Иванович Иванов", cell="+79033256699"), 2),
        (VCard("Ivan"), Rejection.BAD_VCARD),
        (VCard("", cell="1"), Rejection.BAD_VCARD),
        (VCard(" ", cell="1"), Rejection.BAD_VCARD),
        (ViberCard("я" * 1000), 1),
        (ViberCard("я" * 1001), Rejection.TEXT_TOO_LONG),
        (ViberCard(" "), Rejection.NO_TEXT),
        (BUTTON, 1),
        (replace(BUTTON, button_text="я" * 19), 1),
        (replace(BUTTON, button_text="я" * 20), Rejection.BUTTON_TOO_LONG),
        (replace(BUTTON, button_url=""), Rejection.BUTTON_INCOMPLETE),
        (replace(BUTTON, button_text=""), Rejection.BUTTON_INCOMPLETE),
        (replace(BUTTON, image_url="https://example.org/a.png"), 1),
        (ViberCard("Hello", image_url="https://example.org/a.png"), Rejection.PICTURE_WITHOUT_BUTTON),
    ],
)
def test_parts(content: Content, expected: int | Rejection) -> None:
    assert admission.count_parts(content) == expected


def _long_button(text: str) -> ViberCard:
    return ViberCard(text, "я" * 20, "", "https://example.org/a.png")


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), Rejection.NO_STEPS),
        ((sms(),) * 10, Rejection.NO_STEPS),
        ((sms("", ""),), Rejection.NO_SENDER),
        ((sms("", "TwelveLetter"),), Rejection.BAD_SENDER),
        ((sms("", "Stranger"),), Rejection.UNKNOWN_SENDER),
        ((sms("", "Waits"),), Rejection.SENDER_NOT_APPROVED),
        ((sms(""),), Rejection.NO_TEXT),
        ((viber(_long_button("")),), Rejection.NO_TEXT),
        ((viber(_long_button("я" * 1001)),), Rejection.TEXT_TOO_LONG),
        ((viber(_long_button("я")),), Rejection.BUTTON_TOO_LONG),
        ((viber(ViberCard("я", "b", "", "i")),), Rejection.BUTTON_INCOMPLETE),
        ((sms(), sms("", "Stranger")), Rejection.UNKNOWN_SENDER),
        ((sms(""), sms("a", "Stranger")), Rejection.NO_TEXT),
    ],
)
def test_the_first_obstacle_refuses_the_steps(steps: tuple[Step, ...], expected: Rejection) -> None:
    assert admission.check_steps(steps, terms()) is expected


def test_a_plan_keeps_what_was_asked() -> None:
    plan = admission.check_steps((viber(BUTTON, Success.READ), sms("я" * 71, None)), terms())
    assert not isinstance(plan, Rejection)
    assert [(step.channel, step.sender, step.parts, step.part_price) for step in plan] == [
        (Channel.VIBER, "Tolmach", 1, 0),
        (Channel.SMS, "Tolmach", 2, 0),
    ]
    assert [step.content for step in plan] == [BUTTON, SmsText("я" * 71)]
    assert [step.success for step in plan] == [Success.READ, Success.DELIVERED]


@pytest.mark.parametrize(
    ("asked", "lasts"),
    [
        (timedelta(minutes=1), 60_000),
        (timedelta(0), 0),
        (timedelta(days=7), LONGEST_VALIDITY_MS),
        (timedelta(days=8), LONGEST_VALIDITY_MS),
        (timedelta.max, LONGEST_VALIDITY_MS),
    ],
)
def test_a_validity_lasts_a_week_at_most(asked: timedelta, lasts: int) -> None:
    plan = admission.check_steps((sms(validity=For(asked)),), terms())
    assert not isinstance(plan, Rejection)
    assert (plan[0].lasts_ms, plan[0].ends_ms) == (lasts, None)


def test_a_validity_until_a_moment_is_of_the_accounts_clock() -> None:
    plan = admission.check_steps((sms(validity=Until(datetime(2026, 3, 2, 15, 0))),), terms())  # noqa: DTZ001
    assert not isinstance(plan, Rejection)
    assert plan[0].ends_ms == to_ms(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    assert plan[0].expires_ms(plan[0].ends_ms - 5) == plan[0].ends_ms
    assert plan[0].expires_ms(plan[0].ends_ms - LONGEST_VALIDITY_MS - 5) == plan[0].ends_ms - 5


def test_steps_are_priced_by_direction_and_channel() -> None:
    plan = admission.check_steps((viber(), sms("a" * 161)), terms())
    assert not isinstance(plan, Rejection)
    priced = admission.price_steps(plan, RUSSIA, terms())
    assert not isinstance(priced, Rejection)
    assert [(step.part_price, step.price) for step in priced] == [(15_000, 15_000), (10_000, 20_000)]
    assert [step._replace(part_price=plan[0].part_price) for step in priced] == list(plan)


def test_a_channel_that_is_not_sold_there_closes_the_direction() -> None:
    plan = admission.check_steps((sms(), viber()), terms())
    assert not isinstance(plan, Rejection)
    assert admission.price_steps(plan, UKRAINE, terms()) is Rejection.DIRECTION_CLOSED_FOR_ACCOUNT


SENDER_NAMES = st.one_of(st.none(), st.text(max_size=20), st.sampled_from(["Tolmach", "Waits", "79031234567"]))


@given(SENDER_NAMES, st.booleans())
def test_any_sender_is_chosen_or_refused(asked: str | None, any_sender: bool) -> None:
    chosen = admission.choose_sender(asked, terms(any_sender=any_sender))
    if isinstance(chosen, Rejection):
        assert chosen.value.endswith(("sender", "not-approved"))
    else:
        assert chosen == (asked or "Tolmach")
        assert admission.well_formed(chosen)


def test_terms_know_whose_they_are() -> None:
    whose: Account = account()
    assert Terms(whose, {"Tolmach": SenderState.COMPLETED}, NO_TARIFF).closed == frozenset()
