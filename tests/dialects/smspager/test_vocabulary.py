import pytest

from tolmach.core.errors import Failure, RequestError
from tolmach.core.rejections import Rejection
from tolmach.core.status import Status
from tolmach.dialects.smspager import vocabulary
from tolmach.dialects.smspager.vocabulary import Answer, answer_to


def test_tables_are_total() -> None:
    assert set(vocabulary.FAILURES) == set(Failure)
    assert set(vocabulary.REJECTIONS) == set(Rejection)
    assert set(vocabulary.GROUP_OF) == set(Status)


def test_every_rejection_has_a_place_in_the_precedence() -> None:
    assert set(vocabulary.REJECTIONS.values()) == set(vocabulary.PRECEDENCE)


def test_every_status_has_a_group_that_is_written() -> None:
    assert set(vocabulary.GROUP_OF.values()) <= set(vocabulary.GROUPS)


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_code_and_words(failure: Failure) -> None:
    answer = answer_to(RequestError(failure))
    assert answer.code.isdigit()
    assert answer.descr


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        (Failure.MISSING_FIELD, Answer("500", "Недостаточно переданных параметров")),
        (Failure.UNAUTHORISED, Answer("501", "Неверная пара логин/пароль")),
        (Failure.GROUP_KEY_TOO_LONG, Answer("502", "Превышен размер smsid. Максимальный размер 21 символ")),
        (Failure.BAD_DATE, Answer("503", "Неверный формат datetime. Верный: yyyy-mm-dd HH:MM:SS")),
        (Failure.BLOCKED, Answer("511", "Ваша учетная запись заблокирована")),
        (Failure.UNKNOWN_GROUP, Answer("1", "Успешно завершенная операция")),
    ],
)
def test_words_of_the_manual(failure: Failure, answer: Answer) -> None:
    assert answer_to(RequestError(failure)) == answer


@pytest.mark.parametrize(("number", "code"), [(0, "700"), (4, "704"), (76, "7076"), (99, "7099"), (111, "701")])
def test_parser_errors_carry_the_number(number: int, code: str) -> None:
    assert answer_to(RequestError(Failure.MALFORMED, code=number)).code == code
