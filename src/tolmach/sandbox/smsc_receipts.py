"""Receipts on their way back: how one is written, and the mailbox from which a system gets its own.

Each receipt is sent, in the order of due moments, to a session of its system that can receive; it stays owed until it
is acknowledged, so it comes again after a lost connection, a refusal, silence or a restart.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from tolmach.codecs.smpp import receipt, tlv
from tolmach.codecs.smpp.bodies import DataSm, DeliverSm
from tolmach.codecs.smpp.constants import EsmClass, MessageState, Status
from tolmach.codecs.smpp.receipt import ReceiptFields
from tolmach.codecs.smpp.tlv import Tag
from tolmach.core.clock import Clock
from tolmach.sandbox import smsc_written
from tolmach.sandbox.faults import Carriage, FaultBook, Faults, IdForm, spell
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc_message import DueReceipts, Owed
from tolmach.sandbox.smsc_tables import Tables

BATCH: Final = 500
AGAIN: Final = timedelta(seconds=5)
"""Pause before a receipt that was refused or not answered comes again."""
RETRY: Final = timedelta(seconds=1)

_FINAL_REFUSALS = frozenset({Status.RX_P_APPN, Status.RX_R_APPN})  # 5.1.3: do not send it again
_ERRORS = {MessageState.UNDELIVERABLE: "001", MessageState.EXPIRED: "002", MessageState.DELETED: "003"}

_log = structlog.get_logger(__name__)


class Receiver(Protocol):
    """A session that can receive."""

    @property
    def room(self) -> int:
        """Receipts that it takes now."""
        ...

    def send(self, body: DeliverSm | DataSm, tag: int | None) -> None:
        """Send one; the answer to a tag comes back to the mailbox. Call only while there is room."""
        ...

    def flush(self) -> None:
        """Write what was sent."""
        ...


def render(owed: Owed, faults: Faults) -> DeliverSm | DataSm:
    """Return a receipt, or what a phone's owner wrote, as the system gets it."""
    if owed.written:
        return smsc_written.render(owed, faults)
    good = owed.state is MessageState.DELIVERED
    fields = ReceiptFields(
        state=owed.state,
        text_id=spell(owed.id, faults.text_ids),
        submitted=owed.submitted,
        done=owed.done,
        sub=1,
        dlvrd=int(good),
        err=_ERRORS.get(owed.state, "000"),
        text=owed.excerpt,
    )
    words = receipt.render(fields)
    text = (words if faults.text_ids is not IdForm.NONE else words.removeprefix("id: ")).encode("ascii", "replace")
    tlvs = [tlv.make(Tag.MESSAGE_STATE, int(owed.state))]
    if faults.tlv_ids is not IdForm.NONE:
        tlvs.append(tlv.make(Tag.RECEIPTED_MESSAGE_ID, spell(owed.id, faults.tlv_ids)))
    ends = (*owed.recipient, *owed.source)  # the other way round: it comes from the phone
    if faults.receipts_as is Carriage.DATA_SM:
        tlvs.append(tlv.make(Tag.MESSAGE_PAYLOAD, text))
        return DataSm("", *ends, esm_class=EsmClass.RECEIPT, tlvs=tuple(tlvs))
    return DeliverSm("", *ends, esm_class=EsmClass.RECEIPT, short_message=text, tlvs=tuple(tlvs))


class Mailbox:
    """The receipts of one system."""

    def __init__(self, system: str, phones: Phones, tables: Tables, clock: Clock, faults: FaultBook) -> None:
        self.system = system
        self.sent = self.acknowledged = 0
        self._phones = phones
        self._tables = tables
        self._clock = clock
        self._faults = faults
        self._receivers: list[Receiver] = []
        self._held: set[int] = set()  # sent, and not settled in the file
        self._done: list[int] = []
        self._later: list[tuple[int, datetime]] = []
        self._after: dict[int, Callable[[], None]] = {}
        self._news = asyncio.Event()
        self._rests_until: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether a session is there to receive."""
        return bool(self._receivers)

    def enter(self, receiver: Receiver) -> None:
        """A session can receive from now on."""
        self._receivers.append(receiver)
        self._news.set()

    def leave(self, receiver: Receiver) -> None:
        """A session is gone."""
        if receiver in self._receivers:
            self._receivers.remove(receiver)
        if not self._receivers:
            self._release(list(self._after))

    def due_at(self, moment: datetime) -> None:
        """A receipt will be due then."""
        if self._rests_until is None or moment < self._rests_until:
            self._news.set()

    def after_sending(self, row: int, action: Callable[[], None]) -> None:
        """Do something once this receipt was sent, or at once when nobody is there to receive it."""
        if self._receivers and row not in self._held:
            self._after[row] = action
        else:
            action()

    def answered(self, row: int, status: int | None) -> None:
        """A receipt was answered with this command_status, or (None) its answer did not come in time."""
        if row not in self._held:
            return
        if status == Status.ROK or status in _FINAL_REFUSALS:
            self.acknowledged += status == Status.ROK
            self._done.append(row)
        else:
            self._later.append((row, self._clock.now() + AGAIN))
        self._news.set()

    def returned(self, row: int) -> None:
        """A receipt was on a connection that is gone: the next session gets it."""
        if row in self._held:
            self._later.append((row, self._clock.now()))
            self._news.set()

    def roomy(self) -> None:
        """A session takes more than before."""
        self._news.set()

    async def run(self) -> None:
        """Send receipts as they fall due, until cancelled."""
        while True:
            self._news.clear()
            self._rests_until = None
            try:
                due = await self._exchange()
                sent = self._send(due.receipts)
            except Exception as error:
                # the shell loop: whatever failed, the receipts are still stored and still owed
                _log.warning("smsc-receipts-delayed", system=self.system, error=repr(error))
                await self._clock.sleep_until(self._clock.now() + RETRY)
                continue
            if not sent:
                await self._rest(due.next_at)

    async def settle(self) -> None:
        """Store what was acknowledged, when nothing more will be sent. Raises StorageError."""
        self._receivers.clear()
        await self._exchange()

    async def _exchange(self) -> DueReceipts:
        done, self._done = self._done, []
        later, self._later = self._later, []
        room = min(BATCH, sum([receiver.room for receiver in self._receivers]))
        limit = room + len(self._held) if room else 0
        now = self._clock.now()
        try:
            due = await self._phones.work(lambda _: self._tables.exchange(self.system, done, later, now, limit))
        except BaseException:
            self._done += done
            self._later += later
            raise
        self._held.difference_update(done, [row for row, _ in later])
        fresh = [one for one in due.receipts if one.row not in self._held]
        return DueReceipts(fresh, due.next_at if self._receivers else None)

    def _send(self, receipts: Sequence[Owed]) -> bool:
        """Send what there is room for, to the session with the most room first; say whether anything went."""
        faults = self._faults.of(self.system)
        sent: list[int] = []
        for one in receipts:
            receiver = max(self._receivers, key=lambda each: each.room, default=None)
            if receiver is None or not receiver.room:
                break
            body = render(one, faults)
            receiver.send(body, one.row)
            self._held.add(one.row)
            sent.append(one.row)
            if self._faults.strikes(faults.duplicate_receipts) and receiver.room:
                receiver.send(body, None)
        self.sent += len(sent)
        for receiver in self._receivers if sent else ():
            receiver.flush()
        self._release(sent)
        return bool(sent)

    def _release(self, rows: Sequence[int]) -> None:
        if self._after:
            for row in rows:
                action = self._after.pop(row, None)
                if action is not None:
                    action()

    async def _rest(self, until: datetime | None) -> None:
        """Wait for the moment or for news; ``None`` waits for news alone."""
        self._rests_until = until
        if until is None:
            await self._news.wait()
            return
        waits: list[asyncio.Task[object]] = [
            asyncio.create_task(self._news.wait()),
            asyncio.create_task(self._clock.sleep_until(until)),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
