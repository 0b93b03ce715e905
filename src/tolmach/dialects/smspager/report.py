"""``report.xml``: the mailings of a period, or one mailing with its recipients."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from tolmach.codecs import walltime, xmltree
from tolmach.core.commands import Command, GetCampaign, ListCampaigns
from tolmach.core.errors import Failure, RequestError
from tolmach.core.money import plain
from tolmach.core.phone import normalise
from tolmach.core.rejections import Rejection
from tolmach.core.results import CampaignDetail, CampaignsResult, CampaignSummary, RecipientState
from tolmach.core.status import Status
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.smspager.envelope import Fields, check_smsid, read_fields, read_login, respond
from tolmach.dialects.smspager.jsonform import Dressed
from tolmach.dialects.smspager.vocabulary import GROUP_OF, GROUPS, NAME, PROCESS, SUCCESS, answer_to
from tolmach.wire import WireRequest, WireResponse

Reported = CampaignsResult | CampaignDetail
_DATE_LENGTH = len("yyyy-mm-dd")
_NO_PATTERN = re.compile(r"[^0-9%]+")
_TIMES = "return-delivery-datetime"


class Report(Dressed):
    """The report method: with an smsid detailed, without one general.

    The echo of its calls is whether delivered numbers carry their times.
    """

    dialect = NAME
    paths = ("/report.xml", "/API/XML/report.php")
    open_to_blocked = True

    def parse(self, request: WireRequest) -> Call[Reported]:
        """Read the period or the smsid; what is wrong with them is told after the login."""
        fields = read_fields(read_root(request), "smsid", "start", "stop", "source", "number", _TIMES)
        credentials = read_login(fields, request)
        try:
            return Call(credentials, _read_command(fields), echo=fields[_TIMES] == "1")
        except RequestError as fault:
            return Call(credentials, ListCampaigns(NAME), fault=fault)

    def render(self, call: Call[Reported], result: Reported) -> WireResponse:
        """Write a block per mailing, or the recipients of one by group."""
        if isinstance(result, CampaignsResult):
            return respond(SUCCESS, "".join([_block(campaign) for campaign in result.campaigns]))
        # the block belongs to the system's smsid only
        block = _block(result.summary) if result.by_system_id else ""
        return respond(SUCCESS, block + _detail(result.recipients, times=call.echo is True))

    def refuse(self, error: RequestError, call: Call[Reported] | None) -> WireResponse:
        """Write code and words; an unknown smsid is a success with empty groups."""
        unknown = error.failure is Failure.UNKNOWN_GROUP
        return respond(answer_to(error), _detail((), times=False) if unknown else "")


def _read_command(fields: Fields) -> Command[Reported]:
    smsid = fields["smsid"]
    if smsid:
        check_smsid(smsid)
        return GetCampaign(NAME, smsid, system_ids=True)
    start, stop = _read_limit(fields["start"]), _last_moment(fields["stop"])
    return ListCampaigns(NAME, start, stop, fields["source"], _read_numbers(fields["number"]))


def _read_numbers(text: str) -> str:
    """Return a number, or the pattern of numbers, as they are stored; what is no number matches none."""
    if "%" in text:
        return _NO_PATTERN.sub("", text)
    number = normalise(text) if text else ""
    return text if isinstance(number, Rejection) else number


def _read_limit(text: str) -> datetime | None:
    if not text or walltime.is_zero(text):
        return None
    try:
        return walltime.read(text, date_only=True)
    except ValueError as error:
        raise RequestError(Failure.BAD_DATE, str(error)) from None


def _last_moment(text: str) -> datetime | None:
    """Read the end of a period: a date lasts until its midnight, a second until the next one."""
    limit = _read_limit(text)
    if limit is None:
        return None
    return datetime.combine(limit, time.max) if len(text) == _DATE_LENGTH else limit.replace(microsecond=999_999)


def _block(campaign: CampaignSummary) -> str:
    counts = _by_group(campaign.counts)
    return (
        f"<sms><smsid>{campaign.id}</smsid>"
        f"<datetime>{walltime.seconds(campaign.sends_at)}</datetime>"
        f"<text>{xmltree.escape(campaign.text)}</text>"
        f"<source>{xmltree.escape(campaign.sender)}</source>"
        f"<allCol>{campaign.total}</allCol>"
        f"<deliveredCol>{counts['delivered']}</deliveredCol>"
        # the four add up to allCol: what was cancelled will not be delivered, what is moderated waits
        f"<notDeliveredCol>{counts['notDelivered'] + counts['cancel']}</notDeliveredCol>"
        f"<waitingCol>{counts['waiting'] + counts['onModer']}</waitingCol>"
        f"<enqueuedCol>{counts['enqueued']}</enqueuedCol>"
        f"<payment>{plain(campaign.cost)}</payment></sms>"
    )


def _by_group(counts: Mapping[Status, int]) -> dict[str, int]:
    groups = dict.fromkeys(GROUPS, 0)
    for status, count in counts.items():
        groups[GROUP_OF[status]] += count
    return groups


def _detail(recipients: Sequence[RecipientState], *, times: bool) -> str:
    """Write all groups, the empty ones too."""
    numbers: dict[str, list[str]] = {group: [] for group in GROUPS}
    for state in recipients:
        group = PROCESS if state.in_hand else GROUP_OF[state.status]
        numbers[group].append(_number(state, timed=times and group == "delivered"))
    groups = "".join([f"<{group}>{''.join(lines)}</{group}>" for group, lines in numbers.items()])
    return f"<detail>{groups}</detail>"


def _number(state: RecipientState, *, timed: bool) -> str:
    recipient = xmltree.escape(state.recipient)
    if timed and state.changed_at is not None:
        return f'<number datetime="{walltime.seconds(state.changed_at)}">{recipient}</number>'
    return f"<number>{recipient}</number>"
