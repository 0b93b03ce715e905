from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import planned
from tolmach.core.content import Address, SmsText, VCard, ViberCard
from tolmach.core.moderation import HOLE, LONGEST_FILLING, Mode, Policy, Rules, digest, examine, fits, fold, written

WORDS = frozenset({"казино", "free money"})


def rules(mode: Mode = Mode.PATTERN, *patterns: str, links: bool = True) -> Rules:
    return Rules(mode, Policy(links=links), WORDS, patterns)


@pytest.mark.parametrize(
    "text",
    [
        "see http://example.com/x",
        "HTTPS://EXAMPLE.COM",
        "www.example",
        "пиши на мойсайт.рф",
        "shop.example.ru",
        "goo.gl/abc",
        "t.me/shop",
        "ftp://x",
        "tg://resolve?domain=x",
    ],
)
def test_links_wait(text: str) -> None:
    assert examine(text, rules()) == "a link"
    assert examine(text, rules(links=False)) == ""


@pytest.mark.parametrize(
    "text", ["Ваш код 1234", "в 10.30 ждем", "3.14", "т.е. завтра", "Ок.Готово", "a.b", "сумма 1.500.00 руб.", ""]
)
def test_ordinary_texts_pass(text: str) -> None:
    assert examine(text, rules()) == ""
    assert examine(text, Rules(Mode.OFF, Policy(), WORDS)) == ""


@pytest.mark.parametrize("text", ["КАЗИНО!", "наше казино", "free\n money", "Free  MONEY now"])
def test_stop_words_wait(text: str) -> None:
    assert examine(text, rules()).startswith("stop word: ")


def test_a_stop_word_is_a_whole_word() -> None:
    assert examine("казиношный", rules()) == ""
    assert fold("Ёлка,  ЖИВИ") == "елка живи"


def test_all_texts_wait_but_those_that_fit_a_pattern() -> None:
    strict = rules(Mode.ALL, "Код: #code#")
    assert examine("Привет", strict) == "every text of this account"
    assert examine("Код: 12", strict) == ""


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("Код: 12", "Код: #code#", True),
        ("Код: 12", "Код: #code##more#", True),
        ("Код: ", "Код: #code#", False),
        ("Код: 12!", "Код: #code#", True),
        ("код: 12", "Код: #code#", False),
        ("Заказ 5 готов", "Заказ #n# готов", True),
        ("Заказ  готов", "Заказ #n# готов", False),
        ("Заказ готов", "Заказ #n# готов", False),
        ("aXbYc", "a#x#b#y#c", True),
        ("abYc", "a#x#b#y#c", False),
        ("Same", "Same", True),
        ("Same!", "Same", False),
        ("Код: http://x.ru", "Код: #code#", False),
        ("Код: казино", "Код: #code#", False),
        ("Код: " + "1" * LONGEST_FILLING, "Код: #code#", True),
        ("Код: " + "1" * (LONGEST_FILLING + 1), "Код: #code#", False),
        ("http://shop.ru/12", "http://shop.ru/#n#", True),
        ("anything", "#x#", True),
        ("{{7*7}}", "{{7*7}}", True),
        (".*", "a.*", False),
    ],
)
def test_a_text_fits_a_pattern(text: str, pattern: str, expected: bool) -> None:
    assert fits(text, pattern, rules()) is expected


@given(st.lists(st.text("ab #", max_size=4), min_size=2, max_size=5), st.data())
def test_a_pattern_fits_what_it_was_made_of(pieces: list[str], data: Any) -> None:
    pieces = [piece.replace("#", "") for piece in pieces]
    fillings = [data.draw(st.text("xyz", min_size=1, max_size=5)) for _ in pieces[1:]]
    text = "".join(piece + filling for piece, filling in zip(pieces, [*fillings, ""], strict=True))
    assert fits(text, "#hole#".join(pieces), rules())


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_fit_or_do_not(text: str, pattern: str) -> None:
    assert fits(text, pattern, rules()) in (True, False)
    if not HOLE.search(pattern):
        assert fits(text, pattern, rules()) is (text == pattern)


def test_what_a_subscriber_sees_of_any_step() -> None:
    plan = (
        planned()._replace(content=ViberCard("Hello", "Open", "http://x", "http://y")),
        planned()._replace(content=SmsText("Hello")),
        planned()._replace(content=VCard("Ann", cell="79", address=Address(city="Омск"))),
    )
    assert written(plan) == "Hello\nOpen\nhttp://x\nhttp://y\nAnn\n79\nОмск"
    assert digest("a") != digest("b")
    assert len(digest("\ud800")) == 64
