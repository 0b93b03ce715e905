"""What a message had to pass and which rules of routing fit it, told anew from the message and what holds now."""

from collections.abc import Iterator
from typing import Final

from tolmach.core.accounts import Account
from tolmach.core.ids import leg_id
from tolmach.core.moderation import digest, written
from tolmach.core.numbering import Numbering
from tolmach.core.results import SenderState
from tolmach.core.route import order
from tolmach.core.sentences import say
from tolmach.services import routing
from tolmach.store import moderations, senders, stops
from tolmach.store.database import Tx
from tolmach.store.messages import Message

CONDITIONS: Final = {
    "channel": say("channel"),
    "direction": say("direction"),
    "operator": say("operator"),
    "prefix": say("prefix"),
    "account": say("account"),
    "sender": say("sender"),
    "traffic": say("class"),
}
"""What conditions of routes are called (the names are those of `tolmach.core.route.Conditions`)."""


def checks(tx: Tx, message: Message, account: Account, numbering: Numbering) -> tuple[str, ...]:
    """Tell of the number, the senders, the stop lists and the text how they stand: one sentence each."""
    return (_number(message, numbering), *_senders(tx, message, account), _stops(tx, message), _text(tx, message))


def routes(tx: Tx, message: Message, account: Account, numbering: Numbering) -> tuple[str, ...]:
    """Tell for each step which rules pass it over, with the condition that does not hold, and which one decides."""
    steps = range(1, len(message.plan) + 1)
    return tuple(line for step in steps for line in _step(tx, message, account, numbering, step))


def _number(message: Message, numbering: Numbering) -> str:
    found = numbering.lookup(message.recipient)
    known = ", ".join(name for name in (found.operator, found.region) if name)
    return say("number: %(known)s", known=known) if known else say("number: its operator is not known")


def _senders(tx: Tx, message: Message, account: Account) -> Iterator[str]:
    states = senders.of_account(tx, account.id)
    for name in dict.fromkeys(step.sender for step in message.plan):
        state = states.get(name)
        if state == SenderState.COMPLETED:
            yield say("sender %(name)s: approved", name=name)
        elif state is None:
            yield say("sender %(name)s: not among the senders of the account", name=name)
        else:
            yield say("sender %(name)s: no longer approved", name=name)


def _stops(tx: Tx, message: Message) -> str:
    found = {owner for owner, _ in stops.among(tx, [message.account], [message.recipient])}
    if stops.EVERYBODY in found:
        return say("stop lists: the number is on the operator's")
    if found:
        return say("stop lists: the number is on the account's")
    return say("stop lists: the number is on none")


def _text(tx: Tx, message: Message) -> str:
    found = moderations.of_text(tx, message.account, digest(written(message.plan)))
    if found is None:
        return say("text: no moderator had to see it")
    if found.decided_at is None:
        return say("text: waits for a moderator")
    return say("text: a moderator has decided on it")


def _step(tx: Tx, message: Message, account: Account, numbering: Numbering, number: int) -> Iterator[str]:
    step = message.plan[number - 1]
    about = routing.subject(tx, message.recipient, account.login, step.sender, step.channel)
    found = routing.explain(tx, numbering, about)
    for look in found.looks:
        if look.missed:
            yield say(
                "step %(step)s: route %(route)s is passed over, its condition does not hold: %(condition)s",
                step=number,
                route=look.rule.id,
                condition=CONDITIONS[look.missed],
            )
    if found.rule is None:
        yield say("step %(step)s: no route fits, every link of the channel will do", step=number)
        return
    yield say(
        "step %(step)s: route %(route)s decides, its links in the order in which they are asked: %(links)s",
        step=number,
        route=found.rule.id,
        links=", ".join(order(found.rule, leg_id(message.id, number))),
    )
