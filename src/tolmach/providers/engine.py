"""The engine behind ProntoSMS and TargetSMS, seen from its client: frames of documents, and what its words mean."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from tolmach.codecs import walltime, xmltree
from tolmach.core.delivery import Refused
from tolmach.core.ids import parse_id
from tolmach.core.money import Money, parse_money
from tolmach.core.rejections import Rejection
from tolmach.core.status import Status
from tolmach.providers.contract import LONGEST_ID
from tolmach.providers.http_contract import (
    Access,
    AccountRefusedError,
    DocumentRefusedError,
    Funds,
    OverloadedError,
    ProviderError,
    UnclearError,
    check_http,
)
from tolmach.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from lxml import etree

HEADERS: Final[Mapping[str, str]] = {"content-type": "text/xml; charset=utf-8"}
DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>'

# words of <error>, without the full stop that some brands add
FAILURES: Final[Mapping[str, Callable[[str], ProviderError]]] = {
    "POST данные отсутствуют": DocumentRefusedError,
    "Неправильный формат XML документа": DocumentRefusedError,
    "Неправильный логин или пароль": AccountRefusedError,
    "Неправильный логин или": AccountRefusedError,
    "Ваш аккаунт заблокирован": AccountRefusedError,
    "Сервис перегружен, повторите запрос позже": OverloadedError,
    "Внутренняя ошибка сервиса, повторите запрос позже": UnclearError,
}

# words of one message, and whether somebody else need not be asked: about the recipient and the text, nobody
REFUSALS: Final[Mapping[str, Refused]] = {
    "Укажите номер телефона": Refused(Rejection.NO_RECIPIENT),
    "Номер телефона должен быть меньше 15 символов": Refused(Rejection.RECIPIENT_TOO_LONG),
    "Номер телефона присутствует в стоп-листе": Refused(Rejection.STOPPED),
    "Нет текста сообщения": Refused(Rejection.NO_TEXT),
    "Текст SMS отклонен модератором": Refused(Rejection.TEXT_DECLINED),
    "Нет ссылки": Refused(Rejection.NO_LINK),
    "Укажите название контакта и хотя бы один параметр для визитной карточки": Refused(Rejection.BAD_VCARD),
    "Укажите название контакта и, хотя бы один параметр для визитной карточки": Refused(Rejection.BAD_VCARD),
    "Текст кнопки не должен превышать 19 символов": Refused(Rejection.BUTTON_TOO_LONG),
    "Для кнопки укажите и текст, и ссылку": Refused(Rejection.BUTTON_INCOMPLETE),
    "Для картинки укажите текст и ссылку кнопки": Refused(Rejection.PICTURE_WITHOUT_BUTTON),
    "Для кнопки укажите и текст (button_text), и ссылку (button_url)": Refused(Rejection.BUTTON_INCOMPLETE),
    "Для изображения укажите текст и ссылку кнопки (button_text и button_url)": Refused(
        Rejection.PICTURE_WITHOUT_BUTTON
    ),
    # the others are about this account: another provider may well take it
    "Данное направление закрыто для вас": Refused(Rejection.DIRECTION_CLOSED_FOR_ACCOUNT, permanent=False),
    "Данное направление закрыто": Refused(Rejection.DIRECTION_CLOSED, permanent=False),
    "У нас закончились SMS. Для разрешения проблемы свяжитесь с менеджером": Refused(
        Rejection.NO_CAPACITY, permanent=False
    ),
    "Закончились SMS": Refused(Rejection.NO_MONEY, permanent=False),
    "Аккаунт заблокирован": Refused(Rejection.ACCOUNT_BLOCKED, permanent=False),
    "Текст сообщения превышает допустимую длину": Refused(Rejection.TEXT_TOO_LONG, permanent=False),
    "Нет отправителя": Refused(Rejection.NO_SENDER, permanent=False),
    "Отправитель не должен превышать 15 символов для цифровых номеров и 11 символов для буквенно-числовых": Refused(
        Rejection.BAD_SENDER, permanent=False
    ),
    "Такого отправителя нет": Refused(Rejection.UNKNOWN_SENDER, permanent=False),
    "Отправитель не прошел модерацию": Refused(Rejection.SENDER_NOT_APPROVED, permanent=False),
    "Не указан ни один канал отправки": Refused(Rejection.NO_STEPS, permanent=False),
    "Не указан ни один канал отправки (send_viber или send_sms)": Refused(Rejection.NO_STEPS, permanent=False),
}
_FOLDED: Final = {words.lower(): refused for words, refused in REFUSALS.items()}

# "send": nothing is known yet
STATUSES: Final[Mapping[str, Status | None]] = {
    "send": None,
    "deliver": Status.DELIVERED,
    "read": Status.READ,
    "link": Status.READ,  # the link in a Viber message was followed
    "not_deliver": Status.UNDELIVERED,
    "expired": Status.EXPIRED,
    "partly_deliver": Status.UNKNOWN,
}
UNKNOWN_ID: Final = "Сообщение с таким ID не принималось"


def post(access: Access, method: str, content: str = "") -> WireRequest:
    """Write a POST of ``content`` (escaped already) to a method of the account's folder."""
    security = (
        f'<security><login value="{xmltree.attribute(access.login)}"/>'
        f'<password value="{xmltree.attribute(access.password)}"/></security>'
    )
    body = f"{DECLARATION}<request>{security}{content}</request>"
    return WireRequest("POST", access.url.rstrip("/") + "/" + method, headers=HEADERS, body=body.encode())


def read(response: WireResponse) -> "etree._Element":
    """Return the root of an answer; raises `ProviderError` when it is none, or tells of an error."""
    check_http(response)
    root = parse(response.body)
    error = xmltree.child_text(root, "error")
    if error is not None:
        raise FAILURES.get(bare(error), UnclearError)(f"the provider says: {bare(error)[:100]}")
    if response.status >= 400:
        raise UnclearError(f"HTTP {response.status}")
    return root


def parse(body: bytes) -> "etree._Element":
    """Return the root of a document; `UnclearError` when it is none."""
    try:
        return xmltree.parse(body).root
    except xmltree.XmlError as error:
        raise UnclearError(f"the answer is no XML ({error.code})") from None


def bare(text: str) -> str:
    """Return a provider's words without white space around them and without the full stop."""
    return text.strip().removesuffix(".")


def refusal(text: str) -> Refused:
    """Return what words about one message mean; unknown ones are kept, and somebody else may be asked."""
    words = bare(text)
    return _FOLDED.get(words.lower()) or Refused(words[:64] or "refused without words", permanent=False)


def moment(text: str | None, zone: tzinfo) -> datetime | None:
    """Return a wall-clock time of the account as UTC; None for an empty or senseless one."""
    try:
        return walltime.read(text or "").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):  # the first and the last day of the calendar stand for no date
        return None


def wall(at: datetime, zone: tzinfo) -> str:
    """Write a moment on the account's clock."""
    return walltime.seconds(at.astimezone(zone))


def money(text: str | None) -> Money | None:
    """Read an amount; None for what is none."""
    try:
        return parse_money(text or "")
    except ValueError:
        return None


def identity(text: str | None) -> str:
    """Return an id as the provider wrote it, if not longer than ids are; "" for an absent one, and for 0, which means
    the same.
    """
    text = (text or "").strip()[:LONGEST_ID]
    return "" if parse_id(text) is None and text.strip("0") == "" else text


def line_breaks(text: str) -> str:
    r"""Write line breaks as ``\n``: documents must not have any."""
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def funds(response: WireResponse) -> Funds:
    """Read ``<money currency="RUR">150</money>``."""
    root = read(response)
    element = next(root.iter("money"), None)
    amount = None if element is None else money(xmltree.text_of(element))
    if element is None or amount is None:
        raise UnclearError("the answer names no money")
    currency = (element.get("currency") or "").strip().upper()
    return Funds(amount, "RUB" if currency == "RUR" else currency)
