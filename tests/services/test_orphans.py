import pytest

from tests.services.world import World
from tolmach.core.commands.pulse import ListOrphans
from tolmach.core.results.pulse import OrphansPage
from tolmach.core.status import Status
from tolmach.services import orphans


def look(world: World, **asked: object) -> OrphansPage:
    return world.read(lambda tx: orphans.listing(tx, ListOrphans(**asked), world.clock.now()))  # type: ignore[arg-type]


def test_receipts_that_nothing_answers_to_are_shown_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "PAGE", 2)
    world.receive(*[(name, Status.DELIVERED) for name in "abc"])
    page = look(world)
    assert [(one.link, one.provider_id, one.status) for one in page.rows] == [
        ("carrier", "c", Status.DELIVERED),
        ("carrier", "b", Status.DELIVERED),
    ]
    rest = look(world, before=page.before)
    assert ([one.provider_id for one in rest.rows], rest.before) == (["a"], 0)
    assert rest.rows[0].received_at == world.clock.now()
    assert look(world, link="another").rows == []
