import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.ids import AccountId
from tolmach.core.inbox import GAP, Claim, Wish, Words, folded, joined, mended, owner

ONE, TWO, THREE = AccountId(1), AccountId(2), AccountId(3)


@pytest.mark.parametrize(
    "text", ["STOP", "stop", " Stop! ", "СТОП", "стоп.", "CTOП", "«Отписка»", "отписаться", "STOP\n"]
)
def test_words_that_stop(text: str) -> None:
    assert Words.of().wish(text) is Wish.STOP


@pytest.mark.parametrize("text", ["start", "Старт!", "CTAPT"])
def test_words_that_start_again(text: str) -> None:
    assert Words.of().wish(text) is Wish.START


@pytest.mark.parametrize("text", ["", "!", "please stop", "STOPP", "стоп кран", "не стоп", "79161234567"])
def test_what_is_no_wish(text: str) -> None:
    assert Words.of().wish(text) is None


def test_a_wish_may_stand_after_the_prefix() -> None:
    words = Words.of()
    assert words.wish("IGRA stop", "igra") is Wish.STOP
    assert words.wish("IGRA stop") is None
    assert words.wish("stop", "stop") is Wish.STOP  # the prefix itself


def test_the_words_can_be_others() -> None:
    words = Words.of(["Нет, спасибо", ""], ["да"])
    assert words.wish("нет   спасибо") is Wish.STOP
    assert words.wish("Да!") is Wish.START
    assert words.wish("STOP") is None
    assert words.wish("") is None


def test_lookalikes_are_the_same_and_others_are_not() -> None:
    assert folded("СТОП") == folded("CTOП")
    assert folded("STOP") != folded("СТОП")


def test_the_longest_prefix_wins() -> None:
    claims = [Claim(ONE, "ig"), Claim(TWO, "igra"), Claim(THREE)]
    assert owner(claims, " Igra 5") == Claim(TWO, "igra")
    assert owner(claims, "IGO") == Claim(ONE, "ig")
    assert owner(claims, "hello") == Claim(THREE)
    assert owner(claims[:2], "hello") is None
    assert owner([], "hello") is None


def test_parts_are_joined_and_gaps_are_shown() -> None:
    assert joined({1: "a", 2: "b", 3: "c"}, 3) == "abc"
    assert joined({2: "b"}, 4) == f"{GAP}b{GAP}"
    assert joined({1: "a", 4: "d"}, 4) == f"a{GAP}d"


def test_halves_of_a_surrogate_pair_meet_again() -> None:
    assert joined({1: "x\ud83d", 2: "\ude00y"}, 2) == "x😀y"
    assert joined({1: "x\ud83d"}, 2) == f"x\ufffd{GAP}"


@given(st.text(st.characters(), max_size=20))
def test_what_is_mended_can_be_stored(text: str) -> None:
    stored = mended(text)
    assert "\x00" not in stored
    assert stored.encode().decode() == stored
    assert mended(stored) == stored
