"""deliver_sm and data_sm as events."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import NOON
from tests.codecs.smpp.receipt_forms import ROWS
from tests.providers.links import link
from tolmach.codecs import gsm0338, udh
from tolmach.codecs.smpp.bodies import DataSm, DeliverSm
from tolmach.codecs.smpp.constants import EsmClass, MessageState
from tolmach.codecs.smpp.receipt import IdForm
from tolmach.codecs.smpp.tlv import Tag, Tlvs, make
from tolmach.core.delivery import Inbound, Piece, Receipt
from tolmach.core.links import ContentRules, DefaultAlphabet, IdRules, Prefer
from tolmach.core.status import Status
from tolmach.providers.contract import Ignored
from tolmach.providers.smpp_receipts import STATUSES, answer_id, read

HEX, DECIMAL = IdForm.HEX, IdForm.DECIMAL


def report(text: str = "", *tlvs: Any, esm: int = EsmClass.RECEIPT) -> DeliverSm:
    return DeliverSm(esm_class=esm, short_message=text.encode(), tlvs=tuple(tlvs))


def text(stat: str = "DELIVRD", id_: str = "7", done: str = "2603021130") -> str:
    return f"id:{id_} sub:001 dlvrd:001 submit date:2603021129 done date:{done} stat:{stat} err:000 text:"


@pytest.mark.parametrize(
    ("stat", "expected"),
    [
        ("DELIVRD", Status.DELIVERED),
        ("EXPIRED", Status.EXPIRED),
        ("DELETED", Status.UNDELIVERED),
        ("UNDELIV", Status.UNDELIVERED),
        ("UNKNOWN", Status.UNKNOWN),
        ("REJECTD", Status.REFUSED),
        ("ACCEPTD", Ignored.INTERMEDIATE),
        ("ENROUTE", Ignored.INTERMEDIATE),
        ("WHATEVR", Ignored.UNREADABLE),
    ],
)
def test_words(stat: str, expected: Status | Ignored) -> None:
    event = read(report(text(stat)), link(), NOON)
    assert (event.status if isinstance(event, Receipt) else event) == expected


def test_every_state_is_in_the_table() -> None:
    assert set(STATUSES) == set(MessageState)


@pytest.mark.parametrize(
    ("done", "zone", "at"),
    [
        ("2603021130", "UTC", datetime(2026, 3, 2, 11, 30, tzinfo=UTC)),
        ("2603021430", "Europe/Moscow", datetime(2026, 3, 2, 11, 30, tzinfo=UTC)),
        ("2603021430", "UTC", NOON),  # ahead of us: somebody's zone is wrong
        ("", "UTC", NOON),
        ("yesterday", "UTC", NOON),
    ],
)
def test_moments(done: str, zone: str, at: datetime) -> None:
    event = read(report(text(done=done)), link(time_zone=zone), NOON)
    assert isinstance(event, Receipt)
    assert event.at == at


def receipted(id_: str) -> Tlvs:
    return (make(Tag.RECEIPTED_MESSAGE_ID, id_), make(Tag.MESSAGE_STATE, MessageState.DELIVERED))


@pytest.mark.parametrize(
    ("answered", "rules", "body"),
    [
        ("7", {}, report(text())),
        ("0007", {}, report(text())),
        ("7B", {}, report(text(id_="007b"))),
        ("7B", {"answer": HEX, "text": DECIMAL}, report(text(id_="123"))),
        ("0x7b", {"answer": HEX, "text": DECIMAL}, report(text(id_="0000000123"))),
        ("123", {"answer": DECIMAL, "text": HEX}, report(text(id_="0000007B"))),
        ("7b", {}, report("", *receipted("7B"))),
        ("7b", {"answer": HEX, "text": DECIMAL, "tlv": HEX}, report(text(id_="9"), *receipted("7B"))),
        ("9", {"prefer": Prefer.TEXT}, report(text(id_="9"), *receipted("7B"))),
        ("7b", {"prefer": Prefer.TEXT}, report("", *receipted("7B"))),
        ("1d30-5b4c", {}, report(text(id_="1D30-5B4C"))),
        ("7", {}, DataSm(esm_class=EsmClass.RECEIPT, tlvs=receipted("7"))),
        ("7", {}, DataSm(esm_class=4, tlvs=(make(Tag.MESSAGE_PAYLOAD, text().encode()),))),
        ("7", {}, report("", *receipted("7"), esm=0)),
    ],
)
def test_the_id_is_the_one_of_the_answer(answered: str, rules: Any, body: DeliverSm | DataSm) -> None:
    ids = IdRules(**rules)
    event = read(body, link(ids=ids), NOON)
    assert isinstance(event, Receipt)
    assert event.provider_id == answer_id(answered, ids)
    assert (event.link, event.status) == ("carrier", Status.DELIVERED)


def test_no_id_is_no_id() -> None:
    assert answer_id("", IdRules()) == ""
    assert len(answer_id("a" * 200, IdRules())) == 64
    assert read(report("stat:DELIVRD"), link(), NOON) is Ignored.UNREADABLE


def test_an_intermediate_notification_is_no_receipt() -> None:
    assert read(report(text(), esm=EsmClass.INTERMEDIATE), link(), NOON) is Ignored.INTERMEDIATE


@pytest.mark.parametrize(("said", "tlvs"), [row[1:3] for row in ROWS], ids=[row[0] for row in ROWS])
def test_every_form_of_the_wild_is_something(said: str | bytes, tlvs: Tlvs) -> None:
    octets = said if isinstance(said, bytes) else said.encode("latin-1", "replace")
    event = read(DeliverSm(esm_class=EsmClass.RECEIPT, short_message=octets, tlvs=tlvs), link(), NOON)
    assert isinstance(event, Receipt | Ignored)


@pytest.mark.parametrize(
    ("octets", "coding", "alphabet", "expected"),
    [
        (b"\x00\x1b\x65", 0, DefaultAlphabet.GSM, "@€"),
        (gsm0338.pack(b"hello"), 0, DefaultAlphabet.GSM_PACKED, "hello"),
        (b"", 0, DefaultAlphabet.GSM_PACKED, ""),
        (b"\xe9", 0, DefaultAlphabet.LATIN1, "é"),
        (b"\xe9", 3, DefaultAlphabet.GSM, "é"),
        (b"A", 1, DefaultAlphabet.GSM, "A"),
        ("СТОП".encode("utf-16-be"), 8, DefaultAlphabet.GSM, "СТОП"),
        (b"\x04\x21\x04", 8, DefaultAlphabet.GSM, "С\ufffd"),
        ("Да".encode("utf-16-be"), 0x18, DefaultAlphabet.GSM, "Да"),
        (b"\x11", 0x10, DefaultAlphabet.GSM, "_"),
        (b"\xff\x00", 4, DefaultAlphabet.GSM, "ÿ\x00"),
        (b"\xff", 0xF5, DefaultAlphabet.GSM, "ÿ"),
        (b"\x11", 0xF1, DefaultAlphabet.GSM, "_"),
    ],
)
def test_messages_of_subscribers(octets: bytes, coding: int, alphabet: DefaultAlphabet, expected: str) -> None:
    body = DeliverSm(source_addr="79161234567", destination_addr="1234", data_coding=coding, short_message=octets)
    event = read(body, link(content=ContentRules(alphabet=alphabet)), NOON)
    assert event == Inbound("carrier", "79161234567", "1234", expected, NOON)


SAR = (make(Tag.SAR_MSG_REF_NUM, 9), make(Tag.SAR_TOTAL_SEGMENTS, 3), make(Tag.SAR_SEGMENT_SEQNUM, 2))


@pytest.mark.parametrize(
    ("body", "said", "piece"),
    [
        (DeliverSm(esm_class=64, short_message=udh.header(udh.concatenation(7, 2, 1)) + b"a"), "a", Piece(7, 2, 1)),
        (
            DeliverSm(esm_class=64, short_message=udh.header(udh.concatenation(700, 2, 2, True)) + b"a"),
            "a",
            Piece(700, 2, 2),
        ),
        (DeliverSm(esm_class=64, short_message=udh.header(udh.ports(1, 2)) + b"a"), "a", None),
        (DeliverSm(esm_class=64, short_message=b"\x05\x00\x03\x07\x02\x00a"), "a", None),  # part 0
        (DeliverSm(esm_class=64, short_message=b"abc"), "abc", None),
        (DeliverSm(short_message=b"a", tlvs=SAR), "a", Piece(9, 3, 2)),
        (DeliverSm(tlvs=(make(Tag.MESSAGE_PAYLOAD, b"abc"),)), "abc", None),
        (DataSm(tlvs=(make(Tag.MESSAGE_PAYLOAD, b"abc"),)), "abc", None),
    ],
)
def test_parts_of_messages(body: DeliverSm | DataSm, said: str, piece: Piece | None) -> None:
    event = read(body, link(), NOON)
    assert isinstance(event, Inbound)
    assert (event.text, event.piece) == (said, piece)


def test_a_packed_part() -> None:
    head = udh.header(udh.concatenation(7, 2, 1))
    body = DeliverSm(esm_class=64, short_message=head + gsm0338.pack(b"hello", 1))
    event = read(body, link(content=ContentRules(alphabet=DefaultAlphabet.GSM_PACKED)), NOON)
    assert isinstance(event, Inbound)
    assert event.text == "hello"


@given(
    st.builds(
        DeliverSm,
        esm_class=st.integers(0, 255),
        data_coding=st.integers(0, 255),
        short_message=st.binary(max_size=80),
        tlvs=st.lists(st.tuples(st.sampled_from(list(Tag)), st.binary(max_size=6)), max_size=4).map(tuple),
    ),
    st.sampled_from(list(DefaultAlphabet)),
)
def test_nothing_an_smsc_sends_makes_it_raise(body: DeliverSm, alphabet: DefaultAlphabet) -> None:
    event = read(body, link(content=ContentRules(alphabet=alphabet)), NOON + timedelta(days=1))
    assert isinstance(event, Receipt | Inbound | Ignored)
