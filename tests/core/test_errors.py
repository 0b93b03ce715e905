import pytest

from tolmach.core.errors import Failure, RequestError


@pytest.mark.parametrize("failure", Failure)
def test_an_error_tells_its_failure(failure: Failure) -> None:
    error = RequestError(failure)
    assert str(error) == failure.value
    assert (error.failure, error.detail, error.code, error.echo) == (failure, "", 0, None)


def test_an_error_carries_what_logs_and_answers_need() -> None:
    error = RequestError(Failure.MALFORMED, "line 3", code=76, echo="7")
    assert str(error) == "malformed: line 3"
    assert (error.detail, error.code, error.echo) == ("line 3", 76, "7")


def test_every_failure_has_a_word_of_its_own() -> None:
    assert len({failure.value for failure in Failure}) == len(Failure)
