import orjson
from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import planned
from tolmach.core import plans
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.drafts import Success
from tolmach.core.ids import LARGEST, MessageId, leg_id
from tolmach.core.money import Money
from tolmach.core.plans import Plan, PlannedStep
from tolmach.core.results import LegQuote

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
COUNTS = st.integers(1, 255)
MOMENTS = st.integers(0, LARGEST)
PRICES = st.integers(0, 10**12).map(Money)
SMS = st.builds(
    PlannedStep,
    st.just(Channel.SMS),
    TEXTS,
    st.builds(SmsText, TEXTS),
    COUNTS,
    PRICES,
    MOMENTS,
    st.none() | MOMENTS,
    st.sampled_from(Success),
    st.sampled_from(["", "carrier"]),
    st.booleans(),
)
VIBER = st.builds(
    PlannedStep,
    st.just(Channel.VIBER),
    TEXTS,
    st.builds(ViberCard, TEXTS, TEXTS, TEXTS, TEXTS),
    st.just(1),
    PRICES,
    MOMENTS,
    st.none() | MOMENTS,
    st.sampled_from(Success),
)
PLANS = st.lists(SMS | VIBER, min_size=1, max_size=9).map(tuple)


@given(PLANS)
def test_a_plan_survives_its_stored_form(plan: Plan) -> None:
    stored = plans.dump(plan)
    assert plans.read(stored) == plan
    assert plans.dump(plans.read(stored)) == stored
    assert len(orjson.loads(stored)) == len(plan)


@given(PLANS)
def test_a_plan_is_remembered_as_it_would_be_read(plan: Plan) -> None:
    stored = plans.dump(plan)
    assert plans.load(stored) == plans.read(stored)


def test_plans_that_nobody_reads_back_do_not_pile_up() -> None:
    texts = range(plans.REMEMBERED + 2)
    first, *others = [plans.dump((planned()._replace(content=SmsText(f"unread {number}")),)) for number in texts]
    assert len(plans._written) <= plans.REMEMBERED
    assert first not in plans._written
    for stored in (first, others[-1]):
        assert plans.load(stored) == plans.read(stored)


@given(PLANS)
def test_the_price_of_a_plan_is_that_of_all_its_steps(plan: Plan) -> None:
    assert plans.total(plan) == sum(step.parts * step.part_price for step in plan)


@given(SMS | VIBER, MOMENTS)
def test_a_step_expires_at_the_earlier_of_its_two_ends(step: PlannedStep, starts: int) -> None:
    ends = [starts + step.lasts_ms] + ([] if step.ends_ms is None else [step.ends_ms])
    assert step.expires_ms(starts) == min(ends)


def test_the_stored_form_leaves_out_what_is_ordinary() -> None:
    assert orjson.loads(plans.dump((planned(),))) == [
        {"channel": "sms", "sender": "Tolmach", "text": "Hello", "parts": 1, "price": 10_000, "lasts": 60_000}
    ]


def test_quotes_name_the_legs_that_would_send_them() -> None:
    plan = (planned(15_000, 1, Channel.VIBER), planned(10_000, 3))
    assert plans.quotes(plan, MessageId(70)) == (
        LegQuote(leg_id(MessageId(70), 1), Channel.VIBER, 1, Money(15_000)),
        LegQuote(leg_id(MessageId(70), 2), Channel.SMS, 3, Money(10_000)),
    )
    assert [quote.leg for quote in plans.quotes(plan, MessageId(70))] == [71, 72]
