from datetime import timedelta

from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Step
from tolmach.core.results import SenderState
from tolmach.services import messages
from tolmach.services.accounts import Changes, change, set_blocked
from tolmach.store import senders


async def send(inside: Inside, number: int) -> None:
    drafts = tuple(
        Draft(f"7916123450{one}", (Step(Channel.SMS, SmsText("Hello"), None, For(timedelta(days=1))),))
        for one in range(number)
    )
    now = inside.gateway.clock.now()
    await inside.write(lambda tx: messages.post(tx, "demo", SendMessages(drafts, "cli"), now))


async def test_money_and_today(owner: Browser, indoors: Inside) -> None:
    await send(indoors, 3)
    shown = await owner.get("/cabinet/")
    assert shown.said("//*[@id='balance']") == "997.00 ₽"
    assert shown.said("//*[@id='sent-today']") == "3"
    assert "on the way: 3" in shown.said()
    assert "set aside: 3.00 ₽" in shown.said()


async def test_the_live_part_is_asked_for_alone(owner: Browser) -> None:
    whole, live = await owner.get("/cabinet/"), await owner.get("/cabinet/", hx_request="true")
    assert live.text.strip() in whole.text
    assert "<html" not in live.text


async def test_charts_have_a_table_with_the_same_numbers(owner: Browser, indoors: Inside) -> None:
    await send(indoors, 2)
    shown = await owner.get("/cabinet/")
    rows = shown.page.xpath("//details//tbody/tr")
    assert len(rows) == 14
    assert [cell.text for cell in rows[0]][:3] == ["2 Mar", "2", "0"]
    assert all(canvas.get("aria-label") for canvas in shown.page.xpath("//canvas"))


async def test_what_needs_attention(owner: Browser, indoors: Inside) -> None:
    assert "Needs attention" not in (await owner.get("/cabinet/")).said()

    def trouble(tx: object) -> None:
        change(tx, "demo", Changes(tariff=None, moderation="all"))  # type: ignore[arg-type]
        senders.put(tx, 1, "Wrong", SenderState.REJECTED, 0)  # type: ignore[arg-type]

    await indoors.write(trouble)
    said = (await owner.get("/cabinet/")).said()
    assert "Sender Wrong was rejected." in said


async def test_a_blocked_account_may_look(owner: Browser, indoors: Inside) -> None:
    await indoors.write(lambda tx: set_blocked(tx, "demo", blocked=True))
    assert "The account is blocked" in (await owner.get("/cabinet/")).said()
