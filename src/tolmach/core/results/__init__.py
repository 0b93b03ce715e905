"""Answers to commands. Expected failure is a value, per item; times are aware, in the account's zone."""

from tolmach.core.results.accounts import CallbackUrlResult, TransfersResult, VersionResult
from tolmach.core.results.bases import (
    BaseEdited,
    BaseEditsResult,
    BasesResult,
    Edit,
    SubscriberEditsResult,
    SubscribersPage,
)
from tolmach.core.results.campaigns import (
    CampaignDetail,
    CampaignsResult,
    CampaignSummary,
    CancelResult,
    RecipientState,
)
from tolmach.core.results.changes import ChangeResult
from tolmach.core.results.enquiries import (
    BalanceResult,
    DirectionBalance,
    LegState,
    MessageState,
    Sender,
    SendersResult,
    SenderState,
    StatesResult,
    TimeResult,
)
from tolmach.core.results.files import FileStored
from tolmach.core.results.inbox import Incoming, IncomingResult
from tolmach.core.results.numbering import NumberDetail, NumbersResult
from tolmach.core.results.patterns import Pattern, PatternEdit, PatternEdited, PatternEditsResult, PatternsResult
from tolmach.core.results.schedule import CancelledResult, Scheduled, SchedulePage
from tolmach.core.results.senders import (
    Registration,
    RegistryEdit,
    RegistryEditsResult,
    RegistryEntry,
    RegistryResult,
    SenderRegistered,
    SendersRegistered,
)
from tolmach.core.results.sending import (
    Accepted,
    CampaignRef,
    LegQuote,
    Rejected,
    SendItem,
    SendResult,
)
from tolmach.core.results.statistics import StatisticsResult, StatisticsRow
from tolmach.core.results.stops import StopEditsResult, Stopped, StopsResult

__all__ = [
    "Accepted",
    "BalanceResult",
    "BaseEdited",
    "BaseEditsResult",
    "BasesResult",
    "CallbackUrlResult",
    "CampaignDetail",
    "CampaignRef",
    "CampaignSummary",
    "CampaignsResult",
    "CancelResult",
    "CancelledResult",
    "ChangeResult",
    "DirectionBalance",
    "Edit",
    "FileStored",
    "Incoming",
    "IncomingResult",
    "LegQuote",
    "LegState",
    "MessageState",
    "NumberDetail",
    "NumbersResult",
    "Pattern",
    "PatternEdit",
    "PatternEdited",
    "PatternEditsResult",
    "PatternsResult",
    "RecipientState",
    "Registration",
    "RegistryEdit",
    "RegistryEditsResult",
    "RegistryEntry",
    "RegistryResult",
    "Rejected",
    "SchedulePage",
    "Scheduled",
    "SendItem",
    "SendResult",
    "Sender",
    "SenderRegistered",
    "SenderState",
    "SendersRegistered",
    "SendersResult",
    "StatesResult",
    "StatisticsResult",
    "StatisticsRow",
    "StopEditsResult",
    "Stopped",
    "StopsResult",
    "SubscriberEditsResult",
    "SubscribersPage",
    "TimeResult",
    "TransfersResult",
    "VersionResult",
]
