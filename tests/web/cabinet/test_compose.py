import pytest

from tests.gateway import Inside
from tests.web.browser import Browser, Shown
from tolmach.core.content import Channel, SmsText, VkCard, WhatsAppCard
from tolmach.core.drafts import Success
from tolmach.core.moments import to_ms
from tolmach.core.money import parse_money
from tolmach.core.users import Role
from tolmach.services import accounts, people, tariffs
from tolmach.services.accounts import Changes
from tolmach.services.pricelists import PriceList
from tolmach.store import campaigns, messages
from tolmach.store.messages import Message
from tolmach.store.tariffs import PriceRow

FORM = {"way": "sms", "lasts": "1440", "text": "Hello", "recipients": "79161234500"}


async def sent(inside: Inside) -> list[Message]:
    return [*await inside.read(lambda tx: messages.latest(tx, 99))][::-1]


async def send(owner: Browser, **changes: str) -> Shown:
    """Look at what would be sent, then send what that page has kept."""
    await owner.get("/cabinet/compose")
    review = await owner.post("/cabinet/compose", FORM | changes | {"action": "review"})
    assert review.said("//h1") == "Review", review.said()
    hidden = review.page.xpath("//form[@action='/cabinet/compose']//input[@type='hidden'][@name!='csrf']")
    pairs = [(one.get("name"), one.get("value") or "") for one in hidden]
    return await owner.post("/cabinet/compose", [*pairs, ("action", "send")])


async def test_to_one_number(owner: Browser, indoors: Inside) -> None:
    done = await send(owner)
    (message,) = await sent(indoors)
    assert done.location == f"/cabinet/messages/{message.id}"
    assert (message.recipient, message.dialect, message.plan[0].content.text) == ("79161234500", "web", "Hello")
    assert "Accepted: 1." in (await owner.follow(done)).said("//*[@role='status']")


async def test_viber_and_then_sms_to_several(owner: Browser, indoors: Inside) -> None:
    done = await send(
        owner,
        way="viber",
        second="sms",
        recipients="79161234500\n89161234501",
        viber_text="Look",
        button="Here",
        link="https://shop.example/",
        picture="https://shop.example/a.png",
        sender="INFORM",
        lasts="60",
    )
    first, second = await sent(indoors)
    assert [step.channel for step in first.plan] == [Channel.VIBER, Channel.SMS]
    assert first.plan[0].content.text == "Look"
    assert {step.sender for step in second.plan} == {"INFORM"}
    assert first.campaign == second.campaign is not None
    assert done.location == f"/cabinet/campaigns/{first.campaign}"
    assert await indoors.read(lambda tx: campaigns.by_id(tx, first.account, "web", first.campaign or 0))


async def test_on_unless_it_is_read(owner: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/compose")
    wish = FORM | {"way": "viber", "second": "sms", "viber_text": "Look", "wait": "10", "unless": "read"}
    assert "and so is the next channel" in (await owner.post("/cabinet/compose/count", wish)).said("/*")
    assert "unless it is read within ten minutes" in (await owner.post("/cabinet/compose", wish)).said()
    await send(owner, **wish)
    (message,) = await sent(indoors)
    assert [step.success for step in message.plan] == [Success.READ, Success.DELIVERED]
    asked = (await owner.get(f"/cabinet/messages/{message.id}")).said("//section[@aria-labelledby='asked']")
    assert asked.count("has to be read") == 1
    other = (await owner.post("/cabinet/compose", wish | {"unless": "delivered"})).said()
    assert "unless it is delivered within ten minutes" in other


async def test_later(owner: Browser, indoors: Inside) -> None:
    await send(owner, due="2026-03-03T09:30")
    (message,) = await sent(indoors)
    assert message.due_at - message.accepted_at == 18.5 * 3_600_000  # from three in Moscow to half past nine


async def test_nothing_is_sent_before_it_was_looked_at(owner: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/compose")
    review = await owner.post("/cabinet/compose", FORM | {"recipients": "79161234500, 12", "action": "review"})
    said = review.said()
    assert "Price at most 1.00 ₽" in said
    assert "1 × this is no phone number (12)" in said
    back = await owner.post("/cabinet/compose", FORM | {"action": "edit"})
    assert back.page.xpath("//textarea[@name='text']")[0].text.strip() == "Hello"
    assert await sent(indoors) == []


async def test_a_form_that_is_sent_twice_sends_once(owner: Browser, indoors: Inside) -> None:
    await send(owner, once="the same")
    again = await send(owner, once="the same")
    assert "It has been sent already." in (await owner.follow(again)).said()
    assert len(await sent(indoors)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"second": "sms"}, "This channel stands before already."),
        ({"second": "viber", "third": "viber"}, "This channel stands before already."),
        ({"recipients": " "}, "Name at least one number or base."),
        ({"due": "2099-01-01T10:00"}, "It can be sent five years from now at the latest."),
        ({"due": "9999-12-31T23:59", "quiet": "y"}, "It can be sent five years from now at the latest."),
        ({"due": "tomorrow"}, "The moment of sending, or the quiet hours, make no sense."),
        ({"quiet": "y", "quiet_from": "late"}, "The moment of sending, or the quiet hours, make no sense."),
    ],
)
async def test_what_is_wrong_is_said(owner: Browser, changes: dict[str, str], words: str) -> None:
    await owner.get("/cabinet/compose")
    shown = await owner.post("/cabinet/compose", FORM | changes | {"action": "send"})
    assert shown.status == 422
    assert words in shown.said()


async def test_a_test_goes_to_one_s_own_number_alone(owner: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/compose")
    shown = await owner.post("/cabinet/compose", FORM | {"action": "test", "test_to": "+7 916 999-88-77"})
    assert "The test is on its way to +7 916 999-88-77." in shown.said()
    assert [message.recipient for message in await sent(indoors)] == ["79169998877"]
    assert shown.page.xpath("//textarea[@name='recipients']")[0].text.strip() == "79161234500"
    for number, words in (("", "Write your number."), ("12", "this is no phone number")):
        shown = await owner.post("/cabinet/compose", FORM | {"action": "test", "test_to": number})
        assert words in shown.said()


async def test_what_is_written_is_counted(owner: Browser) -> None:
    await owner.get("/cabinet/compose")
    form = FORM | {"text": "Sale — 20 %" + "." * 80, "recipients": "79161234500\n79161234501"}
    shown = await owner.post("/cabinet/compose/count", form)
    said = shown.said("/*")
    assert "Characters 91 Parts 2" in said
    assert "“—” at 6 makes it Unicode." in said
    assert shown.page.xpath("//button/@data-value")[0].startswith("Sale - 20 %")
    assert "Price at most 4.00 ₽" in said


async def test_a_viewer_cannot_compose(owner: Browser, indoors: Inside) -> None:
    user = await indoors.read(lambda tx: people.find(tx, "demo"))
    now = indoors.gateway.clock.now()
    await indoors.write(lambda tx: people.add(tx, "vera", user.password_hash, Role.VIEWER, "demo", now))
    viewer = Browser(indoors)
    shown = await viewer.sign_in("vera")
    assert "/cabinet/compose" not in shown.page.xpath("//nav//a/@href")
    await viewer.post("/cabinet/compose", FORM | {"action": "send"})
    assert await sent(indoors) == []


async def test_what_falls_into_quiet_hours_is_put_off_and_said_so(owner: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/compose")
    night = {"quiet": "y", "quiet_from": "14:00", "quiet_to": "16:30"}  # it is 15:00 in Moscow
    shown = await owner.post("/cabinet/compose", FORM | night | {"action": "review"})
    assert "1 recipient gets it at 16:30 of the local time" in shown.said()
    await send(owner, **night)
    await send(owner, **(night | {"quiet_to": "14:30"}))
    first, second = await sent(indoors)
    now = to_ms(indoors.gateway.clock.now())
    assert (first.due_at - now, second.due_at - now) == (90 * 60_000, 0)


CARDS = {
    "way": "whatsapp",
    "second": "vk",
    "third": "sms",
    "wait": "10",
    "whatsapp_text": "From WhatsApp",
    "whatsapp_button": "Here",
    "whatsapp_link": "https://shop.example/",
    "vk_template": "17",
    "vk_data": "name",
}


async def test_a_cascade_of_whatsapp_vk_and_sms(owner: Browser, indoors: Inside) -> None:
    await owner.get("/cabinet/compose")
    review = await owner.post("/cabinet/compose", FORM | CARDS | {"action": "review"})
    said = review.said()
    assert "Price at most 4.80 ₽ WhatsApp 3.00 ₽ + VK 0.80 ₽ + SMS 1.00 ₽" in said
    assert "WhatsApp From WhatsApp Here → https://shop.example/ unless it is delivered within ten minutes VK" in said
    assert "VK registered template 17: name unless it is delivered within ten minutes SMS Hello" in said
    await send(owner, **CARDS)
    (message,) = await sent(indoors)
    assert [step.content for step in message.plan] == [
        WhatsAppCard("From WhatsApp", "Here", "https://shop.example/"),
        VkCard("", "17", "name"),
        SmsText("Hello"),
    ]
    assert [step.lasts_ms for step in message.plan] == [600_000, 600_000, 86_400_000]


async def test_what_a_cascade_costs_is_counted(owner: Browser) -> None:
    await owner.get("/cabinet/compose")
    said = (await owner.post("/cabinet/compose/count", FORM | CARDS)).said("/*")
    assert "Price at most 4.80 ₽" in said
    assert "WhatsApp 3.00 ₽ + VK 0.80 ₽ + SMS 1.00 ₽ A channel that another may follow" in said


async def test_channels_that_are_not_sold_are_not_offered(owner: Browser, indoors: Inside) -> None:
    def offered(shown: Shown) -> list[str]:
        return [str(one) for one in shown.page.xpath("//select[@id='way']/option/@value")]

    assert offered(await owner.get("/cabinet/compose")) == ["sms", "viber", "whatsapp", "vk"]
    prices = PriceList((PriceRow("All", ("7",), Channel.SMS, parse_money("1")),), (0,))
    await indoors.write(lambda tx: tariffs.import_prices(tx, "plain", prices))
    await indoors.write(lambda tx: accounts.change(tx, "demo", Changes(tariff="plain")))
    shown = await owner.get("/cabinet/compose")
    assert offered(shown) == ["sms"]
    assert shown.page.xpath("//select[@id='second']") == []


async def test_sms_and_then_viber(owner: Browser, indoors: Inside) -> None:
    await send(owner, second="viber", viber_text="Hello again")
    (message,) = await sent(indoors)
    assert [step.channel for step in message.plan] == [Channel.SMS, Channel.VIBER]
    assert [step.content.text for step in message.plan] == ["Hello", "Hello again"]
