import pytest

from tolmach.core.transfers import TAKEN, TransferKind, read_kind


def test_every_kind_is_read_by_its_word_in_any_case() -> None:
    for kind in TransferKind:
        assert read_kind(kind.value) is read_kind(f" {kind.value.upper()} ") is kind


@pytest.mark.parametrize("word", ["", "cash", "webmoney manager"])
def test_other_words_are_none(word: str) -> None:
    assert read_kind(word) is None


def test_what_is_taken_goes_back_to_the_reseller() -> None:
    assert {kind.value for kind in TAKEN} == {"write_off", "subscription"}
