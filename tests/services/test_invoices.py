from tests.services.visiting import Person, person
from tests.services.world import World
from tolmach.core.commands.invoices import (
    AskInvoice,
    CancelInvoice,
    GetInvoice,
    ListEveryInvoice,
    ListInvoices,
    SettleInvoice,
)
from tolmach.core.ids import LARGEST as LARGEST_ID
from tolmach.core.money import Money
from tolmach.core.results.invoices import InvoiceRefusal, InvoiceState
from tolmach.core.users import Role
from tolmach.services.invoices import LARGEST, MOST_OPEN, PAGE
from tolmach.store import ledger
from tolmach.store.ledger import Movement, Wanted

AMOUNT = Money(12_340_000)


async def asked(owner: Person, note: str = "") -> int:
    number = await owner.ask(AskInvoice(AMOUNT, note))
    assert not isinstance(number, InvoiceRefusal)
    return number


async def test_a_paid_invoice_is_one_top_up(world: World) -> None:
    owner, cashier = await person(world, "anna", Role.OWNER), await person(world, "cash", Role.FINANCE, None)
    number = await asked(owner, "March")
    (found,) = (await cashier.ask(ListEveryInvoice())).rows
    assert (found.id, found.login, found.amount, found.note, found.created_by) == (
        number,
        "demo",
        AMOUNT,
        "March",
        "anna",
    )
    before = world.money()[0]
    assert [await cashier.ask(SettleInvoice("demo", number)) for _ in range(2)] == [True, False]
    assert world.money()[0] == before + AMOUNT
    world.check_books()
    paid = await owner.ask(GetInvoice(number))
    assert paid is not None
    assert (paid.state, paid.settled_by, paid.settled_at) == (InvoiceState.PAID, "cash", world.clock.now())
    assert not await owner.ask(CancelInvoice(number))
    assert list((await cashier.ask(ListEveryInvoice())).rows) == []
    wanted = Wanted(world.demo, Movement.TOP_UP, 0, LARGEST_ID)
    assert [entry.note for _, entry in world.read(lambda tx: ledger.page(tx, wanted, 1))] == [f"invoice {number}"]


async def test_a_cancelled_invoice_is_never_paid(world: World) -> None:
    owner, cashier = await person(world, "anna", Role.OWNER), await person(world, "cash", Role.FINANCE, None)
    first, second = await asked(owner), await asked(owner)
    before = world.money()
    assert await owner.ask(CancelInvoice(first))
    assert await cashier.ask(SettleInvoice("demo", second, cancel=True))
    assert not await cashier.ask(SettleInvoice("demo", first))
    assert not await cashier.ask(SettleInvoice("demo", 999))
    assert world.money() == before


async def test_what_is_no_invoice(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    for amount in (None, Money(0), Money(-1), Money(LARGEST + 1)):
        assert await owner.ask(AskInvoice(amount)) is InvoiceRefusal.BAD_AMOUNT
    for note in ("x" * 201, "a\nb"):
        assert await owner.ask(AskInvoice(AMOUNT, note)) is InvoiceRefusal.BAD_NOTE
    for _ in range(MOST_OPEN):
        await asked(owner)
    assert await owner.ask(AskInvoice(AMOUNT)) is InvoiceRefusal.TOO_MANY


async def test_invoices_of_others_are_not_there(world: World) -> None:
    owner, stranger = await person(world, "anna", Role.OWNER), await person(world, "igor", Role.OWNER, "other")
    cashier = await person(world, "cash", Role.FINANCE, None)
    number = await asked(owner)
    assert await stranger.ask(GetInvoice(number)) is None
    assert not await stranger.ask(CancelInvoice(number))
    assert list((await stranger.ask(ListInvoices())).rows) == []
    assert not await cashier.ask(SettleInvoice("other", number))
    assert list((await cashier.ask(ListEveryInvoice(None, "other"))).rows) == []


async def test_pages(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    numbers = []
    for _ in range(PAGE + 3):
        numbers.append(await asked(owner))
        await owner.ask(CancelInvoice(numbers[-1]))
    first = await owner.ask(ListInvoices())
    rest = await owner.ask(ListInvoices(first.before))
    assert [one.id for one in (*first.rows, *rest.rows)] == numbers[::-1]
    assert rest.before == 0
