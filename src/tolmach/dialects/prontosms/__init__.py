"""ProntoSMS, and version 1 of TargetSMS: the same engine, the same documents."""

from typing import Any

from tolmach.dialects.contract import Endpoint
from tolmach.dialects.prontosms.add_balance import AddBalance
from tolmach.dialects.prontosms.add_originator import AddOriginator
from tolmach.dialects.prontosms.balance import Balance
from tolmach.dialects.prontosms.bases import Bases
from tolmach.dialects.prontosms.check_change import CheckOfChange
from tolmach.dialects.prontosms.file import File
from tolmach.dialects.prontosms.get_state import CallbackUrl
from tolmach.dialects.prontosms.incoming import IncomingMessages
from tolmach.dialects.prontosms.list_bases import ListOfBases
from tolmach.dialects.prontosms.list_phones import ListOfPhones
from tolmach.dialects.prontosms.numbers import Numbers
from tolmach.dialects.prontosms.originator import Originator
from tolmach.dialects.prontosms.patterns import ListOfPatterns, Patterns
from tolmach.dialects.prontosms.phones import Phones
from tolmach.dialects.prontosms.registry_originator import ListOfRegistry, RegistryOriginator
from tolmach.dialects.prontosms.scheduled import CancelOfScheduled, ListOfScheduled
from tolmach.dialects.prontosms.send import Send
from tolmach.dialects.prontosms.sendsms import SendSms
from tolmach.dialects.prontosms.sendsmsjson import SendSmsJson
from tolmach.dialects.prontosms.state import State
from tolmach.dialects.prontosms.stats import Stats
from tolmach.dialects.prontosms.stop import ListOfStops, Stop
from tolmach.dialects.prontosms.time import Time
from tolmach.dialects.prontosms.version import Version
from tolmach.dialects.prontosms.vocabulary import NAME

__all__ = ["NAME", "endpoints"]


def endpoints() -> tuple[Endpoint[Any], ...]:
    """Return the addresses of this dialect."""
    account = (CallbackUrl(), AddBalance(), Version(), Stats())
    bases = (ListOfBases(), Bases(), ListOfPhones(), Phones())
    senders = (AddOriginator(), ListOfRegistry(), RegistryOriginator(), ListOfPatterns(), Patterns())
    lists = (ListOfStops(), Stop(), ListOfScheduled(), CancelOfScheduled(), CheckOfChange(), IncomingMessages())
    methods = (Send(), State(), Balance(), Originator(), Time(), Numbers(), *account, *bases, *senders, *lists)
    return (*methods, File(), SendSms(), SendSmsJson(methods))
