"""What reads bytes from strangers, each as a function of bytes that must not raise; and samples to start from.

The first byte of an input picks the endpoint, the role and so on; the rest is what a stranger sends. `test_targets`
changes samples at random, `drive` lets a fuzzer look for paths that nothing has taken yet (`scripts/fuzz`).
"""

import io
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.codecs.smpp.pdu_samples import SAMPLES
from tests.codecs.smpp.receipt_forms import ROWS
from tolmach.codecs import udh, vcard, wappush
from tolmach.codecs.smpp import bodies as b
from tolmach.codecs.smpp.pdu import encode
from tolmach.codecs.smpp.session import Session
from tolmach.codecs.smpp.states import Role
from tolmach.core.errors import RequestError
from tolmach.core.links import SmppLink
from tolmach.core.requests import kept, place_of, read_traceparent
from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms
from tolmach.dialects.contract import Endpoint
from tolmach.dialects.prontosms.push import StatusPush
from tolmach.providers import smpp_receipts
from tolmach.services import pricelists
from tolmach.services.administration import BadValueError
from tolmach.services.numberplans import PlanReading, PortedReading
from tolmach.services.rosters import Roster
from tolmach.wire import WireRequest, WireResponse

Target = Callable[[bytes], None]

CASES = Path(__file__).parents[1] / "dialects"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LINK = SmppLink(name="fuzz", host="127.0.0.1", port=2775, system_id="fuzz")
MESSAGE = b.SubmitSm(destination_addr="79161234567", short_message=b"hello")
_WORDS = re.compile(rb"</?[a-zA-Z_]+|[a-zA-Z_]{3,}=|[a-zA-Z_]{2,24}:|[A-Z]{2,}[;,]")
_BIND = (encode(b.BindTransceiver("e", "e"), 1), encode(b.BindTransceiverResp("smsc"), 1))


def dialect(module: ModuleType) -> Target:
    """Return the endpoints of a dialect: whatever comes is a call, or an error that has its words."""
    endpoints = list(module.endpoints())

    def read(data: bytes) -> None:
        picked, body = data[:1], data[1:]
        endpoint = endpoints[(picked[0] if picked else 0) % len(endpoints)]
        query, _, rest = body.partition(b"\0")
        asked = WireRequest("POST", endpoint.paths[0], query.decode("latin-1"), {}, rest)
        for request in (WireRequest("POST", endpoint.paths[0], "", {}, body), asked):
            response = _error(endpoint, request)
            assert response is None or response.status in range(200, 600)

    return read


def _error(endpoint: Endpoint[Any], request: WireRequest) -> WireResponse | None:
    """Return the error that a request gets, None when it would be carried out."""
    try:
        call = endpoint.parse(request)
    except RequestError as error:
        return endpoint.refuse(error, None)
    return endpoint.refuse(call.fault, call) if call.fault else None


def session(data: bytes) -> None:
    """A session in either role, bound or not, with requests of its own under way; bytes in two pieces."""
    picked, sent = (data[0] if data else 0), data[1:]
    role = Role.SMSC if picked & 1 else Role.ESME
    one = Session(role, now=0.0, window=5)
    if picked & 2:
        if role is Role.ESME:
            one.bind(b.BindTransceiver("e", "e"), 0.0)
        one.receive(_BIND[role is Role.ESME], 0.0)
        if role is Role.SMSC:
            one.accept("smsc", 0.0)
        else:
            one.request(MESSAGE, 0.0)
    half = len(sent) // 2
    for now, piece in enumerate((sent[:half], sent[half:])):
        one.receive(piece, float(now))
    one.tick(1000.0)
    one.data_to_send()
    assert one.in_flight <= one.window


def receipt(data: bytes) -> None:
    """A deliver_sm with this text, as a receipt of either kind and as a message from a phone."""
    for esm_class in (0, 4, 0x20, 0x44):
        body = b.DeliverSm(source_addr="7916", esm_class=esm_class, data_coding=data[:1][0] if data else 0,
                           short_message=data[1:])  # fmt: skip
        smpp_receipts.read(body, LINK, NOON)


def roster(data: bytes) -> None:
    """A file of subscribers: records that are good or bad, or a file that is none."""
    try:
        for _ in Roster(io.BytesIO(data)):
            pass
    except BadValueError:
        pass


def price_list(data: bytes) -> None:
    """A file of prices."""
    found = pricelists.read(data)
    assert len(found.rows) == len(found.lines)


def numbering_plan(data: bytes) -> None:
    """A file of ranges, and one of ported numbers."""
    ranges, ported = PlanReading(), PortedReading()
    ranges.read("fuzz", data)
    ranges.ranges()
    ported.read("fuzz", data)
    ported.ported()


def special(data: bytes) -> None:
    """A binary message: user data with a header, a WAP push, a vCard."""
    for read in (udh.parse, wappush.decode, vcard.decode):
        try:
            read(data)
        except ValueError:  # each has one of its own
            continue


def acknowledgement(data: bytes) -> None:
    """What a client answers to a callback."""
    StatusPush().acknowledged(WireResponse(200, {}, data))


def traceparent(data: bytes) -> None:
    """The header by which a caller names his trace: what is read is written and read again."""
    found = read_traceparent(data.decode("latin-1"))
    if found is not None:
        place, _ = found
        assert read_traceparent(place.traceparent) == (place, True)
        assert place_of(kept("a", place)) == place


TARGETS: Mapping[str, Target] = {
    "prontosms": dialect(prontosms),
    "targetsms": dialect(targetsms),
    "smspager": dialect(smspager),
    "mobilgroup": dialect(mobilgroup),
    "session": session,
    "receipt": receipt,
    "roster": roster,
    "prices": price_list,
    "numbering": numbering_plan,
    "special": special,
    "acknowledgement": acknowledgement,
    "traceparent": traceparent,
}

_RANGES = "АВС/ DEF;От;До;Емкость;Оператор;Регион\n903;0000000;0999999;1000000;ПАО Вымпелком;г. Москва\n"
_ANSWER = b'<?xml version="1.0" encoding="utf-8"?><response><id_sms>10</id_sms><id_sms>20</id_sms></response>'
_CARD = b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98\r\nTEL;CELL:+7903\r\nEND:VCARD"


def samples(name: str) -> list[bytes]:
    """Return inputs of a target to start from."""
    if (CASES / name).is_dir():
        return list(_requests(name))
    known: dict[str, list[bytes]] = {
        "session": [bytes([picked]) + encode(body, 1) for body, _, _ in SAMPLES for picked in range(4)],
        "receipt": [b"\0" + (text if isinstance(text, bytes) else text.encode()) for _, text, _, _ in ROWS],
        "roster": ["телефон;фио;др\n79161234567;Иванов Иван;01.02.1990\n".encode(code) for code in ("utf-8", "cp1251")],
        "prices": [b"direction,prefixes,channel,price\nRussia,7 8,sms,1.50\nRussia,,viber,0.9\n"],
        "numbering": [_RANGES.encode(), _RANGES.encode("cp1251"), b"number;operator\n79161234567;mts\n"],
        "special": [wappush.loading("http://example.com/a"), _CARD, udh.concatenation(7, 3, 1) + b"text"],
        "acknowledgement": [_ANSWER],
        "traceparent": [b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
    }
    return known[name]


def vocabulary(name: str) -> list[str]:
    """Return the words of a target's samples, so that a fuzzer need not find names of elements letter by letter."""
    found = {word for sample in samples(name) for word in _WORDS.findall(sample)}
    return sorted(word.decode("ascii") for word in found)


def _requests(name: str) -> Iterator[bytes]:
    places = {path: number for number, path in enumerate(_paths(name))}
    for path in sorted((CASES / name / "cases").glob("*.toml")):
        case: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        for exchange in case["exchange"]:
            place = places.get(exchange["path"].partition("?")[0])
            if place is not None:
                yield bytes([place]) + exchange["request"].encode(case["encoding"])


def _paths(name: str) -> list[str]:
    module = {"prontosms": prontosms, "targetsms": targetsms, "smspager": smspager, "mobilgroup": mobilgroup}[name]
    return [endpoint.paths[0] for endpoint in module.endpoints()]
