"""Statuses by request: ``/xml/state.php``. One line per asked id, in the order of asking.

<get_state><id_sms>10</id_sms></get_state>
<state id_sms="10" time="2011-01-01 12:57:46" num_parts="2" price="1.15">deliver</state>

A message by Viber and SMS also has the status of each that was tried: ``viber="not_deliver" sms="deliver"``.
"""

from collections.abc import Sequence
from typing import Final

from tolmach.codecs import walltime, xmltree
from tolmach.core.commands import GetStates
from tolmach.core.errors import Failure, RequestError
from tolmach.core.money import plain
from tolmach.core.results import MessageState, StatesResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, answer, credentials
from tolmach.dialects.engine.vocabulary import state_word
from tolmach.dialects.prontosms.vocabulary import NAME, PENDING, STATUSES, UNKNOWN_ID
from tolmach.wire import WireRequest, WireResponse

_UNKNOWN: Final = f' time="" num_parts="0" price="0">{xmltree.escape(UNKNOWN_ID)}</state>'


class State(Refusing):
    """Tell the statuses of messages."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/state.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[StatesResult]:
        """Read the ids below ``<get_state>``."""
        root = read_root(request)
        login = credentials(root, request)
        asked = next(root.iter("get_state"), None)
        if asked is None:
            return Call(login, GetStates(()), fault=RequestError(Failure.MISSING_FIELD, "get_state"))
        ids = tuple(xmltree.text_of(element).strip() for element in asked.iterchildren("id_sms"))
        return Call(login, GetStates(ids))

    def render(self, call: Call[StatesResult], result: StatesResult) -> WireResponse:
        """Write one ``<state>`` per asked id; the price is that of one part."""
        return answer(map(_state, result.ids, result.states))


def _state(asked: str, state: MessageState | None) -> str:
    head = f'<state id_sms="{xmltree.attribute(asked)}"'
    if state is None:
        return head + _UNKNOWN
    time = "" if state.changed_at is None or state.status in PENDING else walltime.seconds(state.changed_at)
    price = plain(state.part_price)
    head += f' time="{time}" num_parts="{state.parts}" price="{price}"{_channels(state)}'
    return f"{head}>{state_word(state)}</state>"


def _channels(state: MessageState) -> str:
    """Return the status of each channel that was tried, of a message that has several; the newest engine tells them.

    They stand last: clients read ``id_sms`` and ``time`` by their place.
    """
    if len(state.channels) < 2:
        return ""
    tried = [leg for channel in state.channels if (leg := state.leg(channel)) is not None]
    return "".join(f' {leg.channel.value}="{STATUSES[leg.status]}"' for leg in tried)
