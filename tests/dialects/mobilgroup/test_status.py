from collections import Counter
from datetime import UTC, datetime

import pytest

from tolmach.core.commands import GetCampaign
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import CampaignId
from tolmach.core.money import ZERO
from tolmach.core.results import CampaignDetail, CampaignSummary, RecipientState
from tolmach.core.status import Status
from tolmach.dialects.mobilgroup import status
from tolmach.dialects.mobilgroup.envelope import Fields

STARTS = datetime(2007, 3, 12, 23, 22, 59, tzinfo=UTC)


def campaign(*recipients: RecipientState) -> CampaignDetail:
    counts = Counter(state.status for state in recipients)
    return CampaignDetail(
        CampaignSummary(CampaignId(1), "123456", STARTS, "text", "Mobilgrup", counts, ZERO), recipients
    )


def test_request() -> None:
    assert status.read(Fields(id="123456", extended="1")) == GetCampaign("mobilgroup", "123456", system_ids=False)


@pytest.mark.parametrize(("request_id", "failure"), [("", Failure.MISSING_FIELD), ("abc", Failure.BAD_FIELD)])
def test_wrong_requests(request_id: str, failure: Failure) -> None:
    with pytest.raises(RequestError) as caught:
        status.read(Fields(id=request_id))
    assert caught.value.failure is failure


def test_the_manuals_sample_of_an_extended_answer() -> None:
    result = campaign(
        RecipientState("79039587454", Status.DELIVERED, datetime(2007, 3, 12, 23, 24, 1, tzinfo=UTC)),
        RecipientState("79236411579", Status.UNDELIVERED, datetime(2007, 3, 12, 23, 23, 1, tzinfo=UTC)),
    )
    assert status.lines(result, extended=True) == [
        "<status>4</status>",
        "<extended>",
        "<dest><phone>79039587454</phone><time>2007-03-12 23:24</time><status>1</status></dest>",
        "<dest><phone>79236411579</phone><time>2007-03-12 23:23</time><status>2</status></dest>",
        "</extended>",
    ]


def test_without_recipients() -> None:
    assert status.lines(campaign(RecipientState("79039587454", Status.SENT, STARTS)), extended=False) == [
        "<status>2</status>"
    ]


@pytest.mark.parametrize(
    ("recipient_status", "number"),
    [
        (Status.QUEUED, 0),
        (Status.ON_MODERATION, 0),
        (Status.SENT, 8),
        (Status.DELIVERED, 1),
        (Status.READ, 1),
        (Status.UNDELIVERED, 2),
        (Status.EXPIRED, 2),
        (Status.UNKNOWN, 2),
        (Status.CANCELLED, 2),
        (Status.REFUSED, 16),
    ],
)
def test_recipients_to_whom_nothing_happened_have_the_time_of_sending(recipient_status: Status, number: int) -> None:
    lines = status.lines(campaign(RecipientState("79039587454", recipient_status, None)), extended=True)
    assert lines[2] == (
        f"<dest><phone>79039587454</phone><time>2007-03-12 23:22</time><status>{number}</status></dest>"
    )
