"""Requests and answers of the TargetSMS tests."""

from typing import Any

from tests.dialects.engine.documents import SECURITY
from tolmach.core.commands import GetStates, SendMessages
from tolmach.dialects.contract import Call
from tolmach.dialects.targetsms.send import Send
from tolmach.wire import WireRequest


def post(body: str | bytes, path: str = "/xml/message.php") -> WireRequest:
    return WireRequest("POST", path, body=body.encode() if isinstance(body, str) else body)


def request(payload: str = "", security: str = SECURITY) -> WireRequest:
    return post(f"<request>{payload}{security}</request>")


def sent(payload: str) -> SendMessages:
    """Return the command of a send request that has no fault."""
    call = Send().parse(request(payload))
    assert call.fault is None
    assert isinstance(call.command, SendMessages)
    return call.command


def call(echo: Any = None) -> Call[Any]:
    """Return a call whose command does not matter to the answer."""
    return Call(Send().parse(request()).credentials, GetStates(()), echo=echo)
