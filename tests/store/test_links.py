from tolmach.core.condition import Condition, LinkEvent
from tolmach.store import links
from tolmach.store.database import Tx
from tolmach.store.links import MOST_EVENTS, Happened, Reported


def test_only_the_last_report_is_kept(tx: Tx) -> None:
    for moment, up in enumerate((True, False)):
        links.report(tx, "a", Condition(up=up, counters={"sent": moment}), moment)
    links.report(tx, "b", Condition(up=True), 5)
    assert links.reports(tx) == {
        "a": Reported(1, Condition(up=False, counters={"sent": 1})),
        "b": Reported(5, Condition(up=True)),
    }


def test_the_last_events_of_each_link_are_kept(tx: Tx) -> None:
    links.happened(tx, "b", [LinkEvent("up")], 1)
    for moment in range(MOST_EVENTS):
        links.happened(tx, "a", [LinkEvent("lost", "x" * 300), LinkEvent("bound", str(moment))], moment)
    links.happened(tx, "a", [], 7)
    found = links.events_of(tx, "a", 1000)
    assert len(found) == MOST_EVENTS
    assert found[0] == Happened(MOST_EVENTS - 1, LinkEvent("bound", str(MOST_EVENTS - 1)))
    assert found[1].event.detail == "x" * 255
    assert links.events_of(tx, "b") == [Happened(1, LinkEvent("up"))]


def test_pauses(tx: Tx) -> None:
    assert [links.pause(tx, "a", 1), links.pause(tx, "a", 2)] == [True, False]
    assert links.paused(tx) == {"a"}
    assert [links.resume(tx, "a"), links.resume(tx, "a")] == [True, False]
    assert links.paused(tx) == frozenset()
