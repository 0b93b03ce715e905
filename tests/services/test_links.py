from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.clock import NOON
from tests.services.world import World
from tolmach.core.condition import Condition, LinkEvent, LinkState
from tolmach.core.moments import to_ms
from tolmach.services import links
from tolmach.services.administration import NotFoundError
from tolmach.store import links as stored
from tolmach.store.database import Tx

KNOWN = ("a", "b")


@pytest.fixture
def tx(world: World) -> Iterator[Tx]:
    """A transaction that may write."""
    with world.database.writer.begin() as opened:
        yield opened


def states(tx: Tx, seconds: float = 0) -> list[str]:
    return [view.state.value for view in links.overview(tx, KNOWN, NOON + timedelta(seconds=seconds))]


def test_states(tx: Tx) -> None:
    assert states(tx) == ["stale", "stale"]
    stored.report(tx, "a", Condition(up=True), to_ms(NOON))
    stored.report(tx, "b", Condition(up=False), to_ms(NOON))
    assert states(tx) == ["up", "down"]
    assert states(tx, 30) == ["up", "down"]
    assert states(tx, 31) == ["stale", "stale"]


def test_a_pause_is_shown_before_the_gateway_has_seen_it_and_so_is_its_end(tx: Tx) -> None:
    stored.report(tx, "a", Condition(up=True), to_ms(NOON))
    assert links.pause(tx, "a", KNOWN, NOON)
    assert not links.pause(tx, "a", KNOWN, NOON)
    assert states(tx)[0] == "paused"
    stored.report(tx, "a", Condition(up=True, paused=True), to_ms(NOON))
    assert states(tx)[0] == "paused"
    assert links.resume(tx, "a", KNOWN)
    assert states(tx)[0] == "up"
    assert not links.resume(tx, "a", KNOWN)


def test_unknown_links(tx: Tx) -> None:
    with pytest.raises(NotFoundError, match="there is no link 'aa'; did you mean a"):
        links.pause(tx, "aa", KNOWN, NOON)
    with pytest.raises(NotFoundError):
        links.resume(tx, "c", KNOWN)
    stored.pause(tx, "gone", 1)  # its settings are no more, and yet its pause can be ended
    assert links.resume(tx, "gone", KNOWN)


def test_events_and_what_is_unseen(tx: Tx) -> None:
    stored.happened(tx, "a", [LinkEvent("up")], to_ms(NOON))
    (one,) = links.events(tx, "a")
    assert (one.event, links.moment(one)) == (LinkEvent("up"), NOON)
    (view,) = links.unseen(["a"])
    assert (view.state, view.condition, view.at) == (LinkState.STALE, None, None)
