from datetime import date, timedelta

from tests.services.visiting import person
from tests.services.world import World
from tolmach.core.commands.keys import AddKey, ListKeys, ListPayments, RevokeKey
from tolmach.core.results.keys import KeyRefusal
from tolmach.core.users import Role
from tolmach.services import tokens
from tolmach.services.keys import PAGE
from tolmach.store import ledger
from tolmach.store import tokens as stored
from tolmach.store.ledger import Entry, Movement


async def test_a_token_is_shown_once_and_works(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    made = await owner.ask(AddKey("crm", date(2026, 3, 3)))
    (key,) = (await owner.ask(ListKeys())).keys
    assert (key.name, key.expired, f"{key.expires_at:%Y-%m-%d %H:%M}") == ("crm", False, "2026-03-03 23:59")
    assert made.value not in repr(key)
    found = world.read(lambda tx: stored.by_digest(tx, tokens.digest(made.value)))
    assert found is not None
    assert found.account == world.demo
    world.clock.advance(timedelta(days=2))
    assert (await owner.ask(ListKeys())).keys[0].expired


async def test_what_cannot_be_made(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    await owner.ask(AddKey("crm"))
    for command, refusal in (
        (AddKey("crm"), KeyRefusal.TAKEN),
        (AddKey("a b"), KeyRefusal.BAD_NAME),
        (AddKey("old", date(2026, 3, 1)), KeyRefusal.PAST),
    ):
        made = await owner.ask(command)
        assert (made.value, made.refusal) == ("", refusal)


async def test_revoking_one_s_own_alone(world: World) -> None:
    owner, stranger = await person(world, "anna", Role.OWNER), await person(world, "igor", Role.OWNER, "other")
    await owner.ask(AddKey("crm"))
    assert not await stranger.ask(RevokeKey("crm"))
    assert await owner.ask(RevokeKey("crm"))
    assert not await owner.ask(RevokeKey("crm"))
    assert (await owner.ask(ListKeys())).keys == []


async def test_what_programs_call_the_account(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    found = await owner.ask(ListKeys())
    assert (found.login, found.client_number, found.sender) == ("demo", 1, "Tolmach")


async def test_payments_without_what_messages_cost(world: World) -> None:
    owner = await person(world, "anna", Role.VIEWER)
    world.send()
    entries = [Entry(world.demo, Movement.TOP_UP, number, 0, 0, note=f"{number}") for number in range(1, PAGE + 1)]
    entries.append(Entry(world.demo, Movement.TRANSFER, -5, 0, 0, note="to a client"))
    entries.append(Entry(world.other, Movement.TOP_UP, 777, 0, 0))
    world.write(lambda tx: ledger.append(tx, entries))
    first = await owner.ask(ListPayments())
    assert (first.rows[0].kind, first.rows[0].amount, first.rows[0].note) == ("transfer", -5, "to a client")
    second = await owner.ask(ListPayments(first.before))
    notes = [row.note for row in (*first.rows, *second.rows)]
    assert notes == ["to a client", *(f"{number}" for number in range(PAGE, 0, -1)), ""]
    assert second.before == 0
