"""Which role may give which command. What is not named here is the owner's, or the administrator's, alone."""

from typing import Any

from tolmach.core.commands import (
    CancelCampaign,
    CancelScheduled,
    Command,
    EditBases,
    EditPatterns,
    EditStops,
    EditSubscribers,
    SendMessages,
    StoreFile,
)
from tolmach.core.commands.campaigns import PauseCampaign, StopCampaign
from tolmach.core.commands.composing import ComposeMessages, ExpandComposition, QuoteText
from tolmach.core.commands.imports import DropImport, NoteImport, PutImport, RunImport
from tolmach.core.commands.users import ListAudit, ListUsers
from tolmach.core.users import Role
from tolmach.services.dispatch import READERS

# a sender writes to people and keeps what he writes to them with
SENDERS: frozenset[type[Command[Any]]] = frozenset(
    {
        SendMessages,
        ComposeMessages,
        ExpandComposition,
        QuoteText,
        StoreFile,
        CancelCampaign,
        PauseCampaign,
        StopCampaign,
        CancelScheduled,
        EditBases,
        EditSubscribers,
        PutImport,
        NoteImport,
        RunImport,
        DropImport,
        EditPatterns,
        EditStops,
    }
)
# what is read by nobody else; what is read to write to people is for senders too
OWNERS: frozenset[type[Command[Any]]] = frozenset({ListUsers, ListAudit, ExpandComposition, QuoteText})


def may(role: Role | None, kind: type[Command[Any]]) -> bool:
    """Tell whether a role may give a command in the cabinet of an account."""
    if role is Role.OWNER:
        return True
    if role is Role.SENDER and kind in SENDERS:
        return True
    return role in (Role.SENDER, Role.VIEWER) and kind in READERS and kind not in OWNERS
