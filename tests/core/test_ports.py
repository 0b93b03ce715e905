from collections.abc import Iterable, Sequence
from typing import Any

from tests.clock import NOON
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Outcome, ProviderEvent, Receipt, Sent, Submission
from tolmach.core.ids import LegId
from tolmach.core.ports import Connector, EventSink
from tolmach.core.status import Status


class Loopback:
    """The smallest carrier: takes everything and delivers it when it runs."""

    name = "loopback"
    channels = frozenset({Channel.SMS})
    room = 500
    grain = 500
    up = True
    held = False

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def run(self, sink: EventSink) -> None:
        await sink([Receipt(self.name, id_, Status.DELIVERED, NOON) for id_ in self.taken])

    async def submit(self, batch: Sequence[Submission]) -> Sequence[Outcome]:
        self.taken += [str(submission.leg) for submission in batch]
        return [Sent((str(submission.leg),)) for submission in batch]

    def stored(self, legs: Iterable[LegId]) -> None:
        pass


async def test_a_carrier_answers_in_order_and_hands_over_what_it_hears() -> None:
    link: Connector = Loopback()
    heard: list[Any] = []

    async def sink(events: Sequence[ProviderEvent]) -> None:
        heard.extend(events)

    legs = [
        Submission(LegId(id_), "79031234567", "Tolmach", Channel.SMS, SmsText("a"), 1, NOON) for id_ in (21, 11, 31)
    ]
    assert await link.submit(legs) == [Sent(("21",)), Sent(("11",)), Sent(("31",))]
    await link.run(sink)
    assert [event.provider_id for event in heard] == ["21", "11", "31"]
    assert link.channels == {Channel.SMS}
