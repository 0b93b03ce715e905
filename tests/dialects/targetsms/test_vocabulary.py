import pytest

from tolmach.core.errors import Failure
from tolmach.core.rejections import Rejection
from tolmach.core.status import Status
from tolmach.dialects.targetsms import vocabulary

VERSION_1_FAILURES = {
    "Неправильный формат XML документа",
    "Ваш аккаунт заблокирован",
    "Неправильный логин или пароль",
    "POST данные отсутствуют",
}
VERSION_1_REJECTIONS = [
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
MANUAL_STATUSES = {"send", "not_deliver", "expired", "deliver", "partly_deliver"}


def test_every_failure_has_words_without_a_full_stop() -> None:
    assert set(vocabulary.FAILURES) == set(Failure)
    assert not any(words.endswith(".") for words in vocabulary.FAILURES.values())


def test_only_a_trouble_of_the_gateway_itself_has_words_that_version_1_does_not_have() -> None:
    own = {failure for failure, words in vocabulary.FAILURES.items() if words not in VERSION_1_FAILURES}
    elsewhere = {Failure.UNKNOWN_BASE, Failure.UNKNOWN_OPERATOR, Failure.REPEATED}  # methods of version 1 alone
    assert own == {Failure.BUSY, Failure.INTERNAL} | elsewhere
    assert set(vocabulary.FAILURES.values()) > VERSION_1_FAILURES


def test_every_rejection_has_words_with_a_full_stop() -> None:
    assert set(vocabulary.REJECTIONS) == set(Rejection)
    assert all(words.endswith(".") for words in vocabulary.REJECTIONS.values())


@pytest.mark.parametrize("words", VERSION_1_REJECTIONS)
def test_every_string_of_version_1_has_its_reason(words: str) -> None:
    assert words in vocabulary.REJECTIONS.values()


def test_every_status_has_a_word_of_the_manual() -> None:
    assert set(vocabulary.STATUSES) == set(Status)
    assert set(vocabulary.STATUSES.values()) == MANUAL_STATUSES


def test_a_read_message_is_delivered_since_this_version_has_no_word_for_read() -> None:
    assert vocabulary.STATUSES[Status.READ] == vocabulary.STATUSES[Status.DELIVERED]
