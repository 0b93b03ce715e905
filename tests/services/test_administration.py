"""Errors for operators."""

import pytest

from tolmach.core.sentences import Sentence
from tolmach.services.administration import AdministrationError, NotFoundError


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


def test_what_is_in_the_way_can_be_said_in_another_language() -> None:
    error = NotFoundError("account", "shpo", ["shop"])
    sentence = error.sentence
    assert isinstance(sentence, Sentence)
    assert (sentence, sentence.values["kind"], sentence.values["similar"]) == (str(error), "account", "shop")
    assert AdministrationError("as it is").sentence == "as it is"
