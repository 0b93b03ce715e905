import pytest

from tolmach.cli.errors import MISUSED, CommandError
from tolmach.cli.passwords import choose_password
from tolmach.services.administration import BadValueError


def test_a_password_that_is_given() -> None:
    assert choose_password("correct horse", generate=False) == "correct horse"
    with pytest.raises(BadValueError):
        choose_password("", generate=False)


def test_one_that_is_made_up() -> None:
    one, other = choose_password(None, generate=True), choose_password(None, generate=True)
    assert len(one) >= 16
    assert one != other


def test_not_both() -> None:
    with pytest.raises(CommandError, match="contradict") as raised:
        choose_password("correct horse", generate=True)
    assert raised.value.code == MISUSED
