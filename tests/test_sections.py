"""What the sections of the settings tell the parts that they are for."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from tolmach.core.inbox import Wish
from tolmach.core.limits import BacklogLimits, KeepingRules
from tolmach.sections import InboxSettings, LimitsSettings, ModerationSettings, RetentionSettings


def test_the_policy_of_moderation() -> None:
    policy = ModerationSettings(links=False, longest_wait=60).policy
    assert (policy.links, policy.longest_wait) == (False, timedelta(minutes=1))


def test_the_policy_of_the_inbox() -> None:
    policy = InboxSettings(stop_words=("хватит",), start_words=("давай",), patience=2).policy
    assert [policy.words.wish(text) for text in ("Хватит!", "давай", "стоп")] == [Wish.STOP, Wish.START, None]
    assert policy.patience == timedelta(seconds=2)


def test_limits_and_periods() -> None:
    limits = LimitsSettings(account_backlog=1, backlog=2, channel_backlog=3)
    assert limits.backlogs == BacklogLimits(1, 2, 3)
    retention = RetentionSettings(days=1, stray_days=2, inbox_days=3, late_days=4)
    assert retention.rules == KeepingRules(1, 2, 3, 4)


@pytest.mark.parametrize("name", ["days", "stray_days", "inbox_days"])
def test_no_period_is_longer_than_the_calendar(name: str) -> None:
    assert RetentionSettings.model_validate({name: 36_500})
    with pytest.raises(ValidationError):
        RetentionSettings.model_validate({name: 10**6})


def test_off_stands_for_nothing() -> None:
    assert RetentionSettings.model_validate({"archive": "off"}).archive is None
    with pytest.raises(ValidationError):
        RetentionSettings.model_validate({"archive": "zip"})
