import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import planned
from tolmach.core import settlement
from tolmach.core.content import Channel
from tolmach.core.drafts import ChargeOn
from tolmach.core.money import ZERO, Money
from tolmach.core.plans import PlannedStep, total
from tolmach.core.status import FINAL, SUCCESS, Status

SINGLE = (planned(10_000, 3),)
CASCADE = (planned(15_000, 1, Channel.VIBER), planned(10_000, 2))
STEPS = st.builds(planned, st.integers(0, 10**6), st.integers(1, 10))
ENDINGS = st.sampled_from(sorted(FINAL))


@pytest.mark.parametrize(
    ("plan", "step", "charge_on", "due"),
    [
        (SINGLE, 1, ChargeOn.SENT, 30_000),
        (SINGLE, 1, ChargeOn.DELIVERED, 0),
        (CASCADE, 1, ChargeOn.SENT, 0),
        (CASCADE, 2, ChargeOn.SENT, 20_000),
        (CASCADE, 2, ChargeOn.DELIVERED, 0),
    ],
)
def test_only_a_last_step_is_charged_when_sent(
    plan: tuple[PlannedStep, ...], step: int, charge_on: ChargeOn, due: int
) -> None:
    assert settlement.due_when_sent(plan, step, charge_on) == due


@pytest.mark.parametrize("status", Status)
def test_a_final_step_is_charged_when_it_was_delivered_and_not_charged_yet(status: Status) -> None:
    expected = 30_000 if status in SUCCESS else 0
    assert settlement.due_when_delivered(SINGLE[0], status, ZERO) == expected
    assert settlement.due_when_delivered(SINGLE[0], status, Money(30_000)) == 0


@given(st.lists(st.tuples(STEPS, ENDINGS, st.booleans()), min_size=1, max_size=9), st.sampled_from(ChargeOn))
def test_what_is_charged_and_what_goes_back_is_what_was_held(
    tried: list[tuple[PlannedStep, Status, bool]], charge_on: ChargeOn
) -> None:
    plan = tuple(step for step, _, _ in tried)
    charged = []
    for number, (step, status, sent) in enumerate(tried, 1):
        taken = settlement.due_when_sent(plan, number, charge_on) if sent else ZERO
        charged.append(Money(taken + settlement.due_when_delivered(step, status, taken)))
        assert charged[-1] in (0, step.price)
    assert settlement.remainder(plan, charged) + sum(charged) == total(plan)
    assert settlement.remainder(plan, charged) >= 0
