"""The words of the sandbox page in its two languages, and which of them a reader wants."""

from tolmach.sandbox.outcomes import FATES, SPLIT, Fate

DEFAULT_LANGUAGE = "en"

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Sandbox",
        "live": "live",
        "offline": "connecting",
        "remove": "Clear",
        "remove_question": "Remove all messages from all phones?",
        "phones": "Phones",
        "all": "All phones",
        "filter": "Number starts with",
        "messages": "Messages",
        "back": "Phones",
        "none": "No messages yet",
        "none_hint": "Send one through the gateway to any number: it never leaves this machine.",
        "no_phones": "No such phone",
        "legend": "The last two digits of a number decide",
        "digits": "Digits",
        "happens": "What happens",
        "sender": "From",
        "recipient": "to",
        "parts": "parts",
        "picture": "Picture",
        "failed": "The page could not be refreshed",
        "script": "This page needs JavaScript. The same messages are at /sandbox/api/messages.",
        "ping": "A silent message: the phone confirms it and shows nothing.",
        "undelivered": "not delivered",
        "expired": "expired",
        "silent": "no receipt",
        "read": "read",
        "delivered": "delivered",
    },
    "ru": {
        "title": "Песочница",
        "live": "на связи",
        "offline": "соединение",
        "remove": "Очистить",
        "remove_question": "Удалить все сообщения со всех телефонов?",
        "phones": "Телефоны",
        "all": "Все телефоны",
        "filter": "Номер начинается с",
        "messages": "Сообщения",
        "back": "Телефоны",
        "none": "Сообщений пока нет",
        "none_hint": "Отправьте через шлюз сообщение на любой номер: оно не покинет эту машину.",
        "no_phones": "Такого телефона нет",
        "legend": "Исход решают две последние цифры номера",
        "digits": "Цифры",
        "happens": "Что произойдёт",
        "sender": "От",
        "recipient": "на",
        "parts": "частей",
        "picture": "Картинка",
        "failed": "Не удалось обновить страницу",
        "script": "Странице нужен JavaScript. Те же сообщения есть по адресу /sandbox/api/messages.",
        "ping": "Скрытое сообщение: телефон подтверждает его и ничего не показывает.",
        "undelivered": "не доставлено",
        "expired": "просрочено",
        "silent": "без отчёта",
        "read": "прочитано",
        "delivered": "доставлено",
    },
}

_FATES: dict[str, dict[Fate, str]] = {
    "en": {
        Fate.DELIVERED: "delivered; Viber is then read",
        Fate.UNDELIVERED: "not delivered",
        Fate.EXPIRED: "expired",
        Fate.REFUSED: "refused at once; no message appears here",
        Fate.SILENT: "taken, but no receipt ever comes",
        Fate.UNREAD: "delivered; Viber is never read",
        Fate.BUSY: "busy twice, then delivered",
    },
    "ru": {
        Fate.DELIVERED: "доставлено; Viber затем прочитан",
        Fate.UNDELIVERED: "не доставлено",
        Fate.EXPIRED: "срок истёк",
        Fate.REFUSED: "отказ сразу; здесь сообщение не появится",
        Fate.SILENT: "принято, но отчёта не будет никогда",
        Fate.UNREAD: "доставлено; Viber не будет прочитан",
        Fate.BUSY: "дважды занято, затем доставлено",
    },
}


_CARDS = "Viber, WhatsApp, VK"
_SHORT: dict[str, dict[Fate, str]] = {
    "en": {Fate.DELIVERED: "delivered", Fate.REFUSED: "refused", Fate.UNDELIVERED: "not delivered"},
    "ru": {Fate.DELIVERED: "доставлено", Fate.REFUSED: "отказ", Fate.UNDELIVERED: "не доставлено"},
}


def legend(language: str) -> list[tuple[str, str]]:
    """Return (digits, what happens) for every kind of number."""
    words = _FATES[language]
    short = _SHORT[language]
    split = [(digits, f"SMS: {short[sms]}; {_CARDS}: {short[card]}") for digits, (sms, card) in SPLIT.items()]
    return [("00–89", words[Fate.DELIVERED]), *((digits, words[fate]) for digits, fate in FATES.items()), *split]


def language(asked: str | None, accepted: str) -> str:
    """Choose by what was asked for, else by an Accept-Language header (RFC 9110, 12.5.4), else English."""
    if asked in TEXTS:
        return asked
    best = max(map(_weighed, accepted.split(",")), key=lambda each: each[1], default=("", 0.0))
    return best[0] if best[1] > 0 else DEFAULT_LANGUAGE


def _weighed(choice: str) -> tuple[str, float]:
    tag, _, parameter = choice.strip().partition(";")
    name = tag.strip().lower().partition("-")[0]
    if name not in TEXTS:
        return name, 0.0
    try:
        return name, float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        return name, 0.0
