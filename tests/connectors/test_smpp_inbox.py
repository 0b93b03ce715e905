"""Receipts and their confirmations, without a wire."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.clock import NOON
from tests.connectors.smsc import Sink, eventually
from tolmach.codecs.smpp.bodies import Body, DataSm, DataSmResp, DeliverSm, DeliverSmResp
from tolmach.codecs.smpp.constants import Status as Code
from tolmach.connectors import smpp_inbox
from tolmach.connectors.smpp_inbox import Inbox, Letter
from tolmach.core.delivery import ProviderEvent, Receipt
from tolmach.core.status import Status


@dataclass(eq=False)
class Origin:
    """A connection that keeps what is answered."""

    answers: list[tuple[int, type, int]] = field(default_factory=list)
    flushes: int = 0

    def respond(self, sequence: int, body: Body, status: int) -> None:
        self.answers.append((sequence, type(body), status))

    def flush(self) -> None:
        self.flushes += 1


def letter(origin: Origin, sequence: int, body: Any = None) -> Letter:
    receipt = Receipt("carrier", str(sequence), Status.DELIVERED, NOON)
    return Letter(origin, sequence, body or DeliverSm(), receipt)


async def test_batches_and_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smpp_inbox, "BATCH", 2)
    monkeypatch.setattr(smpp_inbox, "MOST", 3)
    drained: list[bool] = []
    inbox = Inbox("carrier", lambda: drained.append(inbox.full))
    one, other, sink = Origin(), Origin(), Sink()
    for item in (letter(one, 1), letter(other, 2, DataSm()), letter(one, 3)):
        assert not inbox.full
        inbox.put(item)
    assert inbox.full
    running = asyncio.create_task(inbox.run(sink))
    await eventually(lambda: len(drained) == 2)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert one.answers == [(1, DeliverSmResp, 0), (3, DeliverSmResp, 0)]
    assert other.answers == [(2, DataSmResp, 0)]
    assert (one.flushes, other.flushes, sink.batches) == (2, 1, 2)
    assert [event.provider_id for event in sink.events] == ["1", "2", "3"]
    assert drained == [False, False]


async def test_what_can_never_be_stored_is_given_back_alone() -> None:
    stored: list[str] = []

    async def picky(events: Sequence[ProviderEvent]) -> None:
        names = [event.provider_id for event in events if isinstance(event, Receipt)]
        if "3" in names:
            raise ValueError("a bug")
        stored.extend(names)

    inbox, origin = Inbox("carrier", lambda: None), Origin()
    for number in range(1, 6):
        inbox.put(letter(origin, number))
    with capture_logs() as logs:
        running = asyncio.create_task(inbox.run(picky))
        await eventually(lambda: len(origin.answers) == 5)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert [status for _, _, status in sorted(origin.answers)] == [0, 0, Code.RX_T_APPN, 0, 0]
    assert (stored, inbox.unstored, len(logs)) == (["1", "2", "4", "5"], 1, 1)
