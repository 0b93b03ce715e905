from tolmach.store import linkhistory
from tolmach.store.database import Tx
from tolmach.store.linkhistory import KEPT, SPAN, Span


def test_processes_and_spans_are_put_together(tx: Tx) -> None:
    first, second = Span("a", SPAN, 10, 5, 4, 3, 2, 1), Span("a", 2 * SPAN, 1, 1, 1, 1, 1, 1)
    linkhistory.add(tx, [first, Span("b", SPAN, 1, 0, 0, 0, 0, 0)], "one", SPAN)
    linkhistory.add(tx, [first, second], "two", SPAN)
    linkhistory.add(tx, [first], "two", SPAN)  # a process that came back under its name
    assert linkhistory.of_link(tx, "a", 0, SPAN) == [Span("a", SPAN, 30, 15, 12, 9, 6, 3), second]
    assert linkhistory.of_link(tx, "a", 0, 3 * SPAN) == [Span("a", 0, 31, 16, 13, 10, 7, 4)]
    assert linkhistory.of_link(tx, "a", 2 * SPAN, SPAN) == [second]


def test_what_is_too_old_goes(tx: Tx) -> None:
    linkhistory.add(tx, [Span("a", SPAN, 1, 1, 0, 0, 0, 0)], "", SPAN)
    linkhistory.add(tx, [Span("a", KEPT + 2 * SPAN, 1, 1, 0, 0, 0, 0)], "", KEPT + 3 * SPAN)
    assert [one.at for one in linkhistory.of_link(tx, "a", 0, SPAN)] == [KEPT + 2 * SPAN]
