"""One door for every command: who may, which function, which transaction."""

from datetime import datetime
from typing import Protocol, TypeVar, cast

from tolmach.core.accounts import Account
from tolmach.core.clock import Clock
from tolmach.core.commands import (
    CancelCampaign,
    Command,
    GetBalance,
    GetCampaign,
    GetStates,
    GetTime,
    ListCampaigns,
    ListSenders,
    SendMessages,
)
from tolmach.core.results import SendResult
from tolmach.services import campaigns, enquiries
from tolmach.services.access import Principal, confirm
from tolmach.services.catalogue import Catalogue, Snapshot
from tolmach.services.delivery import Delivery
from tolmach.store.database import Database, Tx

R = TypeVar("R")


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
        now = self._clock.now()

        def run(tx: Tx) -> object:
            snapshot = self._catalogue.at(tx)
            account = confirm(tx, snapshot, principal)
            if isinstance(command, CancelCampaign):
                return campaigns.cancel_campaign(tx, self._delivery, account, command, now)
            return _enquire(tx, snapshot, account, command, now)

        if isinstance(command, CancelCampaign) and not command.dry_run:
            return cast(R, await self._database.write(run))
        return cast(R, await self._database.read(run))

    async def recognise(self, principal: Principal) -> None:
        """Confirm a caller without a command: for errors that are told only to a known caller."""
        await self._database.read(lambda tx: confirm(tx, self._catalogue.at(tx), principal))


def _enquire(tx: Tx, snapshot: Snapshot, account: Account, command: Command[R], now: datetime) -> object:
    match command:
        case GetStates():
            return enquiries.get_states(tx, account, command)
        case GetBalance():
            return enquiries.get_balance(tx, snapshot, account, command)
        case ListSenders():
            return enquiries.list_senders(tx, snapshot, account, command)
        case GetTime():
            return enquiries.get_time(account, command, now)
        case ListCampaigns():
            return campaigns.list_campaigns(tx, account, command)
        case GetCampaign():
            return campaigns.get_campaign(tx, account, command)
    raise TypeError(f"no handler for {type(command).__name__}")
