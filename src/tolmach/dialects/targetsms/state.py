"""Statuses: ``/xml/state_message.php``. One line per asked id, in the order of asking.

<state><id_message>10</id_message></state>
<state id_message="10" time_change_state="2017-11-23 13:15:25" state_sms="send" state_viber="deliver"
       num_parts_sms="0" price_sms="0" price_viber="1.5">deliver</state>
"""

from collections.abc import Sequence
from typing import Final

from tolmach.codecs import walltime, xmltree
from tolmach.core.commands import GetStates
from tolmach.core.content import Channel
from tolmach.core.errors import Failure, RequestError
from tolmach.core.money import ZERO, plain
from tolmach.core.results import LegState, MessageState, StatesResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials
from tolmach.dialects.engine.vocabulary import state_word
from tolmach.dialects.targetsms.vocabulary import NAME, NOT_SENT, STATUSES, UNKNOWN_ID
from tolmach.wire import WireRequest, WireResponse

_UNKNOWN: Final = (
    f' time_change_state="" state_sms="{NOT_SENT}" state_viber="{NOT_SENT}" num_parts_sms="0" price_sms="0" '
    f'price_viber="0">{xmltree.escape(UNKNOWN_ID)}</state>'
)


class State(Refusing):
    """Tell the statuses of messages, as a whole and per channel."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/state_message.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[StatesResult]:
        """Read the ids below ``<state>``."""
        root = read_root(request)
        login = credentials(root, request)
        asked = next(root.iter("state"), None)
        if asked is None:
            return Call(login, GetStates(()), fault=RequestError(Failure.MISSING_FIELD, "state"))
        ids = tuple(xmltree.text_of(element).strip() for element in asked.iterchildren("id_message"))
        return Call(login, GetStates(ids))

    def render(self, call: Call[StatesResult], result: StatesResult) -> WireResponse:
        """Write one ``<state>`` per asked id; prices are what was charged for a channel."""
        return answer(map(_state, result.ids, result.states))


def _state(asked: str, state: MessageState | None) -> str:
    head = f'<state id_message="{xmltree.attribute(asked)}"'
    if state is None:
        return head + _UNKNOWN
    sms, viber = state.leg(Channel.SMS), state.leg(Channel.VIBER)
    time = "" if state.changed_at is None else walltime.seconds(state.changed_at)
    return (
        f'{head} time_change_state="{time}" state_sms="{_word(sms)}" state_viber="{_word(viber)}" '
        f'num_parts_sms="{0 if sms is None else sms.parts}" price_sms="{_charged(sms)}" '
        f'price_viber="{_charged(viber)}"{_more(state)}>{state_word(state, STATUSES)}</state>'
    )


def _more(state: MessageState) -> str:
    """Return the channels that the manual does not have, where they were tried."""
    return "".join(
        f' state_{channel.value}="{_word(leg)}" price_{channel.value}="{_charged(leg)}"'
        for channel in (Channel.WHATSAPP, Channel.VK)
        if (leg := state.leg(channel)) is not None
    )


def _word(leg: LegState | None) -> str:
    return NOT_SENT if leg is None else STATUSES[leg.status]


def _charged(leg: LegState | None) -> str:
    return plain(ZERO if leg is None else leg.charged)
