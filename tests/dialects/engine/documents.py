"""Requests and answers of the two protocols with one engine, ProntoSMS and TargetSMS."""

from lxml import etree

from tolmach.wire import WireResponse

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<response>\n'
SECURITY = '<security><login value="demo"/><password value="secret"/></security>'


def element(text: str) -> etree._Element:
    return etree.fromstring(text.encode())


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
