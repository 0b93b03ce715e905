import pytest

from tests.services.world import draft
from tolmach.core.content import Channel
from tolmach.core.drafts import Draft
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.limits import RETRY_AFTER, BacklogLimits, LinkBound
from tolmach.core.traffic import Traffic, lane
from tolmach.services.backlogs import Backlogs

ONE, TWO = AccountId(1), AccountId(2)


SMS, VIBER = (lane(channel, Traffic.SERVICE) for channel in (Channel.SMS, Channel.VIBER))


def refused(backlogs: Backlogs, account: AccountId, *drafts: Draft) -> bool:
    try:
        backlogs.check(account, drafts)
    except RequestError as error:
        return (error.failure, error.retry_after) == (Failure.BUSY, RETRY_AFTER)
    return False


def test_one_account_has_too_much() -> None:
    backlogs = Backlogs(BacklogLimits(account=10))
    backlogs.counted({(ONE, SMS): 8})
    assert not refused(backlogs, ONE)
    backlogs.add(ONE, [draft()] * 2)
    assert (refused(backlogs, ONE), refused(backlogs, TWO)) == (True, False)
    backlogs.counted({(ONE, SMS): 3})
    assert not refused(backlogs, ONE)


def test_all_together_have_too_much() -> None:
    backlogs = Backlogs(BacklogLimits(all=10))
    backlogs.counted({(ONE, SMS): 8, (TWO, VIBER): 1})
    assert not refused(backlogs, TWO)
    backlogs.add(TWO, [draft()])
    assert (refused(backlogs, ONE), refused(backlogs, TWO)) == (True, True)


@pytest.mark.parametrize(("limits", "limited"), [(BacklogLimits(), False), (BacklogLimits(all=1), True)])
def test_without_a_bound_nothing_is_refused(limits: BacklogLimits, limited: bool) -> None:
    backlogs = Backlogs(limits)
    backlogs.add(ONE, [draft()] * 100)
    assert backlogs.limited is limited
    assert refused(backlogs, ONE) is limited


def test_a_channel_has_too_much() -> None:
    backlogs = Backlogs(BacklogLimits(channel=10))
    backlogs.counted({(ONE, VIBER): 50, (ONE, SMS): 4, (TWO, lane(Channel.SMS, Traffic.OTP)): 5})
    assert not refused(backlogs, TWO, draft())
    backlogs.add(ONE, [draft()])
    assert (refused(backlogs, TWO, draft()), refused(backlogs, TWO)) == (True, False)


def test_links_that_have_too_much_are_full() -> None:
    channels = frozenset({Channel.SMS})
    links = [LinkBound("north", channels, 10), LinkBound("south", channels)]
    backlogs = Backlogs(BacklogLimits(), lambda: links)
    assert backlogs.limited
    backlogs.counted_links({"north": 9, "south": 9})
    assert (backlogs.busy, names(backlogs)) == (True, [])
    assert backlogs.presses
    backlogs.counted_links({"north": 10, "south": 90})
    assert names(backlogs) == ["north"]
    assert backlogs.full is not None
    assert backlogs.full.of_channel[Channel.SMS] == ("north", "south")
    backlogs.counted_links({"north": 1, "south": 1})
    assert (backlogs.busy, names(backlogs)) == (False, [])


def names(backlogs: Backlogs) -> list[str]:
    return [] if backlogs.full is None else sorted(backlogs.full.names)
