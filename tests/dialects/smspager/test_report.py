from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from lxml import etree

from tolmach.core.accounts import Login
from tolmach.core.commands import Command, GetCampaign, ListCampaigns
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import CampaignId
from tolmach.core.money import Money
from tolmach.core.results import CampaignDetail, CampaignsResult, CampaignSummary, RecipientState
from tolmach.core.status import Status
from tolmach.dialects.contract import Call
from tolmach.dialects.smspager.report import Report, Reported
from tolmach.wire import WireRequest, WireResponse

MOMENT = datetime(2010, 5, 1, 12, 0, 0, tzinfo=UTC)


def parse(content: str) -> Call[Reported]:
    body = f"<data>\n\n<login>LOGIN</login>\n\n<password>PASSWORD</password>\n\n{content}\n\n</data>"
    return Report().parse(WireRequest("POST", "/report.xml", body=body.encode()))


def wall(*fields: int) -> datetime:
    return datetime(*fields)  # type: ignore[arg-type]  # noqa: DTZ001


def summary(counts: Mapping[Status, int], text: str = "Привет") -> CampaignSummary:
    return CampaignSummary(CampaignId(7), "promo", MOMENT, text, "Magazin", counts, Money(7_600))


def tail(answer: WireResponse) -> str:
    return answer.body.decode().partition("</descr>")[2].removesuffix("</data>")


EMPTY_DETAIL = (
    "<detail><delivered></delivered><notDelivered></notDelivered><waiting></waiting><enqueued></enqueued>"
    "<cancel></cancel><onModer></onModer><process></process></detail>"
)


@pytest.mark.parametrize(
    ("content", "command"),
    [
        ("", ListCampaigns("smspager")),
        ("<start></start><stop/>", ListCampaigns("smspager")),
        ("<source> INF% </source>", ListCampaigns("smspager", sender="INF%")),
        ("<number>8 (916) 123-45-67</number>", ListCampaigns("smspager", recipient="79161234567")),
        ("<number>+7-916%</number>", ListCampaigns("smspager", recipient="7916%")),
        ("<number>nobody</number>", ListCampaigns("smspager", recipient="nobody")),
        ("<start>0000-00-00</start><stop>0000-00-00 00:00:00</stop>", ListCampaigns("smspager")),
        ("<start>2010-05-01</start>", ListCampaigns("smspager", wall(2010, 5, 1))),
        ("<start>2010-05-01 12:30:15</start>", ListCampaigns("smspager", wall(2010, 5, 1, 12, 30, 15))),
        ("<stop>2010-05-01</stop>", ListCampaigns("smspager", None, wall(2010, 5, 1, 23, 59, 59, 999_999))),
        ("<stop>2010-05-01 12:30:15</stop>", ListCampaigns("smspager", None, wall(2010, 5, 1, 12, 30, 15, 999_999))),
        # the space in the tag is the manual's
        ("<smsid >SMSID</smsid>", GetCampaign("smspager", "SMSID", system_ids=True)),
        ("<smsid>7</smsid><start>never</start>", GetCampaign("smspager", "7", system_ids=True)),
    ],
)
def test_requests(content: str, command: Command[Reported]) -> None:
    call = parse(content)
    assert (call.credentials, call.command, call.fault) == (Login("LOGIN", "PASSWORD"), command, None)


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        ("<start>START</start><stop>STOP</stop>", Failure.BAD_DATE),
        ("<stop>2010-02-30</stop>", Failure.BAD_DATE),
        ("<smsid>1234567890123456789012</smsid>", Failure.GROUP_KEY_TOO_LONG),
    ],
)
def test_wrong_fields_are_told_after_the_login(content: str, failure: Failure) -> None:
    call = parse(content)
    assert call.fault is not None
    assert call.fault.failure is failure


def test_general_report() -> None:
    counts = dict(zip(Status, range(1, 11), strict=True))
    answer = Report().render(parse(""), CampaignsResult([summary(counts, "<Скидка>"), summary({})]))
    not_delivered = sum(counts[status] for status in (Status.UNDELIVERED, Status.EXPIRED, Status.UNKNOWN))
    assert tail(answer) == (
        "<sms><smsid>7</smsid><datetime>2010-05-01 12:00:00</datetime><text>&lt;Скидка&gt;</text>"
        f"<source>Magazin</source><allCol>55</allCol>"
        f"<deliveredCol>{counts[Status.DELIVERED] + counts[Status.READ]}</deliveredCol>"
        f"<notDeliveredCol>{not_delivered + counts[Status.REFUSED] + counts[Status.CANCELLED]}</notDeliveredCol>"
        f"<waitingCol>{counts[Status.QUEUED] + counts[Status.ON_MODERATION]}</waitingCol>"
        f"<enqueuedCol>{counts[Status.SENT]}</enqueuedCol>"
        "<payment>0.76</payment></sms>"
        "<sms><smsid>7</smsid><datetime>2010-05-01 12:00:00</datetime><text>Привет</text>"
        "<source>Magazin</source><allCol>0</allCol><deliveredCol>0</deliveredCol><notDeliveredCol>0</notDeliveredCol>"
        "<waitingCol>0</waitingCol><enqueuedCol>0</enqueuedCol><payment>0.76</payment></sms>"
    )


def test_general_report_of_nothing() -> None:
    assert tail(Report().render(parse(""), CampaignsResult())) == ""


@pytest.mark.parametrize(
    ("status", "group"),
    [
        (Status.QUEUED, "waiting"),
        (Status.ON_MODERATION, "onModer"),
        (Status.SENT, "enqueued"),
        (Status.DELIVERED, "delivered"),
        (Status.READ, "delivered"),
        (Status.UNDELIVERED, "notDelivered"),
        (Status.EXPIRED, "notDelivered"),
        (Status.UNKNOWN, "notDelivered"),
        (Status.REFUSED, "notDelivered"),
        (Status.CANCELLED, "cancel"),
    ],
)
def test_groups_of_a_detailed_report(status: Status, group: str) -> None:
    recipients = [RecipientState("79019011234", status, MOMENT), RecipientState("79029021234", status, None)]
    answer = Report().render(parse("<smsid>promo</smsid>"), CampaignDetail(summary({}), recipients))
    numbers = "<number>79019011234</number><number>79029021234</number>"
    assert tail(answer) == EMPTY_DETAIL.replace(f"<{group}></{group}>", f"<{group}>{numbers}</{group}>")


def test_the_systems_smsid_adds_a_summary() -> None:
    result = CampaignDetail(summary({Status.QUEUED: 1}), (), by_system_id=True)
    answer = Report().render(parse("<smsid>7</smsid>"), result)
    assert [child.tag for child in etree.fromstring(answer.body)] == ["code", "descr", "sms", "detail"]


def test_times_of_delivery_on_request() -> None:
    recipients = [
        RecipientState("79019011234", Status.DELIVERED, MOMENT),
        RecipientState("79029021234", Status.DELIVERED, None),
        RecipientState("79039031234", Status.SENT, MOMENT),
    ]
    call = parse("<smsid>promo</smsid><return-delivery-datetime>1</return-delivery-datetime>")
    text = tail(Report().render(call, CampaignDetail(summary({}), recipients)))
    assert (
        '<delivered><number datetime="2010-05-01 12:00:00">79019011234</number><number>79029021234</number></delivered>'
    ) in text
    assert "<enqueued><number>79039031234</number></enqueued>" in text


def test_unknown_smsid_has_empty_groups() -> None:
    answer = Report().refuse(RequestError(Failure.UNKNOWN_GROUP), parse("<smsid>promo</smsid>"))
    assert "<code>1</code>" in answer.body.decode()
    assert tail(answer) == EMPTY_DETAIL


@pytest.mark.parametrize("failure", set(Failure) - {Failure.UNKNOWN_GROUP})
def test_an_error_has_no_groups(failure: Failure) -> None:
    assert tail(Report().refuse(RequestError(failure), None)) == ""


def test_addresses() -> None:
    assert Report().paths == ("/report.xml", "/API/XML/report.php")
    assert Report().open_to_blocked


def test_what_is_being_given_to_a_carrier_is_in_process() -> None:
    waiting, handed = (RecipientState(f"7916000000{n}", Status.QUEUED, None, in_hand=n == 1) for n in range(2))
    detail = CampaignDetail(summary({Status.QUEUED: 2}), (waiting, handed))
    found = tail(Report().render(parse("<smsid>promo</smsid>"), detail))
    assert "<waiting><number>79160000000</number></waiting>" in found
    assert "<process><number>79160000001</number></process>" in found
