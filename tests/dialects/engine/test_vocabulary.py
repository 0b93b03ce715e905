import pytest

from tolmach.core.errors import Failure
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import MessageState
from tolmach.core.status import FINAL, Status
from tolmach.dialects.engine import vocabulary

MANUAL_FAILURES = {
    "Неправильный формат XML документа",
    "Ваш аккаунт заблокирован",
    "Базы с таким номером не существует",
    "Неправильный логин или пароль",
    "POST данные отсутствуют",
}
MANUAL_REJECTIONS = [
    "У нас закончились SMS. Для разрешения проблемы свяжитесь с менеджером.",
    "Закончились SMS.",
    "Аккаунт заблокирован.",
    "Укажите номер телефона.",
    "Номер телефона присутствует в стоп-листе.",
    "Данное направление закрыто для вас.",
    "Данное направление закрыто.",
    "Текст SMS отклонен модератором.",
    "Нет отправителя.",
    "Отправитель не должен превышать 15 символов для цифровых номеров и 11 символов для буквенно-числовых.",
    "Номер телефона должен быть меньше 15 символов.",
    "Нет текста сообщения.",
    "Нет ссылки.",
    "Укажите название контакта и хотя бы один параметр для визитной карточки.",
    "Такого отправителя нет.",
    "Отправитель не прошел модерацию.",
]
MANUAL_STATUSES = {"send", "not_deliver", "expired", "deliver", "read", "partly_deliver"}


def test_every_failure_has_words_without_a_full_stop() -> None:
    assert set(vocabulary.FAILURES) == set(Failure)
    assert not any(words.endswith(".") for words in vocabulary.FAILURES.values())


def test_only_a_trouble_of_the_gateway_itself_has_words_that_the_manual_does_not_list() -> None:
    own = {failure for failure, words in vocabulary.FAILURES.items() if words not in MANUAL_FAILURES}
    elsewhere = {Failure.UNKNOWN_OPERATOR, Failure.REPEATED}  # of methods that the manual does not have
    assert own == {Failure.BUSY, Failure.INTERNAL} | elsewhere
    assert set(vocabulary.FAILURES.values()) > MANUAL_FAILURES


def test_every_rejection_has_words_with_a_full_stop() -> None:
    assert set(vocabulary.REJECTIONS) == set(Rejection)
    assert all(words.endswith(".") for words in vocabulary.REJECTIONS.values())


@pytest.mark.parametrize("words", MANUAL_REJECTIONS)
def test_every_string_of_the_manual_has_its_reason(words: str) -> None:
    assert words in vocabulary.REJECTIONS.values()


def test_every_status_has_a_word_of_the_manual() -> None:
    assert set(vocabulary.STATUSES) == set(Status)
    assert set(vocabulary.STATUSES.values()) == MANUAL_STATUSES


def test_pending_is_what_is_not_final() -> None:
    assert frozenset(Status) - FINAL == vocabulary.PENDING


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("reason", ["", "stopped", "text-declined"])
def test_a_declined_text_says_so_once_it_is_refused(status: Status, reason: str) -> None:
    state = MessageState(10, "79161234500", status, None, 1, Money(1), reason=reason)
    declined = status is Status.REFUSED and reason == Rejection.TEXT_DECLINED
    expected = "Текст SMS отклонен модератором." if declined else vocabulary.STATUSES[status]
    assert vocabulary.state_word(state) == expected
