"""``send.xml``: check a mailing, or send it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from tolmach.codecs import walltime, xmltree
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, FlashText, SmsText
from tolmach.core.drafts import ChargeOn, Draft, For, Group, Step
from tolmach.core.errors import Failure, RequestError
from tolmach.core.money import ZERO, Money, plain
from tolmach.core.operators import OperatorFilter
from tolmach.core.results import Accepted, SendItem, SendResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.smspager.envelope import Fields, check_smsid, read_fields, read_login, respond
from tolmach.dialects.smspager.jsonform import Dressed
from tolmach.dialects.smspager.vocabulary import (
    NAME,
    NO_RECIPIENTS,
    PRECEDENCE,
    REJECTIONS,
    SUCCESS,
    Answer,
    answer_to,
)
from tolmach.wire import WireRequest, WireResponse

SEND, CHECK = "send", "check"
DAY = timedelta(hours=24)
NO_MOMENT = "0000-00-00 00:00:00"  # clients read a full date also where nothing will be sent
_FIELDS = ("action", "text", "source", "smsid", "datetime", "vp", "onlydelivery", "name", "flash")
_LATER = ("regionalTime", "stop", "allowed_opsos", "exclude_opsos")
_SECONDS = re.compile(r"[0-9]{1,9}")
_NOTHING = SendMessages((), NAME)


@dataclass(frozen=True, slots=True)
class Echo:
    """What the answer repeats, as the client wrote it."""

    smsid: str = ""
    moment: str = ""
    action: str = SEND


@dataclass(frozen=True, slots=True)
class _Tally:
    """The numbers of an answer; ``recipients`` leaves out numbers of a wrong format."""

    recipients: int = 0
    accepted: int = 0
    cost: Money = ZERO
    parts: int = 0
    part_price: Money = ZERO


class Send(Dressed):
    """The send method."""

    dialect = NAME
    paths = ("/send.xml", "/API/XML/send.php")
    open_to_blocked = False

    def parse(self, request: WireRequest) -> Call[SendResult]:
        """Read a mailing; what is wrong with its fields is told after the login."""
        root = read_root(request)
        fields = read_fields(root, *_FIELDS, *_LATER)
        echo = Echo(fields["smsid"], fields["datetime"], fields["action"] or SEND)
        credentials = read_login(fields, request, echo)
        try:
            return Call(credentials, _read_command(root, fields, echo), echo)
        except RequestError as fault:
            return Call(credentials, _NOTHING, echo, fault)

    def render(self, call: Call[SendResult], result: SendResult) -> WireResponse:
        """Write the outcome of the whole mailing; single recipients have no words in this protocol."""
        answer = _outcome(result.items)
        # a name of ours for a mailing that does not exist would lead to somebody else's report
        smsid = result.campaign.key if result.campaign is not None and answer is SUCCESS else call.echo.smsid
        echo = Echo(smsid, walltime.seconds(result.sends_at), call.echo.action)
        return _respond(answer, echo, _count(result.items))

    def refuse(self, error: RequestError, call: Call[SendResult] | None) -> WireResponse:
        """Write an error in the layout of the answer: clients read smsid from errors too."""
        echo = call.echo if call is not None else error.echo
        return _respond(answer_to(error), echo if isinstance(echo, Echo) else Echo(), _Tally())


def _read_command(root: "etree._Element", fields: Fields, echo: Echo) -> SendMessages:
    if echo.action not in (SEND, CHECK):
        raise RequestError(Failure.BAD_FIELD, "action is neither check nor send")
    texts = _read_texts(root, fields["text"])
    sender = fields["source"] or None
    validity = For(_read_validity(fields["vp"]))
    check_smsid(echo.smsid)
    due = _read_moment(echo.moment)
    content = FlashText if fields["flash"] == "1" else SmsText
    heed = fields["stop"] != "0"
    # one value for all who get the same text
    steps = {
        text: (Step(Channel.SMS, content(_line_breaks(text)), sender, validity, own_stops=heed),)
        for text in {text for _, text in texts}
    }
    return SendMessages(
        tuple([Draft(number, steps[text], due=due, label=fields["name"]) for number, text in texts]),
        NAME,
        Group(echo.smsid or None),
        dry_run=echo.action == CHECK,
        charge_on=ChargeOn.DELIVERED if fields["onlydelivery"] == "1" else ChargeOn.SENT,
        regional=fields["regionalTime"] == "1",
        operators=_read_operators(fields),
    )


def _read_texts(root: "etree._Element", shared: str) -> list[tuple[str, str]]:
    """Return (number, text) per ``<to>``; a text of its own replaces the common one."""
    if not shared.strip():
        shared = ""
    texts = [(to.get("number", ""), xmltree.text_of(to).strip() or shared) for to in root.iterchildren("to")]
    if not texts or not all(text for _, text in texts):
        raise RequestError(Failure.MISSING_FIELD, "text or to")
    return texts


def _line_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_operators(fields: Fields) -> OperatorFilter | None:
    """Return whose numbers are written to: lists with commas, as in ``megafon,beeline``."""
    allowed, excluded = fields["allowed_opsos"], fields["exclude_opsos"]
    return OperatorFilter.of(allowed.split(","), excluded.split(",")) if allowed or excluded else None


def _read_validity(text: str) -> timedelta:
    if not text:
        return DAY
    if _SECONDS.fullmatch(text) is None or int(text) == 0:
        raise RequestError(Failure.BAD_FIELD, "vp is not a positive number of seconds")
    return timedelta(seconds=int(text))


def _read_moment(text: str) -> datetime | None:
    try:
        return walltime.read(text) if text else None
    except ValueError as error:
        raise RequestError(Failure.BAD_DATE, str(error)) from None


def _outcome(items: Sequence[SendItem]) -> Answer:
    """Success when anybody was accepted, the weightiest reason otherwise."""
    reasons: set[Answer] = set()
    for item in items:
        if isinstance(item, Accepted):
            return SUCCESS
        reasons.add(REJECTIONS[item.reason])
    return next((answer for answer in PRECEDENCE if answer in reasons), NO_RECIPIENTS)


def _count(items: Sequence[SendItem]) -> _Tally:
    legs = [item.legs[0] for item in items if isinstance(item, Accepted)]
    misfits = sum(not isinstance(item, Accepted) and REJECTIONS[item.reason] is NO_RECIPIENTS for item in items)
    return _Tally(
        recipients=len(items) - misfits,
        accepted=len(legs),
        cost=Money(sum([leg.parts * leg.part_price for leg in legs])),
        parts=sum([leg.parts for leg in legs]),
        part_price=legs[0].part_price if legs else ZERO,
    )


def _respond(answer: Answer, echo: Echo, tally: _Tally) -> WireResponse:
    return respond(
        answer,
        f"<smsid>{xmltree.escape(echo.smsid)}</smsid>"
        f"<datetime>{xmltree.escape(echo.moment) or NO_MOMENT}</datetime>"
        f"<action>{xmltree.escape(echo.action)}</action>"
        f"<allRecivers>{tally.recipients}</allRecivers>"
        f"<colSendAbonent>{tally.accepted}</colSendAbonent>"
        f"<colNonSendAbonent>{tally.recipients - tally.accepted}</colNonSendAbonent>"
        f"<priceOfSending>{plain(tally.cost)}</priceOfSending>"
        f"<colsmsOfSending>{tally.parts}</colsmsOfSending>"
        f"<price>{plain(tally.part_price)}</price>",
    )
