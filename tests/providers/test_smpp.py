"""A leg as PDUs, octet by octet, and outcomes of parts as one of the leg."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import NOON
from tests.providers.links import leg, link
from tolmach.codecs.smpp import pdu
from tolmach.codecs.smpp.bodies import SubmitSm
from tolmach.codecs.smpp.errors import Unencodable
from tolmach.codecs.smpp.tlv import Tlv
from tolmach.core.content import Content, FlashText, SilentPing, VCard, WapPush
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent
from tolmach.core.ids import LegId
from tolmach.core.links import Addresses, ContentRules, NumberType, Receipts, Validity, VendorTlv
from tolmach.providers.smpp import asked, bodies, combine, reference


def test_a_message_octet_by_octet() -> None:
    rules = ContentRules(priority=2, service_type="CMT", tlvs=(VendorTlv(tag=0x1400, value="0a0B"),))
    (body,) = bodies(leg("Привет"), link(content=rules), NOON)
    assert pdu.encode(body, 1).hex(" ", 1) == (
        "00 00 00 58 00 00 00 04 00 00 00 00 00 00 00 01 "
        "43 4d 54 00 05 00 54 6f 6c 6d 61 63 68 00 01 01 37 39 31 36 31 32 33 34 35 36 37 00 "
        "00 00 02 00 30 30 30 30 30 32 30 30 30 30 30 30 30 30 30 52 00 01 00 08 00 0c "
        "04 1f 04 40 04 38 04 32 04 35 04 42 14 00 00 02 0a 0b"
    )


@pytest.mark.parametrize(
    ("content", "protocol", "esm_class", "coding"),
    [
        (SilentPing(), 0x40, 0, 0),
        (FlashText("a"), 0, 0, 0x10),
        (WapPush("Text", "http://a.ru"), 0, 0x40, 0xF5),
        (VCard("Ivan", cell="1"), 0, 0x40, 0xF5),
    ],
)
def test_special_messages_have_priority_and_validity_too(
    content: Content, protocol: int, esm_class: int, coding: int
) -> None:
    rules = ContentRules(priority=2, binary_coding=0xF5)
    (body,) = bodies(leg("x")._replace(content=content), link(content=rules), NOON)
    assert (body.protocol_id, body.esm_class, body.data_coding) == (protocol, esm_class, coding)
    assert (body.priority_flag, body.validity_period, body.registered_delivery) == (2, "000002000000000R", 1)
    assert pdu.decode(pdu.encode(body, 1)).body == body


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("Tolmach", (5, 0, "Tolmach")),
        ("7-800", (5, 0, "7-800")),
        ("1234", (3, 0, "1234")),
        ("123456", (3, 0, "123456")),
        ("1234567", (1, 1, "1234567")),
        ("79161234567", (1, 1, "79161234567")),
        ("+79161234567", (1, 1, "79161234567")),
    ],
)
def test_senders(sender: str, expected: tuple[int, int, str]) -> None:
    (body,) = bodies(leg(sender=sender), link(), NOON)
    assert (body.source_addr_ton, body.source_addr_npi, body.source_addr) == expected


def test_number_types_are_the_links() -> None:
    six = NumberType(ton=6, npi=9)
    addresses = Addresses(short=six, recipient=NumberType(ton=0, npi=1), short_digits=4)
    (body,) = bodies(leg(sender="1234"), link(addresses=addresses), NOON)
    assert (body.source_addr_ton, body.source_addr_npi) == (6, 9)
    assert (body.dest_addr_ton, body.dest_addr_npi, body.destination_addr) == (0, 1, "79161234567")


@pytest.mark.parametrize("sender", ["Толмач", "a" * 21])
def test_a_sender_that_no_pdu_carries(sender: str) -> None:
    (body,) = bodies(leg(sender=sender), link(), NOON)
    with pytest.raises(Unencodable) as caught:
        pdu.encode(body, 1)
    assert caught.value.field == "source_addr"


@pytest.mark.parametrize(
    ("validity", "zone", "later", "written"),
    [
        (Validity.RELATIVE, "UTC", timedelta(0), "000002000000000R"),
        (Validity.RELATIVE, "UTC", timedelta(hours=47, minutes=59, seconds=58), "000000000002000R"),
        (Validity.RELATIVE, "UTC", timedelta(days=3), "000000000001000R"),  # over already: the least there is
        (Validity.ABSOLUTE, "UTC", timedelta(0), "260304120000000+"),
        (Validity.ABSOLUTE, "Europe/Moscow", timedelta(0), "260304150000012+"),
        (Validity.NONE, "UTC", timedelta(0), ""),
    ],
)
def test_validity(validity: Validity, zone: str, later: timedelta, written: str) -> None:
    (body,) = bodies(leg(), link(content=ContentRules(validity=validity), time_zone=zone), NOON + later)
    assert body.validity_period == written


@pytest.mark.parametrize(
    ("receipts", "flags"),
    [
        (Receipts.ALL, [1, 1, 1]),
        (Receipts.FIRST, [1, 0, 0]),
        (Receipts.LAST, [0, 0, 1]),
        (Receipts.NONE, [0, 0, 0]),
    ],
)
def test_of_which_parts_receipts_are_asked_for(receipts: Receipts, flags: list[int]) -> None:
    parts = bodies(leg("x" * 400), link(content=ContentRules(receipts=receipts)), NOON)
    assert [part.registered_delivery for part in parts] == flags
    assert [index for index, flag in enumerate(flags) if flag] == list(asked(receipts, 3))
    assert len(asked(receipts, 1)) == (receipts is not Receipts.NONE)


def test_every_attempt_carries_the_same_parts() -> None:
    first, second = (bodies(leg("x" * 400), link(), NOON + timedelta(seconds=s)) for s in (0, 60))
    assert [part.short_message for part in first] == [part.short_message for part in second]


def test_messages_that_follow_each_other_have_references_of_their_own() -> None:
    assert [reference(LegId(number)) for number in (11, 21, 22, 655351, 655361)] == [1, 2, 3, 0xFFFF, 0]
    assert len({reference(LegId(number * 10 + 1)) & 0xFF for number in range(500, 756)}) == 256


PERMANENT, ELSEWHERE = Refused("bad", permanent=True), Refused("no", permanent=False)
LEG = LegId(41)


def sent(*names: str) -> list[Sent]:
    return [Sent((name,)) for name in names]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (sent("a"), Sent(("a",))),
        (sent("a", "b", "c"), Sent(("a", "b", "c"))),
        (sent(""), Sent(("unknown-41-1",))),
        ([PERMANENT], PERMANENT),
        ([ELSEWHERE], ELSEWHERE),
        ([ELSEWHERE, PERMANENT], Refused("no", permanent=True)),
        ([*sent("a"), ELSEWHERE], Refused("no", permanent=True)),
        ([Lost("x"), ELSEWHERE], Refused("no", permanent=True)),
        ([Busy(3), ELSEWHERE], ELSEWHERE),
        ([Busy(3)], Busy(3)),
        ([*sent("a"), Busy(3), Busy(5)], Busy(5)),
        ([Lost("x"), Busy(3)], Busy(3)),
        ([Lost("x")], Lost("x")),
        ([Lost("x"), Lost("y")], Lost("x")),
        ([*sent("a"), Lost("x"), *sent("c")], Sent(("a", "unknown-41-2", "c"))),
    ],
)
def test_parts_make_a_leg(parts: Sequence[Outcome], expected: Outcome) -> None:
    assert combine(LEG, parts, Receipts.ALL) == expected


@pytest.mark.parametrize(
    ("receipts", "names"),
    [(Receipts.FIRST, ("a",)), (Receipts.LAST, ("unknown-41-3",)), (Receipts.NONE, ("a", "b", "unknown-41-3"))],
)
def test_a_leg_follows_the_parts_that_are_reported(receipts: Receipts, names: tuple[str, ...]) -> None:
    assert combine(LEG, [*sent("a", "b"), Lost("x")], receipts) == Sent(names)


OUTCOMES: Any = st.lists(
    st.sampled_from([Sent(("a",)), Lost("x"), Busy(1), Busy(9), PERMANENT, ELSEWHERE]), min_size=1, max_size=5
)


@given(OUTCOMES, st.sampled_from(list(Receipts)))
def test_what_was_taken_is_never_sent_by_another(parts: list[Outcome], receipts: Receipts) -> None:
    """Only a leg no part of which any carrier may have may go elsewhere as refused."""
    leg_outcome = combine(LEG, parts, receipts)
    if isinstance(leg_outcome, Refused) and not leg_outcome.permanent:
        assert not any(isinstance(part, Sent | Lost) for part in parts)
    if isinstance(leg_outcome, Sent | Lost):
        assert all(isinstance(part, Sent | Lost) for part in parts)


def test_a_body_is_a_plain_submit_sm() -> None:
    assert [type(body) for body in bodies(leg("x" * 161), link(), NOON)] == [SubmitSm, SubmitSm]
    (body,) = bodies(leg(), link(content=ContentRules(tlvs=(VendorTlv(tag=0x3FFF),))), NOON)
    assert body.tlvs == (Tlv(0x3FFF, b""),)
