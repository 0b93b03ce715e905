from datetime import timedelta

from tests.workers.stage import Link, Stage
from tolmach.core.condition import Condition
from tolmach.core.delivery import Lost, Refused, Sent
from tolmach.core.moments import to_ms
from tolmach.store import linkhistory
from tolmach.store.linkhistory import SPAN, Span
from tolmach.workers.health import HealthWorker
from tolmach.workers.linkhistory import LinkHistory
from tolmach.workers.links import Links
from tolmach.workers.tally import Tally

UP, DOWN, PAUSED = Condition(up=True), Condition(up=False), Condition(up=True, paused=True)


def test_a_span_is_told_when_it_is_over() -> None:
    history, tally = LinkHistory(), Tally()
    assert history.look({"a": UP, "b": DOWN}, tally, SPAN) == []
    for outcome in (Sent(("1",)), Sent(("2",)), Refused("x", permanent=True), Lost("y")):
        tally.submitted("a", outcome)
    assert history.look({"a": PAUSED}, tally, 2 * SPAN - 1) == []
    assert history.look({"a": UP}, tally, 2 * SPAN) == [
        Span("a", SPAN, 2, 1, 2, 1, 1, 0),
        Span("b", SPAN, 1, 0, 0, 0, 0, 0),
    ]
    tally.submitted("a", Sent(("3",)))
    assert history.look({}, tally, 3 * SPAN) == [Span("a", 2 * SPAN, 1, 1, 1, 0, 0, 0)]


async def test_it_is_stored_with_the_health_of_links(stage: Stage) -> None:
    health = HealthWorker(stage.database, Links([Link("a")], stage.clock), stage.clock)
    start = to_ms(stage.clock.now())
    for _ in range(3):
        await health.turn()
        stage.clock.advance(timedelta(minutes=2))
    await health.turn()
    found = stage.database.read_now(lambda tx: linkhistory.of_link(tx, "a", 0, SPAN))
    assert found == [Span("a", start, 3, 3, 0, 0, 0, 0)]
