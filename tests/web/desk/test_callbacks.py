from sqlalchemy import update

from tests.gateway import Inside
from tests.web.browser import Browser
from tests.web.desk.test_traffic import send
from tolmach.core.ids import AccountId
from tolmach.core.status import Status
from tolmach.store import callbacks
from tolmach.store.callbacks import Callback
from tolmach.store.schema import callbacks as table


async def failed(indoors: Inside, count: int = 1) -> int:
    """Have statuses of a message fail; return its id."""
    message = await send(indoors)
    rows = [Callback(AccountId(1), message, Status.DELIVERED, number, 0) for number in range(count)]
    await indoors.write(lambda tx: callbacks.add(tx, rows))
    gone = update(table).values(state="failed", attempts=5, done_at=7, error="HTTP 500")
    await indoors.write(lambda tx: tx.execute(gone) and None)
    return message


async def test_failed_callbacks_are_shown_and_told_again(operator: Browser, indoors: Inside) -> None:
    message = await failed(indoors, 2)
    shown = await operator.get("/desk/callbacks")
    assert shown.page.xpath("//tbody//td[2]/text()") == [str(message)] * 2
    assert "HTTP 500" in shown.said("//tbody/tr[1]")
    (first, _) = shown.page.xpath("//input[@name='id']/@value")
    shown = await operator.follow(await operator.post("/desk/callbacks", {"id": first}))
    assert "Told again: 1" in shown.said()
    assert len(shown.page.xpath("//input[@name='id']")) == 1
    shown = await operator.get("/desk/callbacks?login=demo")
    shown = await operator.follow(await operator.post("/desk/callbacks", {"login": "demo"}))
    assert "Told again: 1" in shown.said()
    assert "Every status was confirmed." in shown.said()


async def test_nothing_named_and_nobody(operator: Browser) -> None:
    await operator.get("/desk/callbacks")
    assert "It was not done" in (await operator.follow(await operator.post("/desk/callbacks"))).said()
    assert (await operator.get("/desk/callbacks?login=nobody")).status == 404
