"""Fields of an account: what is stored, and what is refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.services import fields
from tolmach.services.administration import BadValueError

CHECKS: tuple[Callable[[str], str], ...] = (
    fields.login,
    fields.password,
    fields.time_zone,
    fields.currency,
    fields.sender,
    fields.callback_url,
    fields.network,
    fields.tariff_name,
)

GOOD = [
    (fields.login, "a"),
    (fields.login, "valid@user.name_1+x-" + "a" * 44),
    (fields.password, "пароль !<>"),
    (fields.time_zone, "Asia/Kamchatka"),
    (fields.currency, "RUB"),
    (fields.sender, "My Shop"),
    (fields.sender, "+79161234567890"[:15]),
    (fields.callback_url, "http://127.0.0.1:8000/"),
    (fields.callback_url, "https://user:word@[::1]:443/s?a=%20#x"),
    (fields.tariff_name, "базовый 2"),
]
BAD = [
    (fields.login, ["", ".a", "a b", "a" * 65, "логин", "a\n"]),
    (fields.password, ["", " a", "a ", "a\x00b", "a" * 129]),
    (fields.time_zone, ["", "Moscow", "../etc/passwd", "Europe", "a\x00b", "A" * 300]),
    (fields.currency, ["", "rub", "RUBL", "РУБ"]),
    (fields.sender, ["", "twelve chars", " a", "a\nb", "1" * 16]),
    (fields.callback_url, ["", "example.org", "ftp://a/", "http://", "http:///a", "http://a:99999/", "http://a:0/"]),
    (fields.callback_url, ["http://[::1/", "http://a b/", "http://a/\n", "http://a/" + "x" * 2000]),
    (fields.network, ["", "10.0.0.1/8", "10.0.0", "::1/129", "a"]),
    (fields.tariff_name, ["", " a", "a ", "a" * 65, "a\nb"]),
]


@pytest.mark.parametrize(("check", "text"), GOOD)
def test_good_values_stay_as_they_are(check: Callable[[str], str], text: str) -> None:
    assert check(text) == text


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in BAD for text in texts])
def test_bad_values_are_refused(check: Callable[[str], str], text: str) -> None:
    with pytest.raises(BadValueError):
        check(text)


@pytest.mark.parametrize(("text", "stored"), [("10.0.0.0/8", "10.0.0.0/8"), ("10.1.2.3", "10.1.2.3/32")])
def test_networks_are_stored_in_full(text: str, stored: str) -> None:
    assert fields.network(text) == stored


@pytest.mark.parametrize("number", [0, -1, 2**53])
def test_client_numbers_fit_a_double(number: int) -> None:
    with pytest.raises(BadValueError):
        fields.client_number(number)


@given(st.sampled_from(CHECKS), st.text(max_size=40))
def test_any_text_is_taken_or_refused_and_nothing_else(check: Callable[[str], str], text: str) -> None:
    try:
        stored = check(text)
    except BadValueError:
        stored = "refused"
    assert stored.isprintable()
