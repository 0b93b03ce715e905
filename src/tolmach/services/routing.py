"""Routes as an operator keeps them: added, moved, explained."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.ids import AccountId
from tolmach.core.numbering import Numbering
from tolmach.core.route import Rule, Subject, Target
from tolmach.core.sentences import say
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store import accounts, routes, tariffs
from tolmach.store.database import Tx

LONGEST_PATIENCE = 3600.0
MOST_TARGETS = 16


@dataclass(frozen=True, slots=True)
class Look:
    """A rule in an explanation: "" when it matched, else the condition that did not hold."""

    rule: Rule
    missed: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the rules say of a message to a number: all rules up to the one that decides."""

    subject: Subject
    looks: Sequence[Look]
    rule: Rule | None


def everything(tx: Tx) -> Sequence[Rule]:
    """Return all rules in order."""
    return routes.everything(tx)


def add(tx: Tx, rule: Rule, place: int | None = None) -> Rule:
    """Store a rule, last or at a place (from 1); BadValueError or NotFoundError."""
    _check(tx, rule)
    id_ = routes.add(tx, rule)
    return move(tx, id_, place) if place is not None else find(tx, id_)


def find(tx: Tx, id_: int) -> Rule:
    """Return a rule; NotFoundError."""
    known = routes.everything(tx)
    found = next((rule for rule in known if rule.id == id_), None)
    if found is None:
        raise NotFoundError("route", str(id_), [str(rule.id) for rule in known])
    return found


def move(tx: Tx, id_: int, place: int) -> Rule:
    """Give a rule another place (from 1; too far is last); NotFoundError or BadValueError."""
    if place < 1:
        raise BadValueError(say("places are counted from 1"))
    rule = find(tx, id_)
    others = [one.id for one in routes.everything(tx) if one.id != id_]
    others.insert(place - 1, rule.id)
    routes.arrange(tx, {one: number for number, one in enumerate(others, 1)})
    return find(tx, id_)


def remove(tx: Tx, id_: int) -> None:
    """Forget a rule; NotFoundError."""
    find(tx, id_)
    routes.remove(tx, id_)


def explain(tx: Tx, numbering: Numbering, asked: Subject) -> Explanation:
    """Tell which rule decides for a message, and why those before it do not.

    The direction is that of the account's tariff; an account of 0 has none.
    """
    direction = _direction(tx, asked)
    subject = asked._replace(direction=direction, operator=numbering.lookup(asked.phone).operator)
    looks: list[Look] = []
    for rule in routes.everything(tx):
        missed = rule.conditions.miss(subject)
        looks.append(Look(rule, missed))
        if not missed:
            return Explanation(subject, looks, rule)
    return Explanation(subject, looks, None)


def _direction(tx: Tx, asked: Subject) -> str:
    owner = accounts.by_id(tx, AccountId(asked.account))
    if owner is None or owner.tariff is None:
        return ""
    direction = tariffs.load(tx, owner.tariff).direction(asked.phone)
    return "" if direction is None else direction.name


def _check(tx: Tx, rule: Rule) -> None:
    about = rule.conditions
    if not rule.targets or len(rule.targets) > MOST_TARGETS:
        raise BadValueError(say("a route names 1 to %(most_targets)s links", most_targets=MOST_TARGETS))
    names = [target.link for target in rule.targets]
    if len(set(names)) < len(names):
        raise BadValueError(say("a route names each link once"))
    if any(not 0 <= target.weight <= 1_000_000 for target in rule.targets) or not any(t.weight for t in rule.targets):
        raise BadValueError(say("weights are 0 to 1000000, and one of them is above 0"))
    if about.prefix and not (about.prefix.isascii() and about.prefix.isdigit() and len(about.prefix) <= 15):
        raise BadValueError(say("prefix %(prefix)r is not 1 to 15 digits", prefix=about.prefix))
    if about.direction and tariffs.direction_by_name(tx, about.direction) is None:
        raise NotFoundError("direction", about.direction, [one.name for one, _ in tariffs.all_directions(tx)])
    if not 0 <= rule.patience <= LONGEST_PATIENCE:
        raise BadValueError(
            say("patience is 0 to %(longest_patience)s seconds", longest_patience=round(LONGEST_PATIENCE))
        )


def read_target(text: str) -> Target:
    """Read ``link`` or ``link=weight``; BadValueError."""
    name, separator, weight = text.partition("=")
    if not name or (separator and not (weight.isascii() and weight.isdigit() and len(weight) <= 7)):
        raise BadValueError(say("%(text)r is neither a link nor link=weight", text=text))
    return Target(name, int(weight) if separator else 1)
