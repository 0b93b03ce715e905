"""Routes as an operator keeps them: added, moved, explained."""

from collections.abc import Sequence
from dataclasses import dataclass

from tolmach.core.content import Channel
from tolmach.core.ids import AccountId
from tolmach.core.numbering import Numbering
from tolmach.core.route import Rule, Subject, Target
from tolmach.core.sentences import say
from tolmach.core.tariff import Tariff
from tolmach.core.traffic import Traffic
from tolmach.services import accounts as known_accounts
from tolmach.services.administration import BadValueError, NotFoundError
from tolmach.store import accounts, routes, senders, tariffs
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
    """What the rules say of a message to a number: all rules up to the one that decides.

    ``note`` tells how the direction was found, or why there is none; "" when the account's tariff has one.
    """

    subject: Subject
    looks: Sequence[Look]
    rule: Rule | None
    note: str = ""


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


def subject(
    tx: Tx,
    phone: str,
    login: str = "",
    sender: str = "",
    channel: Channel = Channel.SMS,
    traffic: Traffic | None = None,
) -> Subject:
    """Return what rules are asked about: a message of an account is sent by its default sender and in the sender's
    class when nothing else is said. NotFoundError for an unknown login.
    """
    if not login:
        return Subject(channel, phone, 0, sender, traffic or Traffic.SERVICE)
    owner = known_accounts.find(tx, login)
    name = sender or owner.default_sender or ""
    kind = traffic or senders.traffic_of(tx, owner.id).get(name, owner.traffic)
    return Subject(channel, phone, owner.id, name, kind)


def explain(tx: Tx, numbering: Numbering, asked: Subject) -> Explanation:
    """Tell which rule decides for a message, and why those before it do not.

    The direction is that of the account's tariff; for an account of 0, that of the prefixes of all directions, which
    most tariffs share.
    """
    direction, note = _direction(tx, asked)
    full = asked._replace(direction=direction, operator=numbering.lookup(asked.phone).operator)
    looks: list[Look] = []
    for rule in routes.everything(tx):
        missed = rule.conditions.miss(full)
        looks.append(Look(rule, missed))
        if not missed:
            return Explanation(full, looks, rule, note)
    return Explanation(full, looks, None, note)


def _direction(tx: Tx, asked: Subject) -> tuple[str, str]:
    """Return a direction ("": none) with what has to be said of it."""
    owner = accounts.by_id(tx, AccountId(asked.account))
    if owner is None:
        return _anybodys(tx, asked)
    if owner.tariff is None:
        return "", say("The account has no tariff, so it has no directions and can send nothing.")
    tariff = tariffs.load(tx, owner.tariff)
    found = tariff.direction(asked.phone)
    if found is None:
        return "", say("The tariff of the account has no direction for this number: the message would be refused.")
    if not found.open or found.id in tariffs.closed_for(tx, owner.id):
        return found.name, say("The direction is closed: the message would be refused.")
    if tariff.price(found, asked.channel) is None:
        return found.name, say(
            "The tariff of the account has no price of this channel there: the message would be refused."
        )
    return found.name, ""


def _anybodys(tx: Tx, asked: Subject) -> tuple[str, str]:
    """Return the direction of a number by all price lists, and which of them have a price for it."""
    known = tariffs.all_directions(tx)
    prefixes = {prefix: one.id for one, several in known for prefix in several}
    found = Tariff({one.id: one for one, _ in known}, prefixes, {}).direction(asked.phone)
    if found is None:
        return "", say("No price list has a direction for this number: nobody can send to it.")
    if not found.open:
        return found.name, say("The direction is closed: nobody can send to it.")
    every = [(name, tariffs.load(tx, number)) for number, name in tariffs.names(tx)]
    pricing = [name for name, tariff in every if tariff.price(found, asked.channel) is not None]
    if not pricing:
        return found.name, say("No tariff has a price of this channel there: nobody can send it.")
    return found.name, say(
        "No account is named, so the direction is that of all price lists; it is priced by: %(tariffs)s.",
        tariffs=", ".join(pricing),
    )


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
