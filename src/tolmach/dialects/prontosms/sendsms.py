"""The plain interface: ``/sendsms.php``. Parameters in the address, plain text back.

    ?user=demo&pwd=demo&sadr=INFORM&dadr=79161234500,79161234501&text=Hello      10,20
    ?user=demo&pwd=demo&smsid=10                                                 deliver
    ?user=demo&pwd=demo&balance=1                                                100.01 RUR

An answer to a sending has an id per number, in order, 0 for a number that is refused; when all are, the words for the
first of them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from tolmach.codecs import translit, walltime
from tolmach.core.accounts import Login, Token
from tolmach.core.commands import Command, GetBalance, GetStates, SendMessages
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.drafts import Draft, For, Step, Until, Validity
from tolmach.core.errors import Failure, RequestError
from tolmach.core.money import plain
from tolmach.core.results import BalanceResult, SendResult, StatesResult
from tolmach.dialects.bearer import bearer
from tolmach.dialects.contract import Call
from tolmach.dialects.engine.plaintext import WORDS, line_breaks, plain_text, sent_words
from tolmach.dialects.engine.vocabulary import state_word
from tolmach.dialects.prontosms.vocabulary import DEFAULT_LABEL, NAME, UNKNOWN_ID
from tolmach.dialects.query import Parameters, read_parameters
from tolmach.wire import WireRequest, WireResponse

Answered = SendResult | StatesResult | BalanceResult

_CREDENTIALS: Final = ("user", "pwd", "token")
_LONGEST: Final = 1000  # numbers in one request
_SMS_LASTS, _VIBER_LASTS = For(timedelta(days=2)), For(timedelta(days=1))


class SendSms:
    """Send, tell a status or the balance."""

    dialect: str = NAME
    paths: Sequence[str] = ("/sendsms.php", "/xml/sendsms.php")
    open_to_blocked: bool = False

    def parse(self, request: WireRequest) -> Call[Answered]:
        """Read what is asked; what is wrong with it is told only to an authenticated caller."""
        fields = read_parameters(request)
        login = _credentials(fields, request)
        try:
            return Call(login, _command(fields))
        except RequestError as fault:
            return Call(login, GetBalance(), fault=fault)

    def render(self, call: Call[Answered], result: Answered) -> WireResponse:
        """Write one line."""
        match result:
            case SendResult():
                return plain_text(sent_words(result))
            case StatesResult():
                return plain_text(",".join(UNKNOWN_ID if one is None else state_word(one) for one in result.states))
            case BalanceResult():
                return plain_text(f"{plain(result.available)} {'RUR' if result.currency == 'RUB' else result.currency}")

    def refuse(self, error: RequestError, call: Call[Any] | None) -> WireResponse:
        """Write the words for the failure."""
        return plain_text(WORDS[error.failure])


def _credentials(fields: Parameters, request: WireRequest) -> Login | Token:
    if fields["token"]:
        return Token(fields["token"].strip())
    head = bearer(request)
    if head is not None and not fields["user"]:
        return head
    if not fields["user"]:
        raise RequestError(Failure.UNAUTHORISED, "no user and no token")
    return Login(fields["user"].strip(), fields["pwd"])


def _command(fields: Parameters) -> Command[Any]:
    if fields["smsid"]:
        return GetStates(tuple(one.strip() for one in fields["smsid"].split(",")[:_LONGEST]))
    if fields["balance"] not in ("", "0"):
        return GetBalance()
    numbers = [number for one in fields["dadr"].split(",") if (number := one.strip())]
    if not numbers:
        raise RequestError(Failure.NO_RECIPIENTS)
    if len(numbers) > _LONGEST:
        raise RequestError(Failure.BAD_FIELD, f"more than {_LONGEST} numbers")
    steps, due = tuple(_step(channel, fields) for channel in _channels(fields)), _moment(fields["time_send"])
    label = fields["name_delivery"].strip() or DEFAULT_LABEL
    drafts = tuple(Draft(number, steps, None, due, label) for number in numbers)
    return SendMessages(drafts, NAME, once=repr(sorted(item for item in fields.items() if item[0] not in _CREDENTIALS)))


def _channels(fields: Parameters) -> list[Channel]:
    """Return what to try, in order; Viber alone when only its text is given."""
    first = fields["type_send_1"] or ("viber" if fields["text_viber"] and not fields["text"] else "sms")
    try:
        return [Channel(name.strip().lower()) for name in (first, fields["type_send_2"]) if name]
    except ValueError:
        raise RequestError(Failure.BAD_FIELD, "type_send_1 and type_send_2 are viber or sms") from None


def _step(channel: Channel, fields: Parameters) -> Step:
    if channel is Channel.SMS:
        text = line_breaks(fields["text"])
        if fields["translite"].strip() == "1":
            text = translit.transliterate(text)
        return Step(channel, SmsText(text), fields["sadr"].strip(), _validity(fields["validity_period"], _SMS_LASTS))
    if channel is not Channel.VIBER:
        raise RequestError(Failure.BAD_FIELD, "type_send_1 and type_send_2 are viber or sms")
    card = ViberCard(
        text=line_breaks(fields["text_viber"]),
        button_text=fields["button_viber"].strip(),
        button_url=fields["action_viber"].strip(),
        image_url=fields["image_viber"].strip(),
    )
    lasts = _validity(fields["validity_period_viber"], _VIBER_LASTS)
    return Step(channel, card, fields["sender_viber"].strip(), lasts)


def _validity(text: str, default: For) -> Validity:
    moment = _moment(text)
    return default if moment is None else Until(moment)


def _moment(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        return walltime.read(text)
    except ValueError:
        raise RequestError(Failure.BAD_DATE) from None
