from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.codecs.smpp.receipt_forms import ROWS, Row
from tolmach.codecs.smpp.constants import MessageState
from tolmach.codecs.smpp.receipt import (
    _USUAL,
    STATES,
    IdForm,
    ReceiptFields,
    _cut,
    _cut_keys,
    canonical_id,
    is_receipt,
    parse,
    render,
)
from tolmach.codecs.smpp.tlv import Tag, Tlv, make


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_real_forms(row: Row) -> None:
    _, text, tlvs, fields = row
    assert parse(text, tlvs) == ReceiptFields(**fields)


def test_the_short_way_says_what_the_long_way_says() -> None:
    usual = [row[1] for row in ROWS if isinstance(row[1], str) and _USUAL.fullmatch(row[1])]
    assert len(usual) > 10
    for text in usual:
        fields, extra = _cut_keys(text)
        assert (_cut(text)[0], _cut(text)[1]) == ({"text": "", **fields}, extra)


def test_there_are_at_least_forty_forms() -> None:
    assert len({row[1] for row in ROWS if row[3]}) >= 40


@pytest.mark.parametrize("row", [row for row in ROWS if isinstance(row[1], str)], ids=lambda row: row[0])
def test_octets_read_like_their_text(row: Row) -> None:
    _, text, tlvs, _ = row
    assert isinstance(text, str)
    assert parse(text.encode("latin-1"), tlvs) == parse(text, tlvs)


@pytest.mark.parametrize(("word", "state"), STATES.items())
def test_every_word_in_any_case(word: str, state: MessageState) -> None:
    for form in (word, word.lower(), word.capitalize()):
        assert parse(f"id:1 stat:{form} err:0").state is state


def test_dates_are_read_in_the_zone_of_the_link() -> None:
    moscow = timezone(timedelta(hours=3))
    fields = parse("id:1 done date:2607181201 stat:DELIVRD", zone=moscow)
    assert fields.done == datetime(2026, 7, 18, 9, 1, tzinfo=UTC)


def test_ids_to_look_up() -> None:
    assert parse("id:1", (make(Tag.RECEIPTED_MESSAGE_ID, "2"),)).ids == ("2", "1")
    assert parse("id:1", (make(Tag.RECEIPTED_MESSAGE_ID, "1"),)).ids == ("1",)
    assert parse("").ids == ()


@pytest.mark.parametrize(
    ("text", "usable"), [("id:1 stat:DELIVRD", True), ("id:1", False), ("stat:DELIVRD", False), ("", False)]
)
def test_usable(text: str, usable: bool) -> None:
    assert parse(text).usable is usable


@pytest.mark.parametrize(
    ("esm_class", "tags", "expected"),
    [
        (0x00, (), False),
        (0x03, (), False),
        (0x40, (), False),
        (0x08, (), False),
        (0x04, (), True),
        (0x44, (), True),
        (0x20, (), True),
        (0x00, (Tag.RECEIPTED_MESSAGE_ID,), False),
        (0x00, (Tag.RECEIPTED_MESSAGE_ID, Tag.MESSAGE_STATE), True),
    ],
)
def test_what_is_a_receipt(esm_class: int, tags: tuple[Tag, ...], expected: bool) -> None:
    assert is_receipt(esm_class, tuple(Tlv(tag, b"\2") for tag in tags)) is expected


SAME = [
    ("1d305b4c", IdForm.HEX, "0489708364", IdForm.DECIMAL),
    ("0x1D305B4C", IdForm.HEX, "489708364", IdForm.DECIMAL),
    ("0000000A", IdForm.HEX, "10", IdForm.DECIMAL),
    ("0123456789", IdForm.TEXT, "123456789", IdForm.TEXT),
    ("ABC-0f", IdForm.TEXT, " abc-0F ", IdForm.TEXT),
    ("00", IdForm.TEXT, "0", IdForm.TEXT),
    ("not-a-number", IdForm.HEX, "NOT-A-NUMBER", IdForm.DECIMAL),
]


@pytest.mark.parametrize(("left", "left_form", "right", "right_form"), SAME)
def test_spellings_of_one_id(left: str, left_form: IdForm, right: str, right_form: IdForm) -> None:
    assert canonical_id(left, left_form) == canonical_id(right, right_form)


def test_other_ids_stay_other() -> None:
    assert canonical_id("10", IdForm.HEX) != canonical_id("10", IdForm.DECIMAL)
    assert canonical_id("a1", IdForm.TEXT) != canonical_id("a01", IdForm.TEXT)
    assert canonical_id("", IdForm.TEXT) == ""


@given(st.integers(0, 1 << 128))
def test_numbers_agree_in_both_bases(number: int) -> None:
    assert canonical_id(f"{number:x}", IdForm.HEX) == canonical_id(f"{number:020d}", IdForm.DECIMAL)


IDS = st.text("0123456789abcdefABCDEF-", min_size=1, max_size=36)
MINUTES = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2037, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


@given(
    IDS,
    st.sampled_from([state for state in MessageState if state not in (0, 9)]),
    MINUTES,
    MINUTES,
    st.text("abc :.", max_size=20).map(str.strip),
)
def test_what_we_write_we_read(
    name: str, state: MessageState, submitted: datetime | None, done: datetime | None, text: str
) -> None:
    fields = ReceiptFields(
        state=state, text_id=name, err="000", submitted=submitted, done=done, sub=1, dlvrd=1, text=text
    )
    assert parse(render(fields))._replace(stat="") == fields


def test_rendered_form() -> None:
    fields = ReceiptFields(
        state=MessageState.UNDELIVERABLE,
        text_id="17",
        submitted=datetime(2026, 7, 18, 12, tzinfo=UTC),
        err="011",
        sub=1,
        dlvrd=0,
        text="a message longer than twenty characters",
    )
    assert render(fields) == (
        "id:17 sub:001 dlvrd:000 submit date:2607181200 done date:0000000000 stat:UNDELIV err:011 "
        "text:a message longer tha"
    )


@settings(max_examples=1000)
@given(
    st.text(max_size=200) | st.binary(max_size=200),
    st.lists(st.builds(Tlv, st.sampled_from([0x1E, 0x423, 0x424, 0x427, 0x1400]), st.binary(max_size=12)), max_size=4),
)
@example("id:" * 2000, [])
@example("submit date:" * 2000 + " " * 60_000, [])
@example("text:" * 20_000, [])
@example("id:1 done date:" + "9" * 70_000, [])
@example("a b" * 20_000, [Tlv(0x1E, bytes(12))])
def test_any_text_gives_fields(text: str | bytes, tlvs: list[Tlv]) -> None:
    assert isinstance(parse(text, tuple(tlvs)), ReceiptFields)


@given(IDS, st.text("0123456789", max_size=15), st.sampled_from(["DELIVRD", "undeliv", "X"]), st.text(max_size=30))
def test_both_ways_agree_on_generated_receipts(name: str, date: str, stat: str, text: str) -> None:
    one = f"id:{name} sub:001 dlvrd:1 submit date:{date} done date:{date} stat:{stat} err:0 text:{text}"
    fields, extra = _cut_keys(one)
    assert _cut(one) == ({"text": "", **fields}, extra)


@settings(max_examples=500)
@given(
    st.lists(
        st.sampled_from(["id:", "stat:", "DELIVRD", " ", "done date:", "2607181201", "err", ":", "text:", "\0"]),
        max_size=30,
    )
)
def test_shuffled_pieces_give_fields(pieces: list[str]) -> None:
    assert isinstance(parse("".join(pieces)), ReceiptFields)
