from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.services import accounts
from tolmach.store import ledger


async def test_an_invoice_from_asking_to_the_balance(owner: Browser, operator: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/payments")
    made = await owner.post("/cabinet/invoices", {"amount": "1 500,50", "note": "for March"})
    shown = (await owner.follow(made)).said().replace("\N{NO-BREAK SPACE}", " ")
    assert "Invoice 1" in shown
    assert "1,500.50 ₽ " in shown
    assert "for March" in (await operator.get("/desk/invoices")).said()
    account = (await indoors.read(lambda tx: accounts.find(tx, "demo"))).id
    before = (await indoors.read(lambda tx: ledger.balances_of(tx, [account])))[account].available
    for words in ("The invoice is paid", "It is not open any more."):
        done = await operator.post("/desk/invoices", {"id": "1", "login": "demo", "action": "paid"})
        assert words in (await operator.follow(done)).said()
    assert (await indoors.read(lambda tx: ledger.balances_of(tx, [account])))[account].available == before + 15_005_000
    assert "invoice 1" in (await owner.get("/cabinet/payments")).said()
    assert "No invoices." in (await operator.get("/desk/invoices")).said()
    assert "paid" in (await operator.get("/desk/invoices?state=all&login=demo")).said("//tbody")
    assert (await operator.get("/desk/invoices?login=nobody")).status == 422


async def test_what_is_wrong_with_an_invoice_and_taking_one_back(owner: Browser) -> None:
    await owner.get("/cabinet/payments")
    refused = await owner.post("/cabinet/invoices", {"amount": "much"})
    assert (refused.status, "This is no amount of money" in refused.said()) == (422, True)
    made = await owner.post("/cabinet/invoices", {"amount": "10"})
    await owner.follow(made)
    assert "The invoice is cancelled." in (await owner.follow(await owner.post(f"{made.location}/cancel"))).said()
    again = await owner.follow(await owner.post(f"{made.location}/cancel"))
    assert "It is not open any more." in again.said()
    assert (await owner.get("/cabinet/invoices/99")).status == 404
