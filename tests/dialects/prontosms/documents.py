"""Requests and answers of the ProntoSMS tests."""

from typing import Any

from lxml import etree

from tolmach.core.commands import GetBalance, SendMessages
from tolmach.core.results import SendItem, SendResult
from tolmach.dialects.contract import Call
from tolmach.dialects.prontosms.send import Send
from tolmach.wire import WireRequest, WireResponse

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<response>\n'
SECURITY = '<security><login value="demo"/><password value="secret"/></security>'


def post(body: str | bytes, path: str = "/xml/") -> WireRequest:
    return WireRequest("POST", path, body=body.encode() if isinstance(body, str) else body)


def request(payload: str = "", security: str = SECURITY) -> WireRequest:
    return post(f"<request>{payload}{security}</request>")


def element(text: str) -> etree._Element:
    return etree.fromstring(text.encode())


def sent(payload: str) -> SendMessages:
    """Return the command of a send request that has no fault."""
    call = Send().parse(request(payload))
    assert call.fault is None
    assert isinstance(call.command, SendMessages)
    return call.command


def text(response: WireResponse) -> str:
    """Return an answer's text; every answer is an XML document with HTTP status 200."""
    assert response.status == 200
    assert response.headers == {"content-type": "text/xml; charset=utf-8"}
    assert etree.fromstring(response.body).tag == "response"
    return response.body.decode()


def below_root(response: WireResponse) -> str:
    """Return what stands between the root's tags, without the line breaks at its ends."""
    body = text(response)
    assert body.startswith(HEAD)
    assert body.endswith("</response>")
    return body.removeprefix(HEAD).removesuffix("</response>").removesuffix("\n")


def call(echo: Any = None) -> Call[Any]:
    """Return a call whose command does not matter to the answer."""
    return Call(Send().parse(request()).credentials, GetBalance(), echo=echo)


def rendered(numbers: tuple[str, ...], *items: SendItem, moment: Any = None) -> str:
    return below_root(Send().render(call(numbers), SendResult(items, moment)))
