from collections.abc import Iterator

import pytest

from tolmach.services import passwords


@pytest.fixture(autouse=True)
def quick_passwords() -> Iterator[None]:
    """Here they are as slow as the product makes them."""
    passwords.of_nobody.cache_clear()
    yield
    passwords.of_nobody.cache_clear()


def test_a_password_matches_its_own_hash_only() -> None:
    stored = passwords.conceal("пароль")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, its second recommendation
    assert "пароль" not in stored
    assert passwords.matches(stored, "пароль")
    assert not passwords.matches(stored, "Пароль")


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.conceal("a") != passwords.conceal("a")


@pytest.mark.parametrize("stored", ["", "a", "$argon2id$v=19$m=8", "$2b$12$abc", "plain"])
def test_a_broken_hash_matches_nothing(stored: str) -> None:
    assert not passwords.matches(stored, "a")
    assert not passwords.matches(stored, stored)


def test_nobody_has_a_real_hash() -> None:
    assert passwords.of_nobody().startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not passwords.matches(passwords.of_nobody(), "")
    assert not passwords.matches(passwords.of_nobody(), "nobody")


def test_a_password_of_any_characters() -> None:
    odd = "\x00\ud83d\ude00 '\"".encode("utf-16", "surrogatepass").decode("utf-16")
    assert passwords.matches(passwords.conceal(odd), odd)
