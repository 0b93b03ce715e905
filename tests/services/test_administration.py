"""Errors for operators."""

import pytest

from tolmach.services.administration import NotFoundError


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ((), "there is no account 'shpo'"),
        (("bank",), "there is no account 'shpo'"),
        (("shop", "bank"), "there is no account 'shpo'; did you mean shop?"),
    ],
)
def test_what_is_not_found_is_likened_to_what_is_there(known: tuple[str, ...], text: str) -> None:
    assert str(NotFoundError("account", "shpo", known)) == text
