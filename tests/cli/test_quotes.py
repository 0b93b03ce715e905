"""``tolmach message quote``."""

import pytest

from tests.cli.stage import Tolmach, complaint

ASKED = ("message", "quote", "--account", "demo", "--to", "79161234500")


def test_parts_prices_and_what_forces_unicode(tolmach: Tolmach) -> None:
    text = "Sale — 20 % " + "x" * 100
    ran = tolmach(*ASKED, "--step", "viber=Hi", "--text", text)
    assert ran.out.splitlines() == [
        "step 1: viber, 1 part, 1.50 RUB",
        "step 2: sms, 2 parts, 2.00 RUB, ucs2",
        "  Unicode because of '—' at 6; '-' would do",
        "  with plain characters it would be 1 part",
        "at most 3.50 RUB would be held",
    ]
    listed = tolmach(*ASKED, "--text", text, "--json").json
    assert listed == [
        {
            "channel": "sms",
            "parts": 2,
            "price": "2.00",
            "alphabet": "ucs2",
            "unicode_because_of": [{"char": "—", "position": 6, "times": 1, "plain": "-"}],
        }
    ]


def test_nothing_is_stored(tolmach: Tolmach) -> None:
    assert tolmach(*ASKED, "--text", "Hello").out.startswith("step 1: sms, 1 part, 1.00 RUB, gsm7\n")
    assert tolmach("message", "list", "--json").json == []


def test_many_characters_are_counted(tolmach: Tolmach) -> None:
    assert "  and 2 more characters" in tolmach(*ASKED, "--text", "абвгдежзик").out.splitlines()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "nothing to quote"),
        (("--step", "telegram=Hi"), 2, "is not KIND[@LINK]=TEXT"),
        (("--step", "sms@=Hi"), 2, "is not KIND[@LINK]=TEXT"),
        (("--text", "Hi", "--sender", "Nobody"), 1, "it would be refused"),
    ],
)
def test_what_cannot_be_quoted(tolmach: Tolmach, words: tuple[str, ...], code: int, said: str) -> None:
    assert said in complaint(tolmach(*ASKED, *words), code)
