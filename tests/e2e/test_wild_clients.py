"""Requests as programs in the wild put them on the wire, octet by octet."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.e2e.documents import SECURITY, mobil, mobil_sms, pager_sms, pronto, pronto_sms, pronto_states
from tests.gateway import Live, rows
from tolmach.services import accounts
from tolmach.services.accounts import Changes

PHONE = "79161234500"
SENT = b">send</information>"
MALFORMED = "Неправильный формат XML документа".encode()


async def exchange(live: Live, *pieces: bytes, end: bool = False) -> bytes:
    """Send octets on one connection and return everything that was answered; ``end``: say that no more will come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    if end:
        writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


def request(body: bytes, *headers: str, line: str = "POST /xml/ HTTP/1.1", length: int | None = None) -> bytes:
    """Put a request together; the connection is to be closed after it."""
    head = [line, "Host: gateway", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*head, "Connection: close", "", ""]).encode() + body


GOOD = pronto_sms(PHONE).encode()


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["Content-Type: text/xml; charset=utf-8"],
        ["Content-Type: text/plain"],
        ["Content-Type: application/x-www-form-urlencoded"],
        ["Content-Type: multipart/form-data; boundary=none"],
        ["Content-type: text/xml", "charset=utf-8", "Expect:"],
        ["charset=utf-8"],
        ["Accept-Encoding: gzip", "User-Agent:", "X-Name: Кириллица"],
        ["Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAA", "Connection: Upgrade, HTTP2-Settings"],
    ],
    ids=lambda headers: ",".join(headers) or "none",
)
async def test_headers(live: Live, headers: Sequence[str]) -> None:
    answer = await exchange(live, request(GOOD, *headers))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert SENT in answer


@pytest.mark.parametrize("body", [GOOD + b"\r\n", GOOD + b"\n\r\n", GOOD + b"</request>", GOOD + GOOD])
async def test_octets_after_the_declared_length(live: Live, body: bytes) -> None:
    answer = await exchange(live, request(body, length=len(GOOD)))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert SENT in answer
    assert (await live.read(rows))["messages"] == 1


async def test_line_feeds_expanded_after_they_were_counted(live: Live) -> None:
    """What curl's CRLF option does: the document is cut, and its tail is no second request."""
    document = GOOD.replace(b"><", b">\n<")
    assert document.count(b"\n") > 5
    answer = await exchange(live, request(document.replace(b"\n", b"\r\n"), length=len(document)))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert MALFORMED in answer
    assert (await live.read(rows))["messages"] == 0


async def test_a_client_that_asks_whether_to_go_on(live: Live) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    whole = request(GOOD, "Expect: 100-continue")
    writer.write(whole[: -len(GOOD)])
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(GOOD)
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert SENT in answer
    writer.close()


async def test_http_1_0_closes_after_the_answer(live: Live) -> None:
    """The manual's own sample: no keep-alive, and a line break after the body that the length does not count."""
    body = mobil_sms(1, PHONE).encode("windows-1251")
    head = f"POST /extxml.php HTTP/1.0\r\nContent-type: application/xml\r\nContent-length: {len(body)}\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    writer.write(head.encode() + body + b"\r\n")
    answer = await reader.read()  # ends, although we said nothing
    assert b"<error>0</error>" in answer
    assert b" 200 " in answer.splitlines()[0]
    writer.close()


@pytest.mark.parametrize("target", ["//xml/", "/xml//", "/xml", "/xml/index.php", "/xml///index.php?a=b"])
async def test_addresses_are_answered_without_a_redirect(live: Live, target: str) -> None:
    answer = await exchange(live, request(GOOD, line=f"POST {target} HTTP/1.1"))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert SENT in answer


async def test_a_get_with_a_body(live: Live) -> None:
    await exchange(live, request(GOOD))
    asked = request(pronto_states([10]).encode(), "Content-Type: text/plain", line="GET /xml/state.php HTTP/1.1")
    assert b'<state id_sms="10"' in await exchange(live, asked)
    sent = await exchange(live, request(GOOD, line="GET //xml/ HTTP/1.1"))
    assert b'id_sms="20"' in sent


async def test_a_body_in_chunks(live: Live) -> None:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (GOOD[:50], GOOD[50:])) + b"0\r\n\r\n"
    head = b"POST /xml/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert SENT in await exchange(live, head + chunks)


async def test_a_body_octet_by_octet(live: Live) -> None:
    whole = request(GOOD)
    assert SENT in await exchange(live, *[whole[n : n + 1] for n in range(len(whole))])


async def test_a_client_that_goes_before_the_end_has_sent_nothing(live: Live) -> None:
    assert await exchange(live, request(GOOD, length=len(GOOD) + 10), end=True) == b""
    assert (await live.read(rows))["messages"] == 0


async def test_a_client_that_ends_its_side_gets_its_answer(live: Live) -> None:
    for _ in range(2):
        assert SENT in await exchange(live, request(GOOD), end=True)


async def test_many_requests_on_one_connection(live: Live) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    for number in range(1, 6):
        writer.write(request(GOOD, "charset=utf-8").replace(b"Connection: close\r\n", b"") + b"\r\n")
        answer = await reader.readuntil(b"</response>")
        assert f'id_sms="{number * 10}"'.encode() in answer
    writer.close()


@pytest.mark.parametrize(
    "start", ["\ufeff", "\n", " \r\n\t", "\ufeff\n"], ids=["mark", "line", "blanks", "mark and line"]
)
async def test_what_stands_before_the_declaration(live: Live, start: str) -> None:
    assert SENT in await exchange(live, request(start.encode() + GOOD))


DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
TEXTS = {
    "no declaration": (GOOD.decode().replace(DECLARATION, ""), "Привет"),
    "single quotes": (GOOD.decode().replace(DECLARATION, "<?xml  version='1.0' encoding='utf-8'?>"), "Привет"),
    "references": (GOOD.decode().replace(DECLARATION, "").replace("Привет", "&#x41F;&#1088;ивет"), "Привет"),
    "cdata": (GOOD.decode().replace("Привет", "<![CDATA[<b>Привет</b>]]>"), "<b>Привет</b>"),
    "bare ampersand": (GOOD.decode().replace("Привет", "Соль & перец"), "Соль & перец"),
    "entity of html": (GOOD.decode().replace("Привет", "Соль&nbsp;перец"), "Соль\u00a0перец"),
    "escaped twice": (GOOD.decode().replace("Привет", "Соль &amp;amp; перец"), "Соль &amp; перец"),
    "space in an end tag": (GOOD.decode().replace("</text>", "</ text>"), "Привет"),
    "typographic quotes": (GOOD.decode().replace(f'phone="{PHONE}"', f"phone=”{PHONE}”"), "Привет"),
    "two characters for a line": (GOOD.decode().replace("Привет", r"При\nвет"), "При\nвет"),
    "a slash and an n": (GOOD.decode().replace("Привет", "При/nвет"), "При/nвет"),
    "lines of windows": (GOOD.decode().replace("Привет", "При\r\nвет"), "При\nвет"),
    "unknown attributes": (GOOD.decode().replace("<abonent", '<abonent phone_id="5"'), "Привет"),
    "empty message first": (GOOD.decode().replace("<message", '<message type="sms"></message><message', 1), "Привет"),
    "no type": (GOOD.decode().replace(' type="sms"', ""), "Привет"),
    "security first": (
        GOOD.decode().replace(SECURITY, "").replace("<request>", f"<request>{SECURITY}"),
        "Привет",
    ),
    "elements with text": (
        GOOD.decode().replace(SECURITY, "<security><login>demo</login><password>demo</password></security>"),
        "Привет",
    ),
    "templates": (GOOD.decode().replace("Привет", "{{7*7}} ${HOME} &lt;?php"), "{{7*7}} ${HOME} <?php"),
}


@pytest.mark.parametrize(("document", "text"), TEXTS.values(), ids=TEXTS)
async def test_documents_of_the_wild(live: Live, document: str, text: str) -> None:
    assert SENT in await exchange(live, request(document.encode()))
    assert (await live.phone(PHONE))["text"] == text


async def test_tags_of_the_wild(live: Live) -> None:
    """SMS-Pager's own sample has a space in a tag; clients send elements that it does not know."""
    body = pager_sms(PHONE, more="<smsid >w</smsid >\n\t<SMSID>x</SMSID><flash>1</flash>").encode()
    answer = await exchange(live, request(body, line="POST /send.xml HTTP/1.1"))
    assert b"<code>1</code>" in answer
    assert b"<smsid>w</smsid>" in answer


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "utf-16"])
async def test_encodings(live: Live, encoding: str) -> None:
    document = GOOD.decode().replace("utf-8", encoding).encode(encoding)
    assert SENT in await exchange(live, request(document))
    assert (await live.phone(PHONE))["text"] == "Привет"


async def test_windows_without_saying_so(live: Live) -> None:
    document = GOOD.decode().replace(' encoding="utf-8"', "").encode("windows-1251")
    assert SENT in await exchange(live, request(document))
    assert (await live.phone(PHONE))["text"] == "Привет"


async def test_the_address_of_a_caller_is_that_of_its_connection(live: Live) -> None:
    """A header of the request says nothing about who calls."""
    await live.write(lambda tx: accounts.change(tx, "demo", Changes(networks=("10.1.2.3",))))
    asked = request(pronto("").encode(), "X-Forwarded-For: 10.1.2.3", line="POST /xml/balance.php HTTP/1.1")
    assert "Неправильный логин".encode() in await exchange(live, asked)
    windows = request(mobil("balance").encode(), "Forwarded: for=10.1.2.3", line="POST /extxml.php HTTP/1.1")
    assert b"<error>4</error>" in await exchange(live, windows)


@pytest.mark.parametrize(
    "junk", [b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00", b"{}", b"POST / HTTP/9.9\r\n\r\n"]
)
async def test_what_is_no_http_harms_nobody(live: Live, junk: bytes) -> None:
    answer = await exchange(live, junk, end=True)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert SENT in await exchange(live, request(GOOD))
