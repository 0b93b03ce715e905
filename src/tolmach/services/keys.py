"""Tokens and payments of an account, as its own users see and make them."""

from datetime import UTC, datetime, time
from itertools import islice

from tolmach.core.accounts import Network
from tolmach.core.commands.keys import AddKey, ListKeys, ListPayments, RevokeKey
from tolmach.core.ids import LARGEST
from tolmach.core.moments import from_ms
from tolmach.core.money import Money
from tolmach.core.results.keys import Key, KeyMade, KeyRefusal, KeysResult, Payment, PaymentsPage
from tolmach.core.timezones import to_utc, to_wall
from tolmach.services import tokens
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.services.context import Context, Handlers
from tolmach.store import ledger
from tolmach.store import tokens as stored
from tolmach.store.ledger import Movement, Wanted
from tolmach.store.tokens import StoredToken

PAGE = 50
PAYMENTS = (Movement.TOP_UP, Movement.TRANSFER)


def listing(asked: Context, _command: ListKeys) -> KeysResult:
    """Return the tokens."""
    account = asked.account
    keys = [_key(asked, one) for one in stored.of_account(asked.tx, account.id)]
    sender, networks = account.default_sender or "", [shown_network(one) for one in account.networks]
    return KeysResult(account.login, account.client_number, sender, keys, networks)


def shown_network(network: Network) -> str:
    """Write a network as people do: a single address without the length of its prefix."""
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def _key(asked: Context, one: StoredToken) -> Key:
    def wall(ms: int | None) -> datetime | None:
        return None if ms is None else to_wall(from_ms(ms), asked.account.time_zone)

    created = wall(one.created_at)
    assert created is not None
    expired = one.expires_at is not None and from_ms(one.expires_at) <= asked.now
    return Key(one.name, created, wall(one.expires_at), wall(one.used_at), expired)


def add(asked: Context, command: AddKey) -> KeyMade:
    """Make a token."""
    value, account, expires = tokens.make(), asked.account, None
    if command.last_day is not None:
        expires = to_utc(datetime.combine(command.last_day, time(23, 59, 59)), account.time_zone).astimezone(UTC)
        if expires <= asked.now:
            return KeyMade(refusal=KeyRefusal.PAST)
    try:
        tokens.add(asked.tx, account.login, command.name, value, asked.now, expires)
    except BadValueError:
        return KeyMade(refusal=KeyRefusal.BAD_NAME)
    except ConflictError:
        return KeyMade(refusal=KeyRefusal.TAKEN)
    return KeyMade(value)


def revoke(asked: Context, command: RevokeKey) -> bool:
    """End a token."""
    try:
        tokens.revoke(asked.tx, asked.account.login, command.name)
    except NotFoundError:
        return False
    return True


def payments(asked: Context, command: ListPayments) -> PaymentsPage:
    """Return a page of top-ups and transfers."""
    found = [
        row
        for kind in PAYMENTS
        for row in ledger.page(asked.tx, Wanted(asked.account.id, kind, 0, command.before or LARGEST), PAGE + 1)
    ]
    found.sort(key=lambda row: -row[0])
    zone = asked.account.time_zone
    rows = [
        Payment(to_wall(from_ms(one.at), zone), Money(one.available), one.kind.value, one.note)
        for _, one in islice(found, PAGE)
    ]
    return PaymentsPage(rows, found[PAGE - 1][0] if len(found) > PAGE else 0)


READERS: Handlers = {ListKeys: listing, ListPayments: payments}
WRITERS: Handlers = {AddKey: add, RevokeKey: revoke}
