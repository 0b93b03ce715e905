"""Routing: which links may carry a message, and in what order. Pure.

Rules stand in an order; the first whose conditions all hold decides. Its links are tried one after the other, the
first chosen by weight. The choice is a function of the leg's id alone (weighted rendezvous hashing), so an attempt
that is repeated asks the same link again, and no counter has to be shared between processes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from math import log
from typing import NamedTuple

from tolmach.core.content import Channel
from tolmach.core.ids import AccountId
from tolmach.core.traffic import Traffic

_RANGE = 2**64


class Subject(NamedTuple):
    """What conditions are about. ``direction`` and ``operator`` are names, "" when not known."""

    channel: Channel
    phone: str
    account: int
    sender: str
    traffic: Traffic
    direction: str = ""
    operator: str = ""


class Target(NamedTuple):
    """A link with its share of the messages of a rule."""

    link: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a message must be; None or "" does not matter. ``prefix`` is that of the recipient."""

    channel: Channel | None = None
    direction: str = ""
    operator: str = ""
    prefix: str = ""
    account: AccountId | None = None
    sender: str = ""
    traffic: Traffic | None = None

    def miss(self, subject: Subject) -> str:
        """Return the first condition that does not hold; "" when all do."""
        if self.channel is not None and self.channel is not subject.channel:
            return "channel"
        if self.traffic is not None and self.traffic is not subject.traffic:
            return "traffic"
        if self.account is not None and self.account != subject.account:
            return "account"
        if self.prefix and not subject.phone.startswith(self.prefix):
            return "prefix"
        return self._miss_name(subject)

    def _miss_name(self, subject: Subject) -> str:
        for name in ("sender", "direction", "operator"):
            wanted = getattr(self, name)
            if wanted and wanted.casefold() != getattr(subject, name).casefold():
                return name
        return ""

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the conditions that matter."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) not in (None, ""))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``on_undelivered``: a message that its link did not deliver is sent again by the next one.

    ``patience`` is how many seconds a link of the rule may be without room before the next one is asked.
    """

    id: int
    position: int
    conditions: Conditions
    targets: tuple[Target, ...]
    on_undelivered: bool = False
    patience: float = 10.0


def choose(rules: Sequence[Rule], subject: Subject) -> Rule | None:
    """Return the first rule that holds."""
    return next((rule for rule in rules if not rule.conditions.miss(subject)), None)


def order(rule: Rule, leg: int) -> tuple[str, ...]:
    """Return the rule's links as this leg is to try them.

    Over many legs a link comes first as often as its weight says; links of weight 0 only follow the others.
    """
    if len(rule.targets) == 1:
        return (rule.targets[0].link,)
    ranked = sorted(enumerate(rule.targets), key=lambda one: (-_score(one[1], leg), one[0]))
    return tuple(target.link for _, target in ranked)


def _score(target: Target, leg: int) -> float:
    if target.weight == 0:
        return 0.0
    digest = blake2b(f"{leg} {target.link}".encode(), digest_size=8).digest()
    chance = (int.from_bytes(digest, "big") + 1) / (_RANGE + 1)
    return target.weight / -log(chance)
