"""Messages as an operator handles them: sent on behalf of an account, and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core import states
from tolmach.core.accounts import Account
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel
from tolmach.core.moments import from_ms
from tolmach.core.phone import normalise
from tolmach.core.rejections import Rejection
from tolmach.core.results import SendResult
from tolmach.core.sentences import say
from tolmach.core.status import Status
from tolmach.core.timezones import to_wall
from tolmach.services import accounts
from tolmach.services.acceptance import Order, accept
from tolmach.services.access import Principal
from tolmach.services.administration import BadValueError
from tolmach.services.catalogue import Catalogue
from tolmach.store import accounts as stored_accounts
from tolmach.store import legs, messages, queue
from tolmach.store.database import Tx
from tolmach.store.messages import Message

DIALECT = "cli"
LARGEST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in a list; ``accepted_at`` is aware, in the account's zone."""

    id: int
    login: str
    recipient: str
    channels: tuple[Channel, ...]
    sender: str
    status: Status
    accepted_at: datetime
    dialect: str


def post(tx: Tx, login: str, command: SendMessages, now: datetime) -> tuple[Account, SendResult]:
    """Accept messages on behalf of an account, without its password; NotFoundError or `RequestError`."""
    account = accounts.find(tx, login)
    answer = accept(tx, Catalogue(), [Order(trusted(account), command, moderated=False)], now)[0]
    if not isinstance(answer, SendResult):
        raise answer
    return account, answer


def latest(tx: Tx, limit: int, login: str | None = None, recipient: str | None = None) -> Sequence[Listed]:
    """Return the newest messages, newest first; BadValueError for a number that is none, NotFoundError."""
    if not 0 < limit <= LARGEST_PAGE:
        raise BadValueError(say("the limit is not between 1 and %(largest_page)s", largest_page=LARGEST_PAGE))
    number = "" if recipient is None else normalise(recipient)
    if isinstance(number, Rejection):
        raise BadValueError(say("%(recipient)r is no number that can be written to", recipient=recipient))
    account = None if login is None else accounts.find(tx, login).id
    found = messages.latest(tx, limit, account, number)
    tried = legs.of_messages(tx, [message.id for message in found])
    held = queue.on_moderation(tx, {message.id for message in found} - tried.keys())
    owners = {owner.id: owner for owner in stored_accounts.everyone(tx)}
    return [
        _listed(
            message,
            owners[message.account],
            states.message_status(
                message.plan,
                [(leg.step, leg.status) for leg in tried.get(message.id, [])],
                on_moderation=message.id in held,
            ),
        )
        for message in found
    ]


def trusted(account: Account) -> Principal:
    """Return who sends for an account from no address at all: an operator, a greeting; one that it allows is taken."""
    remote = str(account.networks[0].network_address) if account.networks else ""
    return Principal(account.id, account.password_hash, remote, open_to_blocked=False, digest=b"", remembered=True)


def _listed(message: Message, owner: Account, status: Status) -> Listed:
    return Listed(
        id=message.id,
        login=owner.login,
        recipient=message.recipient,
        channels=tuple(step.channel for step in message.plan),
        sender=message.plan[0].sender,
        status=status,
        accepted_at=to_wall(from_ms(message.accepted_at), owner.time_zone),
        dialect=message.dialect,
    )
