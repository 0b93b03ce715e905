"""Answers to commands. Expected failure is a value, per item; times are aware, in the account's zone."""

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
from tolmach.core.results.numbering import NumberDetail, NumbersResult
from tolmach.core.results.sending import (
    Accepted,
    CampaignRef,
    LegQuote,
    Rejected,
    SendItem,
    SendResult,
)

__all__ = [
    "Accepted",
    "BalanceResult",
    "BaseEdited",
    "BaseEditsResult",
    "BasesResult",
    "CampaignDetail",
    "CampaignRef",
    "CampaignSummary",
    "CampaignsResult",
    "CancelResult",
    "DirectionBalance",
    "Edit",
    "LegQuote",
    "LegState",
    "MessageState",
    "NumberDetail",
    "NumbersResult",
    "RecipientState",
    "Rejected",
    "SendItem",
    "SendResult",
    "Sender",
    "SenderState",
    "SendersResult",
    "StatesResult",
    "SubscriberEditsResult",
    "SubscribersPage",
    "TimeResult",
]
