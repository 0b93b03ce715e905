from dataclasses import FrozenInstanceError
from datetime import datetime, timedelta

import pytest

from tests.core.samples import DAY, sms
from tolmach.core.drafts import ChargeOn, Draft, For, Group, Success, Until


def test_a_draft_without_more_is_sent_at_once_under_no_key() -> None:
    draft = Draft("+7 903 123-45-67", (sms(),))
    assert (draft.client_key, draft.due, draft.label) == (None, None, "")
    assert draft.recipient == "+7 903 123-45-67"


def test_a_step_succeeds_with_delivery_unless_told_otherwise() -> None:
    assert sms().success is Success.DELIVERED


def test_the_two_validities_are_different_values() -> None:
    moment = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001  # an account's wall clock is naive
    assert Until(moment) == Until(moment)
    assert len({Until(moment), For(timedelta(days=1)), DAY}) == 2
    assert For(timedelta(days=1)) == DAY


def test_drafts_cannot_be_changed() -> None:
    draft = Draft("79031234567", (sms(),))
    with pytest.raises(FrozenInstanceError):
        draft.recipient = "79030000000"  # type: ignore[misc]


def test_the_words_that_are_stored() -> None:
    assert [value.value for value in ChargeOn] == ["sent", "delivered"]
    assert [value.value for value in Success] == ["delivered", "read"]


def test_a_group_without_a_key_is_named_by_the_system() -> None:
    assert Group(None) != Group("")
    assert Group("a", exclusive=True) != Group("a")
