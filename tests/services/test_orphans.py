import pytest

from tests.services.visiting import person
from tests.services.world import LINK, World
from tolmach.codecs.smpp.receipt import IdForm
from tolmach.core.commands.pulse import ListOrphans, LookAtReceipts, RematchReceipts
from tolmach.core.delivery import Receipt, Sent
from tolmach.core.links import IdRules
from tolmach.core.results.pulse import OrphansPage
from tolmach.core.status import Status
from tolmach.core.users import Role
from tolmach.services import orphans
from tolmach.services.administration import BadValueError
from tolmach.store import rematching


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


async def test_the_desk_matches_them_by_other_rules(world: World) -> None:
    world.write(lambda tx: rematching.set_rules(tx, LINK, IdRules()))
    id_ = world.send()
    world.submit(Sent(("1d405f4c",)))
    receipt = Receipt(LINK, "490757964", Status.DELIVERED, world.clock.now(), "490757964", "")
    world.write(lambda tx: world.delivery.receive(tx, [receipt], world.clock.now()))
    root = await person(world, "root", Role.ADMIN, None)
    looked = await root.ask(LookAtReceipts(LINK, IdForm.HEX, IdForm.DECIMAL))
    assert (looked.seen, looked.matched, looked.examples) == (1, 1, [("490757964", "1d405f4c")])
    assert (len(look(world).rows), look(world).links) == (1, {LINK: IdRules()})
    assert await root.ask(RematchReceipts(LINK, IdForm.HEX, IdForm.DECIMAL)) == looked
    assert (look(world).rows, world.state(id_).status) == ([], Status.DELIVERED)
    world.check_books()
    with pytest.raises(BadValueError):
        await root.ask(LookAtReceipts("another"))
