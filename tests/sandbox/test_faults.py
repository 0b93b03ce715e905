"""What can be set, and how it is drawn."""

import random

import pytest
from pydantic import ValidationError

from tolmach.codecs.smpp.constants import Status
from tolmach.sandbox.faults import NONE, FaultBook, Faults, IdForm, read_id, spell


@pytest.mark.parametrize("refuse", [0x0B, "RINVDSTADR", "ESME_RINVDSTADR", "esme_rinvdstadr"])
def test_a_status_by_number_or_name(refuse: object) -> None:
    faults = Faults.model_validate({"refuse": refuse})
    assert faults.refuse == Status.RINVDSTADR
    assert faults.model_dump(mode="json")["refuse"] == "ESME_RINVDSTADR"


def test_a_vendor_status_comes_back_as_it_went() -> None:
    assert Faults.model_validate({"refuse": 0x400}).refuse == 0x400


@pytest.mark.parametrize(
    "wrong",
    [
        '{"throttle": 1.5}',
        '{"throttle": -0.1}',
        '{"throttle": "half"}',
        '{"throttle": NaN}',
        '{"refuse": "ESME_NOTHING"}',
        '{"refuse": 0}',
        '{"drop_after": 0}',
        '{"drop_every": 0}',
        '{"half_open": 1}',
        '{"response_ids": "octal"}',
        '{"thrttle": 0.5}',
        "[]",
        "nothing",
    ],
)
def test_what_cannot_be_set(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Faults.model_validate_json(wrong)


def test_every_set_survives_the_journey_through_json() -> None:
    faults = Faults(throttle=0.25, refuse=0x0B, half_open=True, response_ids=IdForm.UPPER_HEX, receipt_delay=1.5)
    assert Faults.model_validate_json(faults.model_dump_json()) == faults


def test_a_systems_own_faults_win_over_those_for_all() -> None:
    book, own, general = FaultBook(), Faults(throttle=1), Faults(queue_full=1)
    assert book.of("a") == NONE
    book.put(general, None)
    book.put(own, "a")
    assert (book.of("a"), book.of("b")) == (own, general)
    book.clear("a")
    assert book.of("a") == general
    book.put(own, "a")
    book.clear(None)
    assert (book.of("a"), book.of("b")) == (NONE, NONE)


def test_shares_are_drawn() -> None:
    book = FaultBook(random.Random(4).random)
    assert not any(book.strikes(0) for _ in range(1000))
    assert all(book.strikes(1) for _ in range(1000))
    assert 150 < sum(book.strikes(0.2) for _ in range(1000)) < 250


@pytest.mark.parametrize(
    ("form", "word"),
    [
        (IdForm.DECIMAL, "2882400018"),
        (IdForm.PADDED, "00000000002882400018"),
        (IdForm.HEX, "abcdef12"),
        (IdForm.UPPER_HEX, "ABCDEF12"),
        (IdForm.PADDED_HEX, "00000000ABCDEF12"),
    ],
)
def test_ids_are_spelt_and_read(form: IdForm, word: str) -> None:
    assert spell(0xABCDEF12, form) == word
    assert read_id(word, form) == 0xABCDEF12


@pytest.mark.parametrize("word", ["", " ", "abc", "-1", "1_0", "٣", "9" * 20, "1" * 65])
def test_what_is_no_id(word: str) -> None:
    assert read_id(word, IdForm.DECIMAL) is None
    assert spell(7, IdForm.NONE) == ""
