"""One door for every command: who may, which function, which transaction."""

from typing import Protocol, TypeVar, cast

from tolmach.core.clock import Clock
from tolmach.core.commands import Command, SendMessages
from tolmach.core.results import SendResult
from tolmach.services import bases, campaigns, enquiries, numbering, patterns, registry, senders, subscribers
from tolmach.services.access import Principal, confirm
from tolmach.services.catalogue import Catalogue
from tolmach.services.context import Context, Handlers
from tolmach.services.delivery import Delivery
from tolmach.store.database import Database, Tx

R = TypeVar("R")

READERS: Handlers = {
    **enquiries.READERS,
    **campaigns.READERS,
    **bases.READERS,
    **subscribers.READERS,
    **numbering.READERS,
    **patterns.READERS,
    **registry.READERS,
}
"""Commands that change nothing, with what answers them."""

WRITERS: Handlers = {
    **campaigns.WRITERS,
    **bases.WRITERS,
    **subscribers.WRITERS,
    **senders.WRITERS,
    **patterns.WRITERS,
    **registry.WRITERS,
}
"""Commands that change something; a dry run of one runs in a transaction that only reads."""


class Intake(Protocol):
    """Takes send commands in batches (`tolmach.workers.intake`)."""

    async def send(self, principal: Principal, command: SendMessages) -> SendResult:
        """Return once the messages are committed; raises `RequestError`."""
        ...


class Dispatcher:
    """Carries out any command for an authenticated caller."""

    def __init__(
        self, database: Database, catalogue: Catalogue, delivery: Delivery, intake: Intake, clock: Clock
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._delivery = delivery
        self._intake = intake
        self._clock = clock

    async def execute(self, principal: Principal, command: Command[R]) -> R:
        """Return the command's result; raises `RequestError` for failures of the whole request."""
        if isinstance(command, SendMessages):
            return cast(R, await self._intake.send(principal, command))
        handler = WRITERS.get(type(command))
        writes = handler is not None and not getattr(command, "dry_run", False)
        answer = handler or READERS.get(type(command))
        if answer is None:
            raise TypeError(f"no handler for {type(command).__name__}")
        now = self._clock.now()

        def run(tx: Tx) -> object:
            snapshot = self._catalogue.at(tx)
            account = confirm(tx, snapshot, principal)
            return answer(Context(tx, snapshot, account, now, self._delivery), command)

        return cast(R, await (self._database.write(run) if writes else self._database.read(run)))

    async def recognise(self, principal: Principal) -> None:
        """Confirm a caller without a command: for errors that are told only to a known caller."""
        await self._database.read(lambda tx: confirm(tx, self._catalogue.at(tx), principal))
