"""Send through ProntoSMS, TargetSMS, SMS-Pager and Mobilgroup (or a Tolmach) from your own program.

    from tolmach.clients import ProntoSMS

    with ProntoSMS("https://clk2.prontosms.ru/xml/", "login", "password") as sms:
        sent = sms.send("79161234567", "Привет", sender="MyShop")
        print(sms.status(sent.id).status, sms.balance().amount)

The same with ``Async`` in front of the names and ``await`` before the calls. See docs/clients.md.
"""

from tolmach.clients.asynchronous import AsyncMobilgroup, AsyncProntoSMS, AsyncSMSPager, AsyncTargetSMS
from tolmach.clients.errors import (
    AccountError,
    AnswerError,
    ClientError,
    ConnectError,
    LaterError,
    MessageRefusedError,
    RequestRefusedError,
    UnknownMessageError,
)
from tolmach.clients.plain import Mobilgroup, ProntoSMS, SMSPager, TargetSMS
from tolmach.clients.values import Balance, Message, Sender, Senders, SentMessage, State
from tolmach.core.content import Address, FlashText, SilentPing, SmsText, VCard, ViberCard, WapPush
from tolmach.core.status import Status

__all__ = [
    "AccountError",
    "Address",
    "AnswerError",
    "AsyncMobilgroup",
    "AsyncProntoSMS",
    "AsyncSMSPager",
    "AsyncTargetSMS",
    "Balance",
    "ClientError",
    "ConnectError",
    "FlashText",
    "LaterError",
    "Message",
    "MessageRefusedError",
    "Mobilgroup",
    "ProntoSMS",
    "RequestRefusedError",
    "SMSPager",
    "Sender",
    "Senders",
    "SentMessage",
    "SilentPing",
    "SmsText",
    "State",
    "Status",
    "TargetSMS",
    "UnknownMessageError",
    "VCard",
    "ViberCard",
    "WapPush",
]
