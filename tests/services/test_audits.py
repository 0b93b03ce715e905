from sqlalchemy import delete

from tests.services.visiting import person
from tests.services.world import PASSWORD, World, command, draft, sms
from tolmach.core.commands import EditStops, PutSubscriber, SetCallbackUrl, StopEdit
from tolmach.core.commands.callbacklog import RepeatCallbacks
from tolmach.core.commands.invoices import AskInvoice, CancelInvoice
from tolmach.core.commands.keys import AddKey, RevokeKey
from tolmach.core.commands.users import AddUser, ChangePassword, SetSecondFactor
from tolmach.core.users import Role
from tolmach.services import audits
from tolmach.store import audit, schema


def test_what_is_told_of_changes() -> None:
    assert audits.action(SetCallbackUrl("https://a.example/")) == "SetCallbackUrl"
    assert audits.detail(SetCallbackUrl("https://a.example/")) == "url=https://a.example/"
    edits = (StopEdit("79031234567"), StopEdit("79031234568", delete=True))
    told = "edits=[number=79031234567, number=79031234568 delete=True]"
    assert audits.detail(EditStops(edits)) == told
    many = audits.detail(EditStops([StopEdit(str(number)) for number in range(30)]))
    assert many.endswith("10 more]")
    sent = audits.detail(command(*(draft(str(79_030_000_000 + number), sms("Hello")) for number in range(30))))
    assert sent.startswith("drafts=[20 times steps=[channel=sms], 10 more]")


def test_secrets_and_texts_are_not() -> None:
    added = audits.detail(AddUser("anna", Role.SENDER, "a password", "a hash"))
    assert added == "login=anna role=sender"
    assert audits.detail(ChangePassword("old", "new")) == ""
    assert "Hello" not in audits.detail(command(draft("79031234567", sms("Hello"))))
    assert audits.detail(PutSubscriber("79031234567", {"name": "Anna"})) == "phone=79031234567"


def test_it_is_bounded() -> None:
    assert len(audits.detail(SetCallbackUrl("x" * 2_000))) == audits.LONGEST


def test_a_note(world: World) -> None:
    now = world.clock.now()
    world.write(lambda tx: audits.note(tx, now, (None, "root"), world.demo, ("Test", "a=b"), "192.0.2.1"))
    (entry,) = world.read(lambda tx: audit.of_account(tx, world.demo, 0, 5))
    assert (entry.login, entry.action, entry.detail, entry.remote) == ("root", "Test", "a=b", "192.0.2.1")


async def test_what_comes_to_nothing_is_no_change(world: World) -> None:
    owner = await person(world, "anna", Role.OWNER)
    world.write(lambda tx: tx.execute(delete(schema.audit)).close())
    for nothing in (
        RevokeKey("none"),
        AddKey("a b"),
        ChangePassword(PASSWORD, "short"),
        SetSecondFactor("A" * 32, "000000"),
        AddUser("anna", Role.VIEWER, "a good password"),
        AskInvoice(None),
        CancelInvoice(7),
        RepeatCallbacks(),
    ):
        await owner.ask(nothing)
    assert world.read(lambda tx: audit.of_account(tx, world.demo, 0, 9)) == []
    await owner.ask(AddKey("crm"))
    await owner.ask(ChangePassword(PASSWORD, "a better password"))
    entries = world.read(lambda tx: audit.of_account(tx, world.demo, 0, 9))
    assert [one.action for one in entries] == ["ChangePassword", "AddKey"]
