from collections.abc import Sequence

import pytest

from tests.gateway import Inside
from tests.web.browser import Browser
from tests.web.desk.conftest import Staff
from tests.web.desk.test_traffic import send
from tolmach.core.ids import AccountId
from tolmach.core.links import IdRules
from tolmach.core.status import Status
from tolmach.core.users import Role
from tolmach.services import rematching as rematches
from tolmach.store import audit, parts, rematching
from tolmach.store.parts import Orphan, Part
from tolmach.web.desk import receipts

PLACE = "/desk/receipts"
RIGHT = {"link": "a", "answer": "hex", "text": "decimal"}


async def keep(indoors: Inside, rows: Sequence[Orphan]) -> None:
    await indoors.write(lambda tx: parts.keep_orphans(tx, rows))


@pytest.fixture
async def kept(indoors: Inside) -> None:
    """The link ``a`` has ever run; it wrote an id in decimal that we know, and one that nobody knows."""
    await indoors.write(lambda tx: rematching.set_rules(tx, "a", IdRules()))
    rows = [Orphan("a", name, Status.DELIVERED, 0, 1_000, name, "") for name in ("490757964", "77")]
    await keep(indoors, rows)


async def known(indoors: Inside) -> None:
    """Have a message whose part the carrier called 1D405F4C."""
    message = await send(indoors)
    await indoors.write(lambda tx: parts.add(tx, [Part("a", "1d405f4c", message, 0, 1, Status.SENT, 0, AccountId(1))]))


async def test_receipts_without_a_message(operator: Browser, indoors: Inside) -> None:
    await keep(indoors, [Orphan(link, "abc", Status.DELIVERED, 0, 1_000, "0ABC", "0D") for link in ("a", "b")])
    shown = await operator.get(PLACE)
    assert shown.page.xpath("//tbody//td[1]/a/text()") == ["b", "a"]
    assert shown.said("//tbody/tr[1]/td[2]") == "0ABC TLV 0D"
    shown = await operator.get(f"{PLACE}?link=a")
    assert shown.page.xpath("//tbody//td[1]/a/text()") == ["a"]
    assert "Every receipt has its message." in (await operator.get(f"{PLACE}?link=c")).said()


async def test_rules_are_tried_and_then_hold(operator: Browser, indoors: Inside, kept: None) -> None:
    await known(indoors)
    shown = await operator.get(f"{PLACE}?link=a&look=1")
    assert "Would match: 0 of 2." in shown.said("//*[@id='outcome']")
    assert shown.page.xpath("//*[@id='outcome']//form") == []
    shown = await operator.get(f"{PLACE}?link=a&answer=hex&text=decimal&look=1")
    assert "Would match: 1 of 2." in shown.said("//*[@id='outcome']")
    assert "490757964 = 1d405f4c" in shown.said("//*[@id='outcome']//li")
    assert len(shown.page.xpath("//tbody/tr")) == 2  # looking changed nothing
    shown = await operator.follow(await operator.post(PLACE, RIGHT))
    assert "Receipts matched: 1 of 2." in shown.said()
    assert shown.page.xpath("//tbody//td[2]/text()") == ["77"]
    await operator.post(PLACE, RIGHT)  # nothing is left: no change is written down
    changes = await indoors.read(lambda tx: audit.everything(tx, 0, 9))
    assert [(one.action, one.detail) for one in changes if one.action == "RematchReceipts"] == [
        ("RematchReceipts", "link=a answer_form=hex text_form=decimal")
    ]


async def test_a_link_without_ids(operator: Browser, kept: None) -> None:
    shown = await operator.get(f"{PLACE}?link=b&look=1")
    assert (shown.status, "no link over SMPP" in shown.said("//*[@role='alert']")) == (422, True)
    assert "It was not done" in (await operator.follow(await operator.post(PLACE, {"link": "b"}))).said()


async def test_many_are_gone_through_batch_by_batch(
    operator: Browser, kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rematches, "BATCH", 1)
    assert "0 of 2." in (await operator.get(f"{PLACE}?link=a&look=1")).said("//*[@id='outcome']")
    monkeypatch.setattr(receipts, "BATCHES", 1)
    shown = await operator.get(f"{PLACE}?link=a&look=1")
    assert "0 of 1. Only the oldest were looked at." in shown.said("//*[@id='outcome']")


async def test_support_looks_and_matches_nothing(staff: Staff, indoors: Inside, kept: None) -> None:
    await known(indoors)
    somebody = await staff(Role.SUPPORT)
    shown = await somebody.get(f"{PLACE}?link=a&answer=hex&text=decimal&look=1")
    assert "Would match: 1 of 2." in shown.said()
    assert shown.page.xpath("//*[@id='outcome']//form") == []
    assert (await somebody.post(PLACE, RIGHT)).status == 403
