"""Accounts as the operator's staff keeps them on the desk; the rules are those of `tolmach.services.accounts`."""

import dataclasses
from datetime import datetime

from tolmach.core.commands.clientele import (
    AddClient,
    BlockClient,
    ChangeClient,
    GetClient,
    ListClients,
    SetClientPassword,
)
from tolmach.core.moments import from_ms
from tolmach.core.results.clientele import Client, ClientDetail, ClientsPage
from tolmach.core.sentences import say
from tolmach.services import accounts, fields, senders, tariffs
from tolmach.services.accounts import Changes, Overview
from tolmach.services.administration import BadValueError
from tolmach.store import accounts as stored
from tolmach.store.database import Tx

PAGE = 50
SHORTEST_PASSWORD = 8


def listing(tx: Tx, command: ListClients, _now: datetime) -> ClientsPage:
    """Return a page of accounts; NotFoundError for an unknown reseller."""
    parent = accounts.find(tx, command.parent).id if command.parent else None
    found = stored.page(tx, command.search.strip(), command.after, PAGE + 1, parent)
    clients = [_client(one) for one in accounts.overviews(tx, found[:PAGE])]
    return ClientsPage(clients, clients[-1].account.login if len(found) > PAGE else "")


def show(tx: Tx, command: GetClient, _now: datetime) -> ClientDetail:
    """Return an account; NotFoundError."""
    one = accounts.overview(tx, command.login)
    return ClientDetail(
        _client(one),
        from_ms(stored.created_at(tx, one.account.id)),
        [(sender.name, sender.state) for sender in senders.listing(tx, command.login)],
        [priced.name for priced in tariffs.directions(tx, command.login) if priced.closed_for_account],
        stored.count_children(tx, one.account.id),
    )


def add(tx: Tx, command: AddClient, now: datetime) -> None:
    """Add an account; BadValueError, ConflictError, NotFoundError."""
    _check_password(command.password)
    changes = Changes(
        tariff=command.tariff or None,
        parent=command.parent or None,
        time_zone=command.time_zone,
        moderation=command.moderation,
    )
    accounts.add(tx, command.login, command.password_hash, changes, now, command.currency)


def change(tx: Tx, command: ChangeClient, _now: datetime) -> None:
    """Change an account; BadValueError, ConflictError, NotFoundError."""
    wanted = {one.name: getattr(command, one.name) for one in dataclasses.fields(Changes) if hasattr(command, one.name)}
    accounts.change(tx, command.login, Changes(**wanted))


def set_password(tx: Tx, command: SetClientPassword, _now: datetime) -> None:
    """Store another password; BadValueError, NotFoundError."""
    _check_password(command.password)
    accounts.set_password(tx, command.login, command.password_hash)


def block(tx: Tx, command: BlockClient, _now: datetime) -> bool:
    """Block an account, or let it in again; NotFoundError."""
    return accounts.set_blocked(tx, command.login, blocked=command.blocked)


def _check_password(text: str) -> None:
    if len(fields.password(text)) < SHORTEST_PASSWORD:
        raise BadValueError(
            say("the password has fewer than %(shortest_password)s characters", shortest_password=SHORTEST_PASSWORD)
        )


def _client(one: Overview) -> Client:
    return Client(one.account, one.balance.available, one.balance.held, one.tariff or "", one.parent or "")
