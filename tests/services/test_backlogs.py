import pytest

from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.limits import BacklogLimits
from tolmach.services.backlogs import RETRY_AFTER, Backlogs

ONE, TWO = AccountId(1), AccountId(2)


def refused(backlogs: Backlogs, account: AccountId) -> bool:
    try:
        backlogs.check(account)
    except RequestError as error:
        return (error.failure, error.retry_after) == (Failure.BUSY, RETRY_AFTER)
    return False


def test_one_account_has_too_much() -> None:
    backlogs = Backlogs(BacklogLimits(account=10))
    backlogs.counted({ONE: 8})
    assert not refused(backlogs, ONE)
    backlogs.add(ONE, 2)
    assert (refused(backlogs, ONE), refused(backlogs, TWO)) == (True, False)
    backlogs.counted({ONE: 3})
    assert not refused(backlogs, ONE)


def test_all_together_have_too_much() -> None:
    backlogs = Backlogs(BacklogLimits(all=10))
    backlogs.counted({ONE: 8, TWO: 1})
    assert not refused(backlogs, TWO)
    backlogs.add(TWO, 1)
    assert (refused(backlogs, ONE), refused(backlogs, TWO)) == (True, True)


@pytest.mark.parametrize(("limits", "limited"), [(BacklogLimits(), False), (BacklogLimits(all=1), True)])
def test_without_a_bound_nothing_is_refused(limits: BacklogLimits, limited: bool) -> None:
    backlogs = Backlogs(limits)
    backlogs.add(ONE, 10**9)
    assert backlogs.limited is limited
    assert refused(backlogs, ONE) is limited
