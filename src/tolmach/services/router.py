"""The choice of links for every message that is due, by the rules of one revision."""

from collections.abc import Sequence
from typing import NamedTuple

from tolmach.core import route
from tolmach.core.ids import AccountId
from tolmach.core.numbering import Numbering
from tolmach.core.plans import PlannedStep
from tolmach.core.route import Rule, Subject
from tolmach.core.tariff import Tariff
from tolmach.core.traffic import Traffic


class Way(NamedTuple):
    """The links to be asked for a leg, in order, and how long each may be without room (seconds)."""

    links: tuple[str, ...]
    patience: float = 0.0
    on_undelivered: bool = False


class Router:
    """The rules of one revision. Look-ups that no rule needs are not made."""

    def __init__(self, rules: Sequence[Rule], numbering: Numbering | None = None) -> None:
        self.rules = rules
        self._numbering = numbering
        self._by_direction = any(rule.conditions.direction for rule in rules)
        self._by_operator = any(rule.conditions.operator for rule in rules)

    def subject(
        self, account: AccountId, phone: str, step: PlannedStep, traffic: Traffic, tariff: Tariff | None
    ) -> Subject:
        """Return what the rules are asked about."""
        direction = tariff.direction(phone) if self._by_direction and tariff is not None else None
        operator = ""
        if self._by_operator and self._numbering is not None:
            operator = self._numbering.lookup(phone).operator
        return Subject(
            channel=step.channel,
            phone=phone,
            account=account,
            sender=step.sender,
            traffic=traffic,
            direction="" if direction is None else direction.name,
            operator=operator,
        )

    def carriers(self, subject: Subject, link: str) -> Sequence[str] | None:
        """Return the links that may carry a step (which names one, or ""); None: any of the channel."""
        if link:
            return (link,)
        rule = route.choose(self.rules, subject) if self.rules else None
        return None if rule is None else [target.link for target in rule.targets]

    def way(self, subject: Subject, leg: int, step: PlannedStep, tried: str = "") -> Way | None:
        """Return which links to ask; None: any of the channel. ``tried`` did not deliver it, by commas."""
        if step.link:
            return Way((step.link,))
        rule = route.choose(self.rules, subject) if self.rules else None
        if rule is None:
            return None
        used = tried.split(",") if tried else ()
        links = tuple(link for link in route.order(rule, leg) if link not in used)
        return Way(links, rule.patience, rule.on_undelivered)
