"""Operator, region and time zone of numbers: ``/xml/def.php``.

<phones><phone>79612242243</phone></phones>
<phone operator="Вымпелтелеком" region="Новосибирская область" time_zone="3">79612242243</phone>

``time_zone`` is hours from Moscow. There is no white space between the elements: clients that read by position would
see only the first.
"""

from collections.abc import Sequence
from typing import Final

from tolmach.codecs import xmltree
from tolmach.core.commands import DescribeNumbers
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import NumberDetail, NumbersResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.engine.envelope import Refusing, credentials, on_one_line
from tolmach.dialects.prontosms.vocabulary import NAME
from tolmach.wire import WireRequest, WireResponse

UNKNOWN: Final = "unknown"


class Numbers(Refusing):
    """Tell whose numbers are, and where."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/def.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[NumbersResult]:
        """Read the numbers below ``<phones>``."""
        root = read_root(request)
        login = credentials(root, request)
        asked = next(root.iter("phones"), None)
        if asked is None:
            return Call(login, DescribeNumbers(()), fault=RequestError(Failure.MISSING_FIELD, "phones"))
        return Call(
            login, DescribeNumbers(tuple(xmltree.text_of(phone).strip() for phone in asked.iterchildren("phone")))
        )

    def render(self, call: Call[NumbersResult], result: NumbersResult) -> WireResponse:
        """Write one ``<phone>`` per asked number, as it was asked, all on one line."""
        return on_one_line(map(_phone, result.numbers, result.details))


def _phone(asked: str, known: NumberDetail) -> str:
    operator = xmltree.attribute(known.operator or UNKNOWN)
    region = xmltree.attribute(known.region or UNKNOWN)
    hours = UNKNOWN if known.hours is None else f"{known.hours:g}"
    return f'<phone operator="{operator}" region="{region}" time_zone="{hours}">{xmltree.escape(asked)}</phone>'
