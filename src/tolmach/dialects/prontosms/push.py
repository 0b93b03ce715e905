"""Status push: a POST to the client's own address, answered with the ids that the client has stored.

    <request><state id_sms="10" time="2011-01-01 12:57:46">deliver</state></request>
    <response><id_sms>10</id_sms></response>

Protocols without a push of their own use this one too. Their states carry two more attributes after ``time``:
``smsid``, the client's own key, and ``phone``.
"""

from collections.abc import Sequence
from typing import Final

from tolmach.codecs import walltime, xmltree
from tolmach.core.ids import parse_id
from tolmach.dialects.contract import PushedState
from tolmach.dialects.engine.envelope import DECLARATION, HEADERS
from tolmach.dialects.prontosms.vocabulary import PENDING, STATUSES
from tolmach.wire import WireRequest, WireResponse

_SAME_ENGINE: Final = frozenset({"prontosms", "targetsms"})


class StatusPush:
    """Status callbacks of ProntoSMS; an id counts as received when the answer names it, whatever its HTTP code."""

    def request(self, url: str, states: Sequence[PushedState]) -> WireRequest:
        """Write a POST that carries these states, in order."""
        body = "\n".join((DECLARATION + "<request>", *map(_state, states), "</request>"))
        return WireRequest(method="POST", path=url, headers=HEADERS, body=body.encode())

    def acknowledged(self, response: WireResponse) -> frozenset[int]:
        """Return the ids in ``<id_sms>`` elements; an answer that is no XML names none."""
        try:
            root = xmltree.parse(response.body).root
        except xmltree.XmlError:
            return frozenset()
        ids = (parse_id(xmltree.text_of(element)) for element in root.iter("id_sms"))
        return frozenset(number for number in ids if number is not None)


def _state(state: PushedState) -> str:
    time = "" if state.status in PENDING else walltime.seconds(state.changed_at)
    return f'<state id_sms="{state.message}" time="{time}"{_extension(state)}>{STATUSES[state.status]}</state>'


def _extension(state: PushedState) -> str:
    if state.dialect in _SAME_ENGINE:
        return ""
    return f' smsid="{xmltree.attribute(state.reference)}" phone="{xmltree.attribute(state.recipient)}"'
