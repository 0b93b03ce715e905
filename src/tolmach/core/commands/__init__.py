"""The waist: everything that a dialect, the command line or a page can ask for. A command names its answer's type.

Commands carry no account: who asks is known to the dispatcher. Times in commands are the account's wall clock
(naive); times in results are aware, in the account's zone.
"""

from tolmach.core.commands.accounts import (
    GetCallbackUrl,
    GetVersion,
    SetCallbackUrl,
    Transfer,
    TransferMoney,
)
from tolmach.core.commands.bases import (
    DropBase,
    DropSubscriber,
    EditBases,
    EditSubscribers,
    ListBases,
    ListSubscribers,
    PutBase,
    PutSubscriber,
    SubscriberEdits,
)
from tolmach.core.commands.campaigns import CancelCampaign, GetCampaign, ListCampaigns
from tolmach.core.commands.changes import CheckChange
from tolmach.core.commands.command import Command
from tolmach.core.commands.enquiries import GetBalance, GetStates, GetTime, ListSenders
from tolmach.core.commands.files import NoteFile, StoreFile
from tolmach.core.commands.inbox import ListIncoming
from tolmach.core.commands.numbering import DescribeNumbers
from tolmach.core.commands.patterns import DropPattern, EditPatterns, ListPatterns, PutPattern
from tolmach.core.commands.schedule import CancelScheduled, ListScheduled
from tolmach.core.commands.senders import DropRegistration, EditRegistry, ListRegistry, PutRegistration, RegisterSenders
from tolmach.core.commands.sending import SendMessages
from tolmach.core.commands.statistics import ListStatistics
from tolmach.core.commands.stops import EditStops, ListStops, StopEdit

__all__ = [
    "CancelCampaign",
    "CancelScheduled",
    "CheckChange",
    "Command",
    "DescribeNumbers",
    "DropBase",
    "DropPattern",
    "DropRegistration",
    "DropSubscriber",
    "EditBases",
    "EditPatterns",
    "EditRegistry",
    "EditStops",
    "EditSubscribers",
    "GetBalance",
    "GetCallbackUrl",
    "GetCampaign",
    "GetStates",
    "GetTime",
    "GetVersion",
    "ListBases",
    "ListCampaigns",
    "ListIncoming",
    "ListPatterns",
    "ListRegistry",
    "ListScheduled",
    "ListSenders",
    "ListStatistics",
    "ListStops",
    "ListSubscribers",
    "NoteFile",
    "PutBase",
    "PutPattern",
    "PutRegistration",
    "PutSubscriber",
    "RegisterSenders",
    "SendMessages",
    "SetCallbackUrl",
    "StopEdit",
    "StoreFile",
    "SubscriberEdits",
    "Transfer",
    "TransferMoney",
]
