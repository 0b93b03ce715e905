"""One door for what people ask through pages: who they are, what their role may, and the audit log.

Three kinds of commands: about the caller himself (`tolmach.services.selfservice`), about the operator's affairs
(`DESK`), and those of an account, which go through the same dispatcher as those of the protocols.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

from tolmach.core.clock import Clock
from tolmach.core.commands import Command, GetCallbackUrl, SendMessages
from tolmach.core.commands.addedlinks import AddLink, ChangeLink
from tolmach.core.commands.callbacklog import TryCallback
from tolmach.core.commands.clientele import AddClient, SetClientPassword
from tolmach.core.commands.composing import ComposeMessages, ExpandComposition
from tolmach.core.commands.users import AddUser, ChangePassword, DropSecondFactor, EditUser
from tolmach.core.drafts import Group
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.results import SendItem, SendResult
from tolmach.core.results.callbacklog import CallbackTrial
from tolmach.core.results.composing import ComposeResult
from tolmach.core.results.users import SelfChange
from tolmach.core.users import Role
from tolmach.services import audits, compositions, linkdrafts, passwords, roles, selfservice
from tolmach.services.access import Principal, Visit
from tolmach.services.callbacktrials import CallbackTrials
from tolmach.services.catalogue import Catalogue
from tolmach.services.context import PersonContext
from tolmach.services.delivery import Delivery
from tolmach.services.desk import DESK
from tolmach.services.dispatch import WRITERS, Dispatcher
from tolmach.services.entrance import Visitor
from tolmach.services.guesses import Guesses
from tolmach.services.installation import Installation
from tolmach.store import accounts
from tolmach.store.database import Database, Tx

R = TypeVar("R")

DIALECT = "web"
LOOKED_AT = 1_000  # recipients, to see what a composition costs
TOGETHER = 2_000  # messages in one transaction
GUESSES = 5  # wrong passwords a minute from somebody who is signed in


NEW_PASSWORDS = frozenset({AddUser, EditUser, ChangePassword, AddClient, SetClientPassword})


class ForbiddenError(Exception):
    """The caller's role does not allow what he asks."""


class Reception:
    """Carries out commands for people who are signed in."""

    def __init__(
        self, database: Database, dispatcher: Dispatcher, catalogue: Catalogue, delivery: Delivery, clock: Clock
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._catalogue = catalogue
        self._delivery = delivery
        self._clock = clock
        self._guesses = Guesses(GUESSES)
        self.installation = Installation()
        self.trials: CallbackTrials | None = None
        self.changed: Callable[[], None] = lambda: None
        """Called after something was changed: workers that sleep may have work now."""

    def may(self, visitor: Visitor, kind: type[Command[Any]]) -> bool:
        """Tell whether somebody may give a command here: pages do not offer what is refused."""
        if kind in selfservice.READERS or kind in selfservice.WRITERS:
            return True
        desk = DESK.get(kind)
        if desk is not None:
            role = visitor.user.role
            return visitor.user.account is None and (role is Role.ADMIN or role in desk.roles)
        return visitor.account is not None and roles.may(visitor.role, kind)

    async def execute(self, visitor: Visitor, command: Command[R]) -> R:
        """Return the command's result; raises `ForbiddenError` and `RequestError`."""
        kind = type(command)
        if not self.may(visitor, kind):
            raise ForbiddenError(kind.__name__)
        refused = await self._prove(visitor, command)
        if refused is not None:
            return cast(R, refused)
        command = await self._prepared(command)
        if isinstance(command, ComposeMessages | TryCallback):
            work = self._compose(visitor, command) if isinstance(command, ComposeMessages) else self._try(visitor)
            return cast(R, await work)
        if kind in selfservice.WRITERS:
            return await self._as_person(visitor, command, selfservice.WRITERS[kind], writes=True)
        if kind in selfservice.READERS:
            return await self._as_person(visitor, command, selfservice.READERS[kind], writes=False)
        if kind in DESK:
            return await self._as_person(visitor, command, DESK[kind].handler, writes=DESK[kind].writes)
        return await self._dispatcher.execute(_principal(visitor, kind), command)

    async def _compose(self, visitor: Visitor, command: ComposeMessages) -> ComposeResult:
        """Send to everybody at once, or see what the first of them would cost; several make a campaign."""
        who = _principal(visitor, type(command))
        limit = LOOKED_AT if command.dry_run else 0
        everybody = await self._dispatcher.execute(who, ExpandComposition(command.composition))
        drafts = everybody[: limit or None]
        group = Group(None) if len(everybody) > 1 else None
        items: list[SendItem] = []
        sent: SendResult | None = None
        for start in range(0, len(drafts), TOGETHER):
            once = command.once if start == 0 and not command.dry_run else ""
            piece = tuple(drafts[start : start + TOGETHER])
            send = SendMessages(piece, DIALECT, group, dry_run=command.dry_run, once=once)
            answer = await self._dispatcher.execute(who, send)
            sent = sent or answer
            if group is not None and answer.campaign is not None and not command.dry_run:
                group = Group(answer.campaign.key)
            items += answer.items
        put_off = sum(draft.due != command.composition.due for draft in everybody)
        result = replace(compositions.summed(everybody, items), put_off=put_off)
        if sent is None:
            return result
        campaign = sent.campaign.id or None if sent.campaign is not None and not command.dry_run else None
        return replace(result, sends_at=sent.sends_at, campaign=campaign)

    async def _try(self, visitor: Visitor) -> CallbackTrial:
        """Post a made-up status to the account's address."""
        if self.trials is None:
            raise RequestError(Failure.INTERNAL, "callbacks are not tried here")
        who = _principal(visitor, TryCallback)
        url = (await self._dispatcher.execute(who, GetCallbackUrl())).url
        return await self.trials.make(who.account, url, visitor.zone)

    async def _prepared(self, command: Command[R]) -> Command[R]:
        """Do what takes long before anybody waits for the database: hash a password, look up where a link leads."""
        if type(command) in NEW_PASSWORDS:
            return await asyncio.to_thread(_concealed, command)
        if isinstance(command, AddLink | ChangeLink):
            await self.installation.admit_host(linkdrafts.host_of(command.definition))
        return command

    async def _prove(self, visitor: Visitor, command: Command[Any]) -> SelfChange | None:
        """Compare the password that some commands ask for again; None: it was right, or none is asked for."""
        shown = {ChangePassword: "old", DropSecondFactor: "password"}.get(type(command))
        if shown is None:
            return None
        key, now = [f"user {visitor.user.id}"], self._clock.now()
        if self._guesses.exhausted(key, now):
            return SelfChange.WRONG_PASSWORD
        if await asyncio.to_thread(passwords.matches, visitor.user.password_hash, getattr(command, shown)):
            return None
        self._guesses.add(key, now)
        return SelfChange.WRONG_PASSWORD

    async def _as_person(self, visitor: Visitor, command: Command[R], handler: Any, *, writes: bool) -> R:
        now = self._clock.now()

        def run(tx: Tx) -> object:
            context = PersonContext(
                tx=tx,
                snapshot=self._catalogue.at(tx),
                user=visitor.user,
                session=visitor.session,
                remote=visitor.remote,
                account=visitor.account,
                now=now,
                delivery=self._delivery,
                installation=self.installation,
            )
            result = handler(context, command)
            if writes and audits.changed(command, result):
                what = (audits.action(command), audits.detail(command))
                user = visitor.user
                audits.note(tx, now, (user.id, user.login), _owner(tx, visitor, command), what, visitor.remote)
            return result

        if not writes:
            return cast(R, await self._database.read(run))
        found = cast(R, await self._database.write(run))
        self.changed()
        return found


def _owner(tx: Tx, visitor: Visitor, command: Command[Any]) -> AccountId | None:
    """Return the account whose audit log a change belongs to: the caller's, or the one that the staff changed."""
    if visitor.user.account is not None:
        return visitor.user.account
    login = getattr(command, "login", "") if type(command) in DESK else ""
    account = accounts.by_login(tx, login) if login else None
    return None if account is None else account.id


def _principal(visitor: Visitor, kind: type[Command[Any]]) -> Principal:
    """Return the caller as the dispatcher knows callers. A blocked account may look, and change nothing."""
    assert visitor.account is not None
    user = visitor.user
    return Principal(
        account=visitor.account,
        password_hash="",
        remote=visitor.remote,
        open_to_blocked=kind not in (*WRITERS, SendMessages, ComposeMessages),
        digest=b"",
        visit=Visit(visitor.session.digest, user.id, user.login),
    )


def _concealed(command: Command[R]) -> Command[R]:
    """Return a command with the hash of its new password: argon2 is slow, and one thread writes for everybody."""
    if isinstance(command, AddUser | AddClient | SetClientPassword):
        hashed: Command[Any] = replace(command, password_hash=passwords.conceal(command.password))
    elif isinstance(command, EditUser) and command.password is not None:
        hashed = replace(command, password_hash=passwords.conceal(command.password))
    elif isinstance(command, ChangePassword):
        hashed = replace(command, password_hash=passwords.conceal(command.new))
    else:
        return command
    return cast(Command[R], hashed)
