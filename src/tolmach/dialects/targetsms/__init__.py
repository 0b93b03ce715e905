"""TargetSMS, version 2 of its XML protocol: messages by Viber, by SMS, or by one after the other."""

from typing import Any

from tolmach.dialects.contract import Endpoint
from tolmach.dialects.targetsms.send import Send
from tolmach.dialects.targetsms.sendmessage import SendMessage
from tolmach.dialects.targetsms.sendmessagejson import SendMessageJson
from tolmach.dialects.targetsms.state import State
from tolmach.dialects.targetsms.vocabulary import NAME

__all__ = ["NAME", "endpoints"]


def endpoints() -> tuple[Endpoint[Any], ...]:
    """Return the addresses of this dialect."""
    send, state = Send(), State()
    return (send, state, SendMessage(), SendMessageJson(send, state))
