from tests.gateway import Inside
from tests.web.browser import Browser
from tests.web.cabinet.test_inbox import colleague
from tests.web.cabinet.test_messages import stranger
from tolmach.core.money import ZERO
from tolmach.core.results.campaigns import CampaignProgress, CampaignRow
from tolmach.core.status import Status
from tolmach.core.users import Role
from tolmach.store import audit
from tolmach.store.database import Tx
from tolmach.store.schema import campaigns
from tolmach.web.cabinet.campaigns import shares


async def send(owner: Browser, *numbers: str, text: str = "Spring sale") -> str:
    """Send a campaign by the form; return its address."""
    await owner.get("/cabinet/compose")
    form = {"recipients": "\n".join(numbers), "text": text, "way": "sms", "lasts": "1440", "action": "send"}
    assert (await owner.post("/cabinet/compose", form)).status == 303
    shown = await owner.get("/cabinet/campaigns")
    address: str = shown.page.xpath("//li[contains(@class, 'campaign-row')]//a/@href")[0]
    return address


async def test_no_campaigns(owner: Browser) -> None:
    assert "make a campaign" in (await owner.get("/cabinet/campaigns")).said()


async def test_the_list_and_its_bars(owner: Browser) -> None:
    address = await send(owner, "79161234500", "79161234501", text="<i>Sale</i>")
    shown = await owner.get("/cabinet/campaigns")
    assert "<i>Sale</i>" in shown.said("//li[contains(@class, 'campaign-row')]")
    assert shown.page.xpath("//@hx-get") == [f"{address}/bar"]
    bar = await owner.get(f"{address}/bar", hx_request="true")
    assert "<html" not in bar.text
    assert bar.said("/*") == "2 waiting"
    assert bar.page.xpath("//@hx-trigger") == ["every 5s"]


async def test_pages(owner: Browser) -> None:
    for number in range(21):
        await send(owner, "79161234500", "79161234501", text=f"Sale {number}")
    shown = await owner.get("/cabinet/campaigns")
    (further,) = shown.page.xpath("//a[contains(@href, 'before=')]/@href")
    assert "Sale 0" in (await owner.get(further)).said()
    assert len(shown.page.xpath("//li[contains(@class, 'campaign-row')]")) == 20


async def test_one_is_paused_resumed_and_cancelled(owner: Browser, indoors: Inside) -> None:
    address = await send(owner, "79161234500", "79161234501")
    shown = await owner.get(address)
    assert "Spring sale" in shown.said()
    shown = await owner.follow(await owner.post(f"{address}/pause"))
    assert "Paused; messages held: 2." in shown.said()
    assert not shown.page.xpath("//form[contains(@action, '/pause')]")
    assert "paused" in (await owner.get("/cabinet/campaigns")).said("//li[contains(@class, 'campaign-row')]")
    assert not (await owner.get(f"{address}/bar")).page.xpath("//@hx-trigger")
    shown = await owner.follow(await owner.post(f"{address}/resume"))
    assert "Resumed; messages let go: 2." in shown.said()
    shown = await owner.follow(await owner.post(f"{address}/cancel"))
    assert "Cancelled; messages stopped: 2." in shown.said()
    assert not shown.page.xpath("//form[contains(@action, '/cancel')]")
    live = await owner.get(address, hx_request="true")
    assert "<html" not in live.text
    assert "cancelled" in live.text
    entries = await indoors.read(lambda tx: audit.everything(tx, 0, 3))
    number = address.rpartition("/")[2]
    assert [(one.action, one.detail) for one in entries] == [
        ("StopCampaign", f"id={number}"),
        ("PauseCampaign", f"id={number} resumes=True"),
        ("PauseCampaign", f"id={number} resumes=False"),
    ]


async def test_its_report(owner: Browser) -> None:
    address = await send(owner, "79161234500", "79161234501")
    await send(owner, "79161234502", "79161234503")
    shown = await owner.get(address)
    links = shown.page.xpath("//a[contains(@href, 'campaign=')]/@href")
    assert [link.partition("?")[0].rpartition("/")[2] for link in links] == ["messages", "export.csv", "export.xlsx"]
    report = await owner.get(links[1])
    assert [line.split(b",")[4] for line in report.body.splitlines()[1:]] == [b"79161234501", b"79161234500"]


async def test_a_viewer_looks_and_changes_nothing(owner: Browser, indoors: Inside) -> None:
    address = await send(owner, "79161234500", "79161234501")
    viewer = await colleague(indoors, Role.VIEWER)
    shown = await viewer.get(address)
    assert shown.status == 200
    assert not shown.page.xpath("//form[contains(@action, '/cabinet/campaigns')]")
    for action in ("pause", "resume", "cancel"):
        assert (await viewer.post(f"{address}/{action}")).status == 403


async def test_those_of_another_account_are_not_there(owner: Browser, indoors: Inside) -> None:
    await stranger(indoors)

    def add(tx: Tx) -> None:
        values = {"id": 77, "account_id": 2, "dialect": "web", "key": "77", "sender": "X", "text": "Theirs"}
        tx.execute(campaigns.insert().values(**values, sends_at=0))

    await indoors.write(add)
    assert "Theirs" not in (await owner.get("/cabinet/campaigns")).text
    for number in ("77", "78", "0", "x", "9" * 30):
        assert (await owner.get(f"/cabinet/campaigns/{number}")).status == 404
        assert (await owner.get(f"/cabinet/campaigns/{number}/bar")).status == 404
        for action in ("pause", "resume", "cancel"):
            assert (await owner.post(f"/cabinet/campaigns/{number}/{action}")).status == 404


def test_the_pieces_of_a_bar_fill_it() -> None:
    row = CampaignRow(1, "web", "1", "X", "", None, paused=False)  # type: ignore[arg-type]
    counts = {Status.DELIVERED: 1, Status.READ: 1, Status.EXPIRED: 1, Status.SENT: 3, Status.QUEUED: 1}
    pieces = shares(CampaignProgress(row, counts, ZERO, 1, 0, 4))
    assert [(one.title, one.number) for one in pieces] == [("delivered", 2), ("failed", 1), ("sent", 3), ("waiting", 1)]
    assert [one.start for one in pieces[1:]] == [one.start + one.width for one in pieces[:-1]]
    assert pieces[-1].start + pieces[-1].width == 1000
    assert shares(CampaignProgress(row, {}, ZERO, 0, 0, 0)) == []
