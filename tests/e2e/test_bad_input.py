"""What is wrong with a request is told in the words of its dialect, with HTTP 200, and nothing comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
from structlog.testing import capture_logs

from tests.e2e.documents import (
    CALLER,
    CLIENT,
    SECURITY,
    mobil,
    mobil_sms,
    pager,
    pager_sms,
    pronto,
    pronto_sms,
    pronto_states,
    target,
    target_sms,
    target_states,
    target_viber,
)
from tests.gateway import Inside, Live, rows
from tolmach.services import accounts

PHONE = "79161234500"
MALFORMED = "<error>Неправильный формат XML документа</error>"
LOGIN = "<error>Неправильный логин или пароль</error>"
UNKNOWN = ">Сообщение с таким ID не принималось</state>"


@dataclass(frozen=True, slots=True)
class Address:
    """An address with a request that it would fulfil, and its words for errors of whole requests."""

    paths: Sequence[str]
    good: str
    credentials: str
    empty: str
    malformed: str
    too_large: str
    login: str
    blocked: str = ""  # a blocked account may ask here
    encoding: str = "utf-8"


def engine(good: str, *paths: str, blocked: str = "") -> Address:
    return Address(
        paths, good, SECURITY, "<error>POST данные отсутствуют</error>", MALFORMED, MALFORMED, LOGIN, blocked
    )


def transport(good: str, name: str, blocked: str = "") -> Address:
    return Address(
        (f"/{name}.xml", f"/API/XML/{name}.php"),
        good,
        CALLER,
        "<code>500</code>",
        "<code>70",
        "<code>700</code>",
        "<code>501</code>",
        blocked,
    )


def extxml(good: str) -> Address:
    xml = "<error>1</error>"
    login, blocked = "<error>4</error>", "<error>5</error>"
    return Address(("/extxml.php",), good, CLIENT, xml, xml, xml, login, blocked, encoding="windows-1251")


BLOCKED = "<error>Ваш аккаунт заблокирован</error>"
ADDRESSES = {
    "pronto send": engine(pronto_sms(PHONE), "/xml", "/xml/", "/xml/index.php", blocked=BLOCKED),
    "pronto state": engine(pronto_states([10]), "/xml/state.php"),
    "pronto balance": engine(pronto(""), "/xml/balance.php"),
    "pronto originator": engine(pronto(""), "/xml/originator.php"),
    "pronto time": engine(pronto(""), "/xml/time.php"),
    "target send": engine(target(target_sms(), PHONE), "/xml/message.php", blocked=BLOCKED),
    "target state": engine(target_states(10), "/xml/state_message.php"),
    "pager send": transport(pager_sms(PHONE), "send", blocked="<code>511</code>"),
    "pager report": transport(pager(), "report"),
    "pager balance": transport(pager(), "balance"),
    "pager cancel": transport(pager("<smsid>1</smsid>"), "cancel"),
    "mobil send": extxml(mobil_sms(1, PHONE)),
    "mobil status": extxml(mobil("status", "<id>1</id>")),
    "mobil balance": extxml(mobil("balance")),
}
EVERY = [pytest.param(address, id=name) for name, address in ADDRESSES.items()]

ENTITY = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def broken(good: str, encoding: str) -> dict[str, bytes]:
    """Return documents that no parser may accept."""
    declaration, _, rest = good.partition("?>")
    head = declaration + "?>"
    deep = "<a>" * 70 + "</a>" * 70
    return {
        "words": b"hello",
        "json": b'{"login": "demo"}',
        "form": b"login=demo&password=demo&text=hello",
        "octets": bytes(range(256)),
        "nul": good.encode(encoding).replace(b"?>", b"?>\0"),
        "cut": good.encode(encoding)[:-12],
        "declaration alone": head.encode(),
        "two roots": (good + "<more/>").encode(encoding),
        "external entity": f"{head}{ENTITY}{rest}".encode(encoding),
        "bomb": f"{head}{BOMB}{rest}".encode(encoding),
        "doctype alone": f"{head}<!DOCTYPE request>{rest}".encode(encoding),
        "unknown entity": good.replace("</", "&nothing;</", 1).encode(encoding),
        "wrong octets": f'<?xml version="1.0" encoding="utf-8"?>{rest}'.encode() + b"\xff\xfe\xc3",
        "unknown encoding": f'<?xml version="1.0" encoding="klingon"?>{rest}'.encode(),
        "too deep": good.replace("</", f"{deep}</", 1).encode(encoding),
    }


async def refused(gateway: Inside, path: str, body: bytes, encoding: str = "utf-8") -> str:
    """Ask, see that nothing was stored, charged or logged as a failure, and return the answer's text."""
    before = await gateway.read(rows)
    with capture_logs() as logs:
        answer = await gateway.ask(path, body)
    assert answer.status == 200
    assert ElementTree.fromstring(answer.body) is not None
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []
    assert await gateway.read(rows) == before
    return answer.body.decode(encoding)


@pytest.mark.parametrize("address", EVERY)
async def test_the_good_requests_are_good(indoors: Inside, address: Address) -> None:
    for path in address.paths[:1]:
        answer = await indoors.ask(path, address.good.encode(address.encoding))
        text = answer.body.decode(address.encoding)
        for words in (address.empty, address.malformed, address.login, address.blocked or address.login):
            assert words not in text


@pytest.mark.parametrize("body", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe"])
@pytest.mark.parametrize("address", EVERY)
async def test_an_empty_body(indoors: Inside, address: Address, body: bytes) -> None:
    for path in address.paths:
        assert address.empty in await refused(indoors, path, body, address.encoding)


@pytest.mark.parametrize("address", EVERY)
async def test_a_broken_document(indoors: Inside, address: Address) -> None:
    for name, body in broken(address.good, address.encoding).items():
        assert address.malformed in await refused(indoors, address.paths[0], body, address.encoding), name


@pytest.mark.parametrize("address", EVERY)
async def test_a_wrong_password(indoors: Inside, address: Address) -> None:
    wrong = address.credentials.replace(">demo</p", ">other</p").replace('password value="demo"', 'password value="x"')
    assert wrong != address.credentials
    for name, body in {
        "wrong": address.good.replace(address.credentials, wrong),
        "nobody": address.good.replace(address.credentials, address.credentials.replace("demo", "nobody")),
    }.items():
        for _ in range(2):  # a wrong password is remembered as wrong
            text = await refused(indoors, address.paths[0], body.encode(address.encoding), address.encoding)
            assert address.login in text, name


@pytest.mark.parametrize("address", EVERY)
async def test_no_password(indoors: Inside, address: Address) -> None:
    body = address.good.replace(address.credentials, "").encode(address.encoding)
    text = await refused(indoors, address.paths[0], body, address.encoding)
    assert any(words in text for words in (LOGIN, "<code>500</code>", "<error>2</error>"))


@pytest.mark.parametrize("address", EVERY)
async def test_a_blocked_account(indoors: Inside, address: Address) -> None:
    asked = address.good.encode(address.encoding)
    await indoors.ask(address.paths[0], asked)  # its password is remembered, its block is seen all the same
    await indoors.write(lambda tx: accounts.set_blocked(tx, "demo", blocked=True))
    text = await refused(indoors, address.paths[0], asked, address.encoding)
    assert address.blocked in text
    assert address.login not in text


async def test_ten_megabytes(live: Live) -> None:
    filler = f"<!--{'x' * 10_000_000}-->".encode()
    for address in ADDRESSES.values():
        await live.settled()  # what the address before has sent
        before = await live.read(rows)
        body = address.good.encode(address.encoding) + filler
        assert address.too_large in await live.post(address.paths[0], body, address.encoding)
        assert await live.read(rows) == before
        assert address.too_large not in await live.post(address.paths[0], address.good, address.encoding)


BAD_DATES = ["yesterday", "2026-13-01 10:00", "2026-02-30 10:00", "2026-03-02 25:00", "2026-03-02", "03.02.2026 10:00",
             "2026-03-02T10:00:00+03:00", "9999-12-31 23:59", "0000-00-00 00:00", "２０２６-03-02 10:00"]  # fmt: skip
AGES = ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "1582-10-10 00:00:00"]


@pytest.mark.parametrize("date", BAD_DATES)
async def test_a_bad_date(indoors: Inside, date: str) -> None:
    asked = {
        "/xml/": (pronto_sms(PHONE, time_send=date), MALFORMED),
        "/xml/message.php": (target(f"{target_sms()}<time_send>{date}</time_send>", PHONE), MALFORMED),
        "/send.xml": (pager_sms(PHONE, more=f"<datetime>{date}</datetime>"), "<code>503</code>"),
    }
    for path, (body, words) in asked.items():
        assert words in await refused(indoors, path, body.encode()), path
    windows = mobil_sms(1, PHONE, more=f"<schedule>{date}</schedule>").encode("windows-1251", "xmlcharrefreplace")
    assert "<error>11</error>" in await refused(indoors, "/extxml.php", windows, "windows-1251")


@pytest.mark.parametrize("date", AGES)
async def test_dates_at_the_edges_of_the_calendar(indoors: Inside, date: str) -> None:
    """They make sense or they do not, but they never fail the gateway."""
    asked = [
        ("/xml/", pronto_sms(PHONE, time_send=date)),
        ("/xml/", pronto_sms(PHONE, validity_period=date)),
        ("/xml/message.php", target(f"{target_sms()}<time_send>{date}</time_send>", PHONE)),
        ("/send.xml", pager_sms(PHONE, more=f"<datetime>{date}</datetime>")),
        ("/report.xml", pager(f"<start>{date}</start>")),
        ("/report.xml", pager(f"<stop>{date}</stop>")),
        ("/extxml.php", mobil_sms(1, PHONE, more=f"<schedule>{date}</schedule>")),
    ]
    for zone in ("Europe/Moscow", "America/New_York"):
        moved = accounts.Changes(time_zone=zone)
        await indoors.write(lambda tx, moved=moved: accounts.change(tx, "demo", moved))  # type: ignore[misc]
        for path, body in asked:
            with capture_logs() as logs:
                answer = await indoors.ask(path, body.encode("windows-1251" if "extxml" in path else "utf-8"))
            assert answer.status == 200
            assert [entry for entry in logs if entry["log_level"] == "error"] == [], (zone, path, body)


LONG = "9" * 400
WRONG = {
    "no sender": ("/xml/", pronto_sms(PHONE, sender=""), ">Нет отправителя.<"),
    "unknown sender": ("/xml/", pronto_sms(PHONE, sender="Stranger"), ">Такого отправителя нет.<"),
    "no text": ("/xml/", pronto_sms(PHONE, text=""), ">Нет текста сообщения.<"),
    "no phone": ("/xml/", pronto_sms(""), ">Укажите номер телефона.<"),
    "long phone": ("/xml/", pronto_sms(LONG), ">Номер телефона должен быть меньше 15 символов.<"),
    "phone of words": ("/xml/", pronto_sms("me"), ">Данное направление закрыто для вас.<"),
    "closed direction": ("/xml/", pronto_sms("12125550123"), ">Данное направление закрыто для вас.<"),
    "long client id": ("/xml/", pronto_sms(PHONE, client_id_sms=LONG), MALFORMED),
    "bad validity": ("/xml/", pronto_sms(PHONE, validity_period="soon"), MALFORMED),
    "no message": ("/xml/", pronto(""), "<response>"),
    "unknown ids": ("/xml/state.php", pronto_states(["", "x", "-1", "1e3", LONG, 2**63, 10, 11, 19]), UNKNOWN),
    "no ids": ("/xml/state.php", pronto(""), MALFORMED),
    "no channel": ("/xml/message.php", target("", PHONE), "<error>Не указан ни один канал отправки"),
    "channel of words": ("/xml/message.php", target("<send_sms>yes</send_sms>", PHONE), MALFORMED),
    "half a button": (
        "/xml/message.php",
        target(f"{target_viber()}<button_text>Go</button_text>", PHONE),
        ">Для кнопки укажите и текст (button_text), и ссылку (button_url).<",
    ),
    "unknown messages": ("/xml/state_message.php", target_states("", "x", LONG, 2**63, 10), UNKNOWN),
    "no states": ("/xml/state_message.php", pronto(""), MALFORMED),
    "no recipient": ("/send.xml", pager("<text>Привет</text>"), "<code>500</code>"),
    "no words": ("/send.xml", pager_sms(PHONE, text=""), "<code>500</code>"),
    "unknown source": ("/send.xml", pager_sms(PHONE).replace("INFORM", "Stranger"), "<code>504</code>"),
    "long smsid": ("/send.xml", pager_sms(PHONE, more=f"<smsid>{'s' * 22}</smsid>"), "<code>502</code>"),
    "no number": ("/send.xml", pager_sms("", "me", LONG), "<code>510</code>"),
    "bad vp": ("/send.xml", pager_sms(PHONE, more="<vp>long</vp>"), "<code>500</code>"),
    "unknown action": ("/send.xml", pager_sms(PHONE, more="<action>fly</action>"), "<code>500</code>"),
    "bad period": ("/report.xml", pager("<start>soon</start>"), "<code>503</code>"),
    "unknown report": ("/report.xml", pager("<smsid>nobody</smsid>"), "<code>1</code>"),
    "unknown smsid": ("/cancel.xml", pager("<smsid>nobody</smsid>"), "<cancelCol>0</cancelCol>"),
    "nothing to cancel": ("/cancel.xml", pager(), "<code>500</code>"),
    "no user": ("/extxml.php", mobil("balance", client=CLIENT.replace(">1<", ">2<")), "<error>3</error>"),
    "user of words": ("/extxml.php", mobil("balance", client=CLIENT.replace(">1<", ">one<")), "<error>3</error>"),
    "huge user": ("/extxml.php", mobil("balance", client=CLIENT.replace(">1<", f">{LONG}<")), "<error>3</error>"),
    "no command": ("/extxml.php", mobil(""), "<error>2</error>"),
    "unknown command": ("/extxml.php", mobil("fly"), "<error>6</error>"),
    "no id": ("/extxml.php", mobil_sms("", PHONE), "<error>2</error>"),
    "id of words": ("/extxml.php", mobil_sms("one", PHONE), "<error>2</error>"),
    "bad phone": ("/extxml.php", mobil_sms(1, f"{PHONE},me"), "<error>8</error>"),
    "too long": ("/extxml.php", mobil_sms(1, PHONE, text="я" * 65), "<error>10</error>"),
    "unknown id": ("/extxml.php", mobil("status", "<id>404</id>"), "<error>12</error>"),
}


@pytest.mark.parametrize(("path", "body", "words"), WRONG.values(), ids=WRONG)
async def test_a_wrong_field(indoors: Inside, path: str, body: str, words: str) -> None:
    encoding = "windows-1251" if path == "/extxml.php" else "utf-8"
    assert words in await refused(indoors, path, body.encode(encoding), encoding)
