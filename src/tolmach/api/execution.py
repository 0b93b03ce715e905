"""Carrying out the command of a request for its caller: who asks, whether it is his turn, and then the command."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol, TypeVar

import structlog

from tolmach.api.asked import Asked
from tolmach.core.accounts import Credentials
from tolmach.core.commands import Command, SendMessages
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId, MessageId
from tolmach.core.limits import RequestLimits
from tolmach.core.results import Accepted, SendResult
from tolmach.services.access import Access, OutOfDateError, Principal
from tolmach.services.crowding import Crowding
from tolmach.services.dispatch import Dispatcher
from tolmach.services.paces import Paces
from tolmach.services.rates import PATIENCE, Rates
from tolmach.workers.tally import Tally

log = structlog.get_logger()

R = TypeVar("R")
T = TypeVar("T")

LONGEST_HELD = 8.0  # seconds that a refusal waits, when there is no room for longer than that
MOST_HELD = 64  # of an account's refusals; more are told at once, since each takes the place of a request in work


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, as his request tells it. ``open_to_blocked``: a blocked account may ask this."""

    credentials: Credentials
    remote: str
    dialect: str
    open_to_blocked: bool


class Execution(Protocol):
    """Carries out commands: in this process (`Executor`), or in another one (`tolmach.fronts`)."""

    async def execute(self, visitor: Visitor, command: Command[R], asked: Asked) -> R:
        """Return the command's result; raises RequestError, StoreUnavailableError, and LostAnswerError when nobody
        knows whether it was carried out.
        """
        ...

    async def recognise(self, visitor: Visitor, command: Command[Any], asked: Asked) -> None:
        """Find out whether a caller is one, for an error that only a known caller is told; raises as `execute`."""
        ...

    def refused(self, dialect: str, failure: Failure) -> None:
        """Count a request that was answered with an error."""
        ...


class Executor:
    """Carries out commands in this process."""

    def __init__(
        self, access: Access, dispatcher: Dispatcher, paces: Paces, limits: RequestLimits, tally: Tally | None = None
    ) -> None:
        self._access = access
        self._dispatcher = dispatcher
        self._paces = paces
        self._rates, self._messages = Rates(limits.rate), Rates(limits.messages, "messages")
        self._crowding = Crowding(limits.busy)
        self._held = Counter[AccountId]()  # refusals that wait
        self._most_held = max(1, limits.at_once // 2)  # of all accounts: the other places are for those who are served
        self._tally = tally or Tally()

    async def execute(self, visitor: Visitor, command: Command[R], asked: Asked) -> R:
        """Return the command's result."""

        async def carry_out(principal: Principal) -> R:
            result = await self._dispatcher.execute(principal, command, asked.kept)
            if isinstance(result, SendResult):
                _note(principal.account, result, asked)
            return result

        return await self._as_known(visitor, command, asked, carry_out)

    async def recognise(self, visitor: Visitor, command: Command[Any], asked: Asked) -> None:
        """Find out whether a caller is one."""
        await self._as_known(visitor, command, asked, self._dispatcher.recognise)

    def refused(self, dialect: str, failure: Failure) -> None:
        """Count a request that was answered with an error."""
        self._tally.refused[dialect, failure.value] += 1

    async def _as_known(
        self, visitor: Visitor, command: Command[Any], asked: Asked, do: Callable[[Principal], Awaitable[T]]
    ) -> T:
        """Do something for a caller; a remembered password that is out of date is compared anew, once."""
        while True:
            principal = await self._enter(visitor, command, asked)
            try:
                return await do(principal)
            except OutOfDateError:
                if not principal.remembered:
                    raise
                self._access.forget(principal)

    async def _enter(self, visitor: Visitor, command: Command[Any], asked: Asked) -> Principal:
        principal = await self._access.enter(
            visitor.credentials, visitor.remote, open_to_blocked=visitor.open_to_blocked, dialect=visitor.dialect
        )
        asked.entered(principal.account)
        try:
            await self._take_turn(principal.account, command)
        except RequestError as error:
            await self._hold(principal.account, error)
            raise
        return principal

    async def _take_turn(self, account: AccountId, command: Command[Any]) -> None:
        """Wait as long as the account is too fast; RequestError when it is much too fast."""
        now = asyncio.get_running_loop().time()
        own = await self._paces.of(account, now)
        messages = len(command.drafts) if isinstance(command, SendMessages) and not command.dry_run else 0
        wait = self._rates.wait(account, now, own.requests)
        if messages:
            wait = max(wait, self._messages.wait(account, now, own.messages))
        wait = max(wait, self._crowding.take(account, now, messages))
        # what was refused has had nothing
        self._rates.book(account, now, own=own.requests)
        self._messages.book(account, now, messages, own.messages)
        if wait:
            await asyncio.sleep(wait)

    async def _hold(self, account: AccountId, error: RequestError) -> None:
        """Refuse not before others have their turn: a client that is told at once asks again at once, and its long
        lists cost most before they are refused.
        """
        if self._held[account] < MOST_HELD and self._held.total() < self._most_held:
            seconds = min(max(PATIENCE, error.retry_after), LONGEST_HELD)
            self._held[account] += 1
            try:
                await asyncio.sleep(seconds)
            finally:
                self._held[account] -= 1
                if not self._held[account]:
                    del self._held[account]
            error.retry_after = max(1, ceil(error.retry_after - seconds))


def accepted(result: SendResult) -> list[MessageId]:
    """Return the messages that were taken."""
    return [item.id for item in result.items if isinstance(item, Accepted)]


def _note(account: AccountId, result: SendResult, asked: Asked) -> None:
    """Tie the request to its messages, whose ids every later line names."""
    if asked.span is None and not log.is_enabled_for(logging.DEBUG):
        return
    ids = accepted(result)
    if ids:
        log.debug("messages accepted", account=account, messages=ids)
        asked.took(ids)
