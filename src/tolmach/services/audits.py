"""The audit log: every change that a person makes, in the transaction that makes it.

What is said of a change never has a password, a token or the text of a message: only fields that are named here.
"""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from tolmach.core.commands import Command
from tolmach.core.commands.callbacklog import RepeatCallbacks
from tolmach.core.commands.finance import CloseDays
from tolmach.core.commands.pulse import ReplayCallbacks
from tolmach.core.ids import AccountId
from tolmach.core.moments import to_ms
from tolmach.core.money import Money, fixed
from tolmach.core.results.invoices import InvoiceRefusal
from tolmach.core.results.pulse import Rematched
from tolmach.core.results.users import SecondFactorResult, SelfChange, UserChange
from tolmach.core.users import UserId
from tolmach.store import audit
from tolmach.store.audit import Entry
from tolmach.store.database import Tx

TOLD = frozenset(
    {
        "account", "amount", "answer_form", "any_sender", "approved", "blocked", "channel", "client", "correction",
        "credit", "currency", "day", "deduplicates", "default_sender", "delete", "dialect", "dialects", "direction",
        "id", "ids", "inn", "is_open", "kind", "language", "link", "login", "message_rate", "moderation", "name",
        "names", "networks", "note", "number", "on_undelivered", "operator", "parent", "patience", "phone", "place",
        "prefer", "prefix", "reason", "reference", "removes", "request_rate", "resumes", "revise", "role", "sender",
        "session", "state", "tariff", "text_form", "theme", "time_zone", "tlv_form", "traffic", "uncertain", "url",
        "words",
    }
)  # fmt: skip
MONEY = frozenset({"amount", "credit"})
COUNTED = (RepeatCallbacks, ReplayCallbacks, CloseDays)
"""Commands that answer how many they changed."""

SHOWN = 20  # items of a list
LONGEST = 500


def note(
    tx: Tx,
    now: datetime,
    user: tuple[UserId | None, str],
    account: AccountId | None,
    what: tuple[str, str],
    remote: str,
) -> None:
    """Add a change: who (id and login), of which account's affairs, what (action and detail), and from where."""
    audit.add(tx, Entry(to_ms(now), user[0], user[1], account, what[0], what[1], remote))


def changed(command: Command[Any], result: object) -> bool:
    """Tell from the answer to a command whether it changed anything: what came to nothing is no change."""
    if isinstance(result, bool) or isinstance(command, COUNTED):
        return bool(result)
    if isinstance(result, SelfChange | UserChange):
        return result in (SelfChange.DONE, UserChange.DONE)
    if isinstance(result, SecondFactorResult):
        return bool(result.codes)
    if isinstance(result, Rematched):
        return bool(result.matched)
    return not isinstance(result, InvoiceRefusal) and getattr(result, "refusal", None) is None


def action(command: Command[Any]) -> str:
    """Return what a change is called: the name of its command."""
    return type(command).__name__


def detail(command: object) -> str:
    """Return what may be told of a command: ``reference=5 edits=[phone=79031234567, ... 30 more]``."""
    return _told(command)[:LONGEST]


def _told(value: object) -> str:
    if not is_dataclass(value):
        return ""
    words = []
    for field in fields(value):
        content = getattr(value, field.name)
        if isinstance(content, list | tuple) and content and is_dataclass(content[0]):
            words.append(f"{field.name}=[{_several(content)}]")
        elif field.name in TOLD and content not in (None, "", ()) and (field.name, content) != ("delete", False):
            told = fixed(Money(content)) if field.name in MONEY else _plain(content)
            words.append(f"{field.name}={told}")
    return " ".join(words)


def _several(items: Sequence[object]) -> str:
    told = [one for one in map(_told, items[:SHOWN]) if one]
    if len(told) > 1 and len(set(told)) == 1:  # messages of a campaign
        told = [f"{len(told)} times {told[0]}"]
    more = [f"{len(items) - SHOWN} more"] if len(items) > SHOWN else []
    return ", ".join(told + more) or str(len(items))


def _plain(content: object) -> str:
    if isinstance(content, list | tuple):
        more = f" and {len(content) - SHOWN} more" if len(content) > SHOWN else ""
        return ",".join(map(_plain, content[:SHOWN])) + more
    return str(content.value if isinstance(content, Enum) else content)
