from tests.gateway import Inside, conceal
from tests.web.browser import PASSWORD, Browser
from tolmach.core.moments import to_ms
from tolmach.core.users import Role
from tolmach.services import accounts, people
from tolmach.services.accounts import Changes
from tolmach.store import accounts as stored
from tolmach.store import audit, inbox
from tolmach.store.database import Tx
from tolmach.store.inbox import Letter

PHONE = "79161234500"


async def came(
    inside: Inside, *texts: str, sender: str = PHONE, recipient: str = "79611111111", login: str = "demo"
) -> list[int]:
    """Have subscribers write; return the numbers of their messages."""
    now = to_ms(inside.gateway.clock.now())

    def add(tx: Tx) -> list[int]:
        account = stored.by_login(tx, login)
        assert account is not None
        inbox.add(tx, [Letter(account.id, now, sender, recipient, "", "carrier", text) for text in texts])
        return [one.id for one in reversed(inbox.newest(tx, account.id, len(texts)))]

    return await inside.write(add)


async def colleague(inside: Inside, role: Role) -> Browser:
    """Return another user of the demonstration's account, signed in."""
    now = inside.gateway.clock.now()
    await inside.write(lambda tx: people.add(tx, "somebody", conceal(PASSWORD), role, "demo", now))
    browser = Browser(inside)
    await browser.sign_in("somebody")
    return browser


async def test_an_empty_inbox_says_so(owner: Browser) -> None:
    assert "What subscribers write to your numbers comes here." in (await owner.get("/cabinet/inbox")).said()
    assert "Nobody with such a number" in (await owner.get("/cabinet/inbox?sender=7999")).said()


async def test_the_list(owner: Browser, indoors: Inside) -> None:
    (first, second) = await came(indoors, "Hello", "<b>Is anybody there?</b>")
    shown = await owner.get("/cabinet/inbox")
    assert shown.page.xpath("//a[@class='letter-link']/@href") == [
        f"/cabinet/inbox/{second}",
        f"/cabinet/inbox/{first}",
    ]
    assert "<b>Is anybody there?</b>" in shown.said("//ul[contains(@class, 'letters')]")
    live = await owner.get("/cabinet/inbox", hx_request="true")
    assert "<html" not in live.text
    assert len(live.page.xpath("//li")) == 2
    assert not (await owner.get("/cabinet/inbox?sender=7903")).page.xpath("//a[@class='letter-link']")


async def test_pages(owner: Browser, indoors: Inside) -> None:
    await came(indoors, *map(str, range(60)))
    await came(indoors, "another", sender="79031234567")
    shown = await owner.get("/cabinet/inbox?sender=7916")
    (further,) = shown.page.xpath("//a[contains(@href, 'before=')]/@href")
    assert "sender=7916" in further
    second = await owner.get(further)
    texts = [
        *shown.page.xpath("//*[@class='letter-text']/text()"),
        *second.page.xpath("//*[@class='letter-text']/text()"),
    ]
    assert texts == [str(number) for number in reversed(range(60))]


async def test_a_reply_is_sent_once_and_stands_in_the_conversation(owner: Browser, indoors: Inside) -> None:
    (number,) = await came(indoors, "Is it ready?")
    shown = await owner.get(f"/cabinet/inbox/{number}")
    assert shown.said("//h1") == PHONE
    (once,) = shown.page.xpath("//input[@name='once']/@value")
    form = {"text": "Yes, come.", "sender": "Tolmach", "once": once}
    answered = await owner.post(f"/cabinet/inbox/{number}", form)
    assert answered.location == f"/cabinet/inbox/{number}"
    shown = await owner.follow(answered)
    assert "The reply is on its way." in shown.said()
    assert shown.page.xpath("//ol//div[@class='bubble']/text()") == ["Is it ready?", "Yes, come."]
    again = await owner.follow(await owner.post(f"/cabinet/inbox/{number}", form))
    assert "It has been sent already." in again.said()
    assert len(again.page.xpath("//ol/li")) == 2
    assert "SendMessages" in [entry.action for entry in await indoors.read(lambda tx: audit.everything(tx, 0, 10))]
    live = await owner.get(f"/cabinet/inbox/{number}", hx_request="true")
    assert "<html" not in live.text
    assert len(live.page.xpath("//li")) == 2


async def test_the_reply_comes_from_the_number_that_was_written_to(owner: Browser, indoors: Inside) -> None:
    (number,) = await came(indoors, "Hello", recipient="Tolmach")
    shown = await owner.get(f"/cabinet/inbox/{number}")
    assert shown.page.xpath("//select[@name='sender']/option[@selected]/@value") == ["Tolmach"]
    (other,) = await came(indoors, "Hello")
    shown = await owner.get(f"/cabinet/inbox/{other}")
    assert not shown.page.xpath("//select[@name='sender']/option[@selected]")


async def test_what_cannot_be_sent_says_why_and_keeps_the_text(owner: Browser, indoors: Inside) -> None:
    (number,) = await came(indoors, "Hello")
    await owner.get(f"/cabinet/inbox/{number}")
    shown = await owner.post(f"/cabinet/inbox/{number}", {"text": ""})
    assert (shown.status, "Write something." in shown.said()) == (422, True)
    shown = await owner.post(f"/cabinet/inbox/{number}", {"text": "From me", "sender": "Nobody"})
    assert shown.status == 422
    assert shown.page.xpath("//*[@role='alert']")
    assert shown.said("//textarea").strip() == "From me"


async def test_a_name_cannot_be_answered(owner: Browser, indoors: Inside) -> None:
    (number,) = await came(indoors, "Your code", sender="Bank")
    shown = await owner.get(f"/cabinet/inbox/{number}")
    assert not shown.page.xpath("//textarea")
    assert "nobody can write back" in shown.said()
    assert (await owner.post(f"/cabinet/inbox/{number}", {"text": "Who is it?"})).status == 422


async def test_a_viewer_reads_and_does_not_reply(indoors: Inside) -> None:
    (number,) = await came(indoors, "Hello")
    viewer = await colleague(indoors, Role.VIEWER)
    shown = await viewer.get(f"/cabinet/inbox/{number}")
    assert "Hello" in shown.said()
    assert not shown.page.xpath("//textarea")
    assert (await viewer.post(f"/cabinet/inbox/{number}", {"text": "No"})).status == 403


async def test_a_sender_replies(indoors: Inside) -> None:
    (number,) = await came(indoors, "Hello")
    sender = await colleague(indoors, Role.SENDER)
    await sender.get(f"/cabinet/inbox/{number}")
    assert (await sender.post(f"/cabinet/inbox/{number}", {"text": "Hello to you"})).status == 303


async def test_those_of_another_account_are_not_there(owner: Browser, indoors: Inside) -> None:
    now = indoors.gateway.clock.now()
    await indoors.write(lambda tx: accounts.add(tx, "other", "h", Changes(tariff="demo"), now))
    (theirs,) = await came(indoors, "A secret", login="other")
    assert "A secret" not in (await owner.get("/cabinet/inbox")).text
    for number in (str(theirs), str(theirs + 1), "0", "x", "9" * 30):
        assert (await owner.get(f"/cabinet/inbox/{number}")).status == 404
        assert (await owner.post(f"/cabinet/inbox/{number}", {"text": "Hi"})).status == 404
