from datetime import datetime, timedelta

import pytest

from tests.services.world import World, command, draft
from tolmach.core.content import Channel
from tolmach.core.delivery import Busy
from tolmach.core.errors import Failure, RequestError
from tolmach.core.limits import FullLinks, LinkBound
from tolmach.core.moments import to_ms
from tolmach.core.route import Conditions, Rule, Target
from tolmach.core.timezones import to_wall
from tolmach.services import linkqueues, routing
from tolmach.services.acceptance import Order, accept
from tolmach.services.delivery import Delivery, Submitted
from tolmach.store import queue
from tolmach.store.database import Tx

SMS = frozenset({Channel.SMS})
LINKS = [LinkBound("north", SMS, 10), LinkBound("south", SMS | {Channel.VIBER}), LinkBound("west", SMS)]


def count(world: World) -> dict[str, int]:
    def ask(tx: Tx) -> dict[str, int]:
        return dict(linkqueues.waiting(tx, world.catalogue.at(tx), LINKS, to_ms(world.clock.now())))

    return world.read(ask)


def rule(prefix: str, *links: str) -> Rule:
    return Rule(0, 0, Conditions(prefix=prefix), tuple(Target(link) for link in links))


def test_without_rules_everything_of_a_channel_waits_for_its_links(world: World) -> None:
    assert count(world) == {"north": 0, "south": 0, "west": 0}
    world.result(command(draft(), draft()))
    assert count(world) == {"north": 2, "south": 2, "west": 2}


def test_rules_say_which_links_wait_for_what(world: World) -> None:
    world.write(lambda tx: routing.add(tx, rule("7916", "north"), None))
    world.write(lambda tx: routing.add(tx, rule("7917", "north", "west", "gone"), None))
    world.result(command(draft("79161234500"), draft("79161234501"), draft("79171234502"), draft("79031234503")))
    assert count(world) == {"north": 4, "south": 1, "west": 2}


def test_what_was_put_off_waits_and_what_is_in_hand_or_of_the_future_does_not(world: World) -> None:
    soon = to_wall(world.clock.now() + timedelta(seconds=90), "Europe/Moscow").replace(tzinfo=None)
    delivery = Delivery(world.catalogue, timedelta(minutes=5))
    world.result(command(draft(), draft(), draft(due=soon)))
    _, claimed = world.write(lambda tx: delivery.claim(tx, "worker", world.clock.now(), 2))
    assert count(world)["north"] == 0
    busy = [Submitted(one, "", Busy(60), to_ms(world.clock.now())) for one in claimed[:1]]
    world.write(lambda tx: delivery.settle(tx, busy, world.clock.now()))
    assert count(world)["north"] == 1


def test_many_are_counted_by_some_of_them(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkqueues, "SAMPLE", 20)
    world.write(lambda tx: routing.add(tx, rule("7916", "north"), None))
    world.result(command(*[draft(f"7916123{number:04}") for number in range(100)]))
    assert count(world) == {"north": 100, "south": 0, "west": 0}
    assert len(world.read(lambda tx: queue.sample(tx, to_ms(world.clock.now()), 5, 40))) == 20


FULL = FullLinks(frozenset({"north"}), linkqueues.carriers(LINKS))


def refused(world: World, *phones: str, full: FullLinks = FULL, dry_run: bool = False, key: str | None = None) -> str:
    """Return why a command for these phones is refused; "" when it is taken."""
    order = Order(world.principal(), command(*(draft(phone, key=key) for phone in phones), dry_run=dry_run))
    now = world.clock.now()
    (answer,) = world.write(lambda tx: accept(tx, world.catalogue, [order], now, full))
    if isinstance(answer, RequestError):
        assert (answer.failure, answer.retry_after) == (Failure.BUSY, 30)
        return answer.detail
    return ""


def test_what_only_full_links_can_carry_is_refused_whole(world: World) -> None:
    assert refused(world, "79161234500", key="1") == ""  # any link of the channel carries it
    world.write(lambda tx: routing.add(tx, rule("7916", "north"), None))
    world.write(lambda tx: routing.add(tx, rule("7917", "north", "west"), None))
    before = world.read(lambda tx: queue.waiting(tx, to_ms(now_of(world))))
    assert refused(world, "79161234501") == "too many messages wait for north"
    assert refused(world, "79031234500", "79161234501") == "too many messages wait for north"
    assert world.read(lambda tx: queue.waiting(tx, to_ms(now_of(world)))) == before
    assert refused(world, "79171234500") == ""
    assert refused(world, "79161234501", dry_run=True) == ""
    assert refused(world, "79161234500", key="1") == ""  # a repeat: it is answered as before
    assert refused(world, "no number") == ""  # refused by itself
    all_full = FullLinks(frozenset({"north", "south", "west"}), FULL.of_channel)
    assert refused(world, "79031234500", full=all_full) == "too many messages wait for north, south, west"


def now_of(world: World) -> datetime:
    return world.clock.now()
