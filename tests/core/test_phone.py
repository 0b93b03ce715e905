import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType, number_type, parse

from tolmach.core.phone import LONGEST, SHORTEST, beginning, masked, normalise
from tolmach.core.rejections import Rejection

SUBSCRIBER = "79011234567"
FORMS = [
    # the forms of the SMS-Pager manual
    "79011234567",
    "+7(901) 123-45 67",
    "8-901-123-4567",
    "9011234567",
    # what people and spreadsheets add
    "+79011234567",
    "+89011234567",
    "89011234567",
    " 7 901 123 45 67\t\r\n",
    "7.901.123.45.67",
    "7/901/1234567",
    "[7] 901 1234567",
    "(901) 123–45—67",
    "7‐901‑123‒45―67",
    "+7\u00a0901\u00a0123\u00a045\u00a067",
    "7\u202f901\u2009123\u200b4567",
    "\ufeff79011234567",
    "７９０１１２３４５６７",
    "＋７（901）1234567".replace("（", "(").replace("）", ")"),
    "٧٩٠١١٢٣٤٥٦٧",
    # dialling prefixes
    "0079011234567",
    "00 7 901 123-45-67",
    "81079011234567",
    "8~10 7 901 123 45 67".replace("~", "-"),
]


@pytest.mark.parametrize("written", FORMS)
def test_all_forms_are_one_number(written: str) -> None:
    assert normalise(written) == SUBSCRIBER


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # Ukraine, as the manuals write it
        ("380442589632", "380442589632"),
        ("+380 44 258-96-32", "380442589632"),
        ("00380442589632", "380442589632"),
        ("810380442589632", "380442589632"),
        ("8-10-380-44-258-96-32", "380442589632"),
        # Kazakhstan
        ("77012345678", "77012345678"),
        ("87772345678", "77772345678"),
        ("+7 (747) 234-56-78", "77472345678"),
        ("77712345678", "77712345678"),
        ("77602345678", "77602345678"),
        ("8107701234567", Rejection.BAD_RECIPIENT),
        # others
        ("375291234567", "375291234567"),
        ("+1 650 253 0000", "16502530000"),
        ("4915112345678", "4915112345678"),
        ("+998901234567", "998901234567"),
        ("37060112345", "37060112345"),
    ],
)
def test_numbers_of_other_countries(written: str, expected: str | Rejection) -> None:
    assert normalise(written) == expected


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", Rejection.NO_RECIPIENT),
        (" \u00a0-()", Rejection.NO_RECIPIENT),
        ("+", Rejection.NO_RECIPIENT),
        ("74957271122", Rejection.NOT_MOBILE),
        ("8 (495) 727-11-22", Rejection.NOT_MOBILE),
        ("+74957271122", Rejection.NOT_MOBILE),
        ("77272345678", Rejection.NOT_MOBILE),
        ("78001234567", Rejection.NOT_MOBILE),
        ("7901123456", Rejection.BAD_RECIPIENT),
        ("790112345678", Rejection.BAD_RECIPIENT),
        ("+9011234567", Rejection.BAD_RECIPIENT),
        ("12345678", Rejection.BAD_RECIPIENT),
        ("1", Rejection.BAD_RECIPIENT),
        ("0" * 11, Rejection.BAD_RECIPIENT),
        ("999999999999", Rejection.BAD_RECIPIENT),
        ("1234567890123456", Rejection.RECIPIENT_TOO_LONG),
        ("7" * 16, Rejection.RECIPIENT_TOO_LONG),
        ("9" * 100_000, Rejection.RECIPIENT_TOO_LONG),
        ("++79011234567", Rejection.BAD_RECIPIENT),
        ("7901123456x", Rejection.BAD_RECIPIENT),
        ("79011234567;79021234567", Rejection.BAD_RECIPIENT),
        ("79011234567, 79021234567", Rejection.BAD_RECIPIENT),
        ("7901123456²", Rejection.BAD_RECIPIENT),
        ("tel:+79011234567", Rejection.BAD_RECIPIENT),
        ("номер", Rejection.BAD_RECIPIENT),
        ("\ud800", Rejection.BAD_RECIPIENT),
        ("\x00", Rejection.BAD_RECIPIENT),
    ],
)
def test_what_is_no_number_to_write_to(written: str, reason: Rejection) -> None:
    assert normalise(written) is reason


@settings(deadline=None)  # the numbering plan is read when it is first asked
@given(st.text(alphabet=st.one_of(st.sampled_from("0123456789+-() 78"), st.characters()), max_size=24))
def test_any_text_is_plain_digits_or_a_rejection(written: str) -> None:
    result = normalise(written)
    if not isinstance(result, Rejection):
        assert re.fullmatch(r"[1-9]\d*", result, re.ASCII)
        assert SHORTEST <= len(result) <= LONGEST
        assert normalise(result) == result
        assert normalise("+" + result) == result


@given(st.integers(0, 10**9 - 1), st.randoms(use_true_random=False))
def test_separators_and_other_digits_change_nothing(subscriber: int, random: Random) -> None:
    plain = f"79{subscriber:09d}"
    digits = [chr(0xFF10 + int(char)) if random.random() < 0.3 else char for char in plain]
    separated = "".join(random.choice(("", " ", "-", "\u00a0", "(", ")", ".")) + char for char in digits)
    assert normalise(separated) == plain


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("79031234554", "7903*****54"), ("1234567", "1234*67"), ("123456", "******"), ("", "")],
)
def test_a_number_in_a_log_is_masked(phone: str, shown: str) -> None:
    assert masked(phone) == shown


def test_what_the_numbering_plan_calls_mobile_may_be_written_to() -> None:
    numbers = [f"7{prefix:03d}1234567" for prefix in range(300, 1000)]
    mobile = [number for number in numbers if number_type(parse("+" + number)) == PhoneNumberType.MOBILE]
    assert len(mobile) > 100
    assert [number for number in mobile if normalise(number) != number] == []


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("", ""), ("+7 (903) 1", "79031"), ("8 903", "7903"), ("8", "8"), ("8 495 123-45-67", "74951234567"),
        ("8 800", "8800"), ("+8 903", "8903"), ("\uff17\uff19", "79"), ("Tolmach", ""),
    ],
)  # fmt: skip
def test_how_numbers_begin_that_are_looked_for(written: str, digits: str) -> None:
    assert beginning(written) == digits
