from datetime import timedelta

import pytest

from tests.services.visiting import person
from tests.services.world import PHONE, World, sms
from tolmach.core.commands.inbox import BrowseIncoming, ShowConversation
from tolmach.core.ids import AccountId
from tolmach.core.moments import to_ms
from tolmach.core.status import Status
from tolmach.core.users import Role
from tolmach.services import conversations
from tolmach.services.conversations import sought
from tolmach.store import accounts, inbox
from tolmach.store.inbox import Letter

OURS = "79611111111"


def came(world: World, *texts: str, sender: str = PHONE, account: AccountId | None = None, login: str = "demo") -> None:
    now = to_ms(world.clock.now())
    owner = account or world.read(lambda tx: accounts.by_login(tx, login)).id  # type: ignore[union-attr]
    letters = [Letter(owner, now, sender, OURS, "", "carrier", text) for text in texts]
    world.write(lambda tx: inbox.add(tx, letters))


async def test_pages_go_from_the_newest_on(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    came(world, "a", "b")
    world.wait(minutes=1)
    came(world, "c", "d", "e")
    first = await viewer.ask(BrowseIncoming(limit=2))
    second = await viewer.ask(BrowseIncoming(limit=2, before=first.before))
    last = await viewer.ask(BrowseIncoming(limit=2, before=second.before))
    assert [[one.text for one in page.items] for page in (first, second, last)] == [["e", "d"], ["c", "b"], ["a"]]
    assert (last.before, last.whole) == (0, True)
    assert f"{first.items[0].at:%H:%M %Z}" == "15:01 MSK"


async def test_what_was_given_to_the_account_later_is_among_the_new(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    world.write(lambda tx: inbox.add(tx, [Letter(None, 1, PHONE, OURS, "", "carrier", "late")]))
    came(world, "first")
    world.wait(minutes=1)
    found = world.read(lambda tx: inbox.newest(tx, None, 1)[0])
    account = (await viewer.visitor()).account
    assert account is not None
    world.write(lambda tx: inbox.assign(tx, found.id, account, to_ms(world.clock.now())))
    page = await viewer.ask(BrowseIncoming(limit=1))
    assert [one.text for one in page.items] == ["late"]
    assert [one.text for one in (await viewer.ask(BrowseIncoming(before=page.before))).items] == ["first"]


@pytest.mark.parametrize(
    ("written", "found"),
    [("", ["n", "b", "a"]), ("+7 (903) 123", ["b", "a"]), ("8 903 123-45-68", ["b"]), ("Bank", ["n"]), ("%", [])],
)
async def test_those_of_one_sender(world: World, written: str, found: list[str]) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    came(world, "a")
    came(world, "b", sender="79031234568")
    came(world, "n", sender="Bank")
    assert [one.text for one in (await viewer.ask(BrowseIncoming(sender=written))).items] == found


async def test_a_search_rests_where_it_has_looked_at_enough(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "LOOKED_AT", 3)
    viewer = await person(world, "vera", Role.VIEWER)
    came(world, "wanted", sender="79999999999")
    came(world, *"abcd")
    page = await viewer.ask(BrowseIncoming(sender="7999"))
    assert (list(page.items), page.whole) == ([], False)
    page = await viewer.ask(BrowseIncoming(sender="7999", before=page.before))
    assert ([one.text for one in page.items], page.before, page.whole) == (["wanted"], 0, True)


def test_a_name_is_looked_for_as_it_is_written() -> None:
    assert [sought(one) for one in (" T2 ", "8-800", "89031234567", "x" * 30)] == ["T2", "8800", PHONE, "x" * 21]


async def test_a_conversation_has_both_sides_in_order(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    world.send(sms("Shall we come?"))
    world.wait(minutes=1)
    came(world, "Yes")
    came(world, "not this one", sender="790312345678")  # a longer number that begins so
    world.send(sms("nor this one"), phone="79031234568")
    world.wait(minutes=1)
    number = world.send(sms("Good"))
    (letter,) = (one for one in (await viewer.ask(BrowseIncoming())).items if one.sender == PHONE)
    found = await viewer.ask(ShowConversation(letter.id))
    assert found is not None
    assert [line.text for line in found.lines] == ["Shall we come?", "Yes", "Good"]
    assert [line.status for line in found.lines] == [Status.QUEUED, None, Status.QUEUED]
    assert (found.lines[1].end, found.lines[2].end, found.lines[2].message) == (OURS, "Tolmach", number)
    assert found.answerable


async def test_an_old_message_is_shown_though_newer_ones_fill_the_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "LINES", 2)
    viewer = await person(world, "vera", Role.VIEWER)
    for text in "abcde":
        came(world, text)
        world.clock.advance(timedelta(minutes=1))
    oldest = (await viewer.ask(BrowseIncoming())).items[-1]
    found = await viewer.ask(ShowConversation(oldest.id))
    assert found is not None
    assert [line.text for line in found.lines] == ["a", "d", "e"]


@pytest.mark.parametrize("sender", ["Bank", "900"])
async def test_a_name_or_a_short_number_cannot_be_answered(world: World, sender: str) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    world.send()
    came(world, "Your code", sender=sender)
    (letter,) = (await viewer.ask(BrowseIncoming())).items
    found = await viewer.ask(ShowConversation(letter.id))
    assert found is not None
    assert ([line.text for line in found.lines], found.answerable) == (["Your code"], False)


async def test_those_of_others_are_not_there(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    came(world, "theirs", account=AccountId(77))
    came(world, "mine")
    world.write(lambda tx: inbox.add(tx, [Letter(None, 1, PHONE, OURS, "", "carrier", "nobody's")]))
    assert [one.text for one in (await viewer.ask(BrowseIncoming())).items] == ["mine"]
    ids = [one.id for one in world.read(lambda tx: inbox.newest(tx, None, 10, everybody=True))]
    found = [await viewer.ask(ShowConversation(id_)) for id_ in [*ids, 0, 10**9]]
    assert [None if one is None else one.about.text for one in found] == [None, "mine", None, None, None]
