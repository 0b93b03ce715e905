"""What a subscriber writes, from a carrier's deliver_sm to the client's ``incoming.php``."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.connectors.smsc import Smsc, deliver, eventually, nothing, serving
from tests.connectors.test_smpp_gateway import PHONE, table
from tests.e2e.documents import pronto, pronto_sms
from tests.gateway import Live, running, until
from tolmach.codecs.smpp import tlv
from tolmach.codecs.smpp.bodies import DataSm, DeliverSm
from tolmach.codecs.smpp.constants import EsmClass, Status
from tolmach.codecs.smpp.tlv import Tag

OURS = "79611111111"  # the demonstration's
TEXT = "Здравствуйте! 😀 " * 12


def by_header(wide: bool) -> list[DeliverSm]:
    octets = TEXT.encode("utf-16-be")
    pieces = [octets[at : at + 132] for at in range(0, len(octets), 132)]  # cuts a surrogate pair in two somewhere
    found = []
    for number, piece in enumerate(pieces, 1):
        ends = bytes([len(pieces), number])
        header = b"\x06\x08\x04\x12\x34" + ends if wide else b"\x05\x00\x03\x77" + ends
        found.append(message(header + piece, esm_class=EsmClass.UDHI, data_coding=8))
    return found


def by_parameters() -> list[DeliverSm]:
    octets = TEXT.encode("utf-16-be")
    pieces = [octets[at : at + 100] for at in range(0, len(octets), 100)]
    return [
        message(
            piece,
            data_coding=8,
            tlvs=(
                tlv.make(Tag.SAR_MSG_REF_NUM, 9),
                tlv.make(Tag.SAR_TOTAL_SEGMENTS, len(pieces)),
                tlv.make(Tag.SAR_SEGMENT_SEQNUM, number),
            ),
        )
        for number, piece in enumerate(pieces, 1)
    ]


def message(octets: bytes, **more: object) -> DeliverSm:
    return DeliverSm(source_addr=PHONE, destination_addr=OURS, short_message=octets, **more)  # type: ignore[arg-type]


def shuffled(parts: Sequence[DeliverSm]) -> list[DeliverSm]:
    """The parts from the last to the first, each twice."""
    return list(itertools.chain.from_iterable((part, part) for part in reversed(parts)))


async def incoming(live: Live) -> str:
    return await live.post("/xml/incoming.php", pronto('<time start="2020-01-01 00:00:00"/>'))


async def told(live: Live, text: str) -> str:
    async def came() -> str:
        body = await incoming(live)
        return body if f">{text}</sms>" in body else ""

    return await until(came)


async def sent(smsc: Smsc, *bodies: DeliverSm | DataSm) -> None:
    (peer,) = smsc.peers
    before = len(smsc.answers)
    for body in bodies:
        peer.deliver(body)
    await eventually(lambda: len(smsc.answers) == before + len(bodies))
    assert smsc.answers[before:] == [Status.ROK] * len(bodies)


@pytest.mark.parametrize(
    "parts", [by_header(wide=False), by_header(wide=True), by_parameters()], ids=["8", "16", "sar"]
)
async def test_a_long_message_is_joined(installation: Path, parts: list[DeliverSm]) -> None:
    async with serving(nothing) as smsc, running(installation, sandbox={}, links=[table(smsc)]) as live:
        await eventually(lambda: smsc.bound)
        await sent(smsc, *shuffled(parts))
        body = await told(live, TEXT)
    assert body.count("<sms ") == 1
    assert f'originator="{PHONE}" prefix="" phone="{OURS}"' in body


async def test_a_message_that_comes_as_data(installation: Path) -> None:
    async with serving(nothing) as smsc, running(installation, sandbox={}, links=[table(smsc)]) as live:
        await eventually(lambda: smsc.bound)
        payload = (tlv.make(Tag.MESSAGE_PAYLOAD, b"Hello"),)
        await sent(smsc, DataSm(source_addr=PHONE, destination_addr=OURS, data_coding=3, tlvs=payload))
        assert (await told(live, "Hello")).count("<sms ") == 1


async def test_stop_is_obeyed_before_it_is_acknowledged(installation: Path) -> None:
    async with serving(deliver) as smsc, running(installation, sandbox={}, links=[table(smsc)]) as live:
        await live.post("/xml/", pronto_sms(PHONE))
        await live.settled()
        await sent(smsc, message("Стоп".encode("utf-16-be"), data_coding=8))
        assert PHONE in await live.post("/xml/list_stop.php", pronto(""))
        assert ">send<" not in await live.post("/xml/", pronto_sms(PHONE))
        await sent(smsc, message(b"START", data_coding=1))
        assert PHONE not in await live.post("/xml/list_stop.php", pronto(""))
        await live.post("/xml/", pronto_sms(PHONE))
        await live.settled()
    assert len(smsc.seen) == 2
