import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time

import pytest

from tests.services.visiting import Person, person
from tests.services.world import SMS_PRICE, World, sms, viber
from tolmach.core.commands import EditBases, EditSubscribers, PutBase, PutSubscriber, SubscriberEdits
from tolmach.core.commands.composing import ComposeMessages, Composition, ExpandComposition, QuoteText
from tolmach.core.errors import Failure, RequestError
from tolmach.core.quiet import Quiet
from tolmach.core.rejections import Rejection
from tolmach.core.results.composing import ComposeResult
from tolmach.core.users import Role
from tolmach.services import compositions
from tolmach.services.reception import LOOKED_AT, ForbiddenError
from tolmach.store import campaigns, messages

NUMBERS = "+7 903 123-45-60, 8 (903) 123-45-61;79031234562\n\n"


async def base(owner: Person, *subscribers: tuple[str, str]) -> str:
    (edited,) = (await owner.ask(EditBases([PutBase(None, {"name": "All"})]))).items
    edits = [PutSubscriber(phone, {"name": name}) for phone, name in subscribers]
    await owner.ask(EditSubscribers([SubscriberEdits(str(edited.id), edits)]))
    return str(edited.id)


async def compose(owner: Person, composition: Composition, **how: object) -> ComposeResult:
    return await owner.ask(ComposeMessages(composition, **how))  # type: ignore[arg-type]


@contextmanager
def taking_in(owner: Person) -> Iterator[None]:
    intake = asyncio.ensure_future(owner.intake.run())
    yield
    intake.cancel()


def test_numbers_as_people_write_lists() -> None:
    assert compositions.numbers(NUMBERS) == ["+7 903 123-45-60", "8 (903) 123-45-61", "79031234562"]
    assert compositions.numbers(" \n,;") == []


async def test_what_it_would_cost(world: World) -> None:
    owner = await person(world, "anna", Role.SENDER)
    with taking_in(owner):
        found = await compose(owner, Composition(f"{NUMBERS}, 12, x", (), (viber(), sms())), dry_run=True)
    assert (found.recipients, found.looked_at, found.accepted) == (5, 5, 3)
    assert found.rejected == {Rejection.BAD_RECIPIENT: 2}
    assert found.examples == {Rejection.BAD_RECIPIENT: "12"}
    assert found.price == 3 * (SMS_PRICE + 15_000)
    assert world.count() == 0


async def test_who_stands_there_twice_gets_it_once(world: World) -> None:
    owner = await person(world, "anna", Role.SENDER)
    reference = await base(owner, ("79031234560", "Anna"), ("79031234569", "Boris"))
    with taking_in(owner):
        sent = await compose(owner, Composition("8 903 1234560\n+79031234560", [reference], (sms(),)))
    assert (sent.recipients, sent.accepted, world.count()) == (2, 2, 2)


async def test_the_fields_of_subscribers_are_filled_in_and_several_make_a_campaign(world: World) -> None:
    owner = await person(world, "anna", Role.SENDER)
    reference = await base(owner, ("79031234560", "Anna"), ("79031234561", "Boris"))
    with taking_in(owner):
        sent = await compose(owner, Composition("", [reference], (sms("Hello, #name#!"),)))
    found = world.read(lambda tx: messages.latest(tx, 9, world.demo))
    assert {message.plan[0].content.text for message in found} == {"Hello, Anna!", "Hello, Boris!"}
    campaign = world.read(lambda tx: campaigns.by_id(tx, world.demo, "web", sent.campaign or 0))
    assert campaign is not None
    assert {message.campaign for message in found} == {campaign.id}


async def test_one_is_no_campaign(world: World) -> None:
    owner = await person(world, "anna", Role.SENDER)
    with taking_in(owner):
        sent = await compose(owner, Composition("79031234560", (), (sms(),)))
    (message,) = world.read(lambda tx: messages.latest(tx, 9, world.demo))
    assert (sent.campaign, sent.first, message.campaign) == (None, message.id, None)


async def test_many_are_sent_in_pieces_and_looked_at_in_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tolmach.services.reception.TOGETHER", 3)
    owner = await person(world, "anna", Role.SENDER)
    numbers = "\n".join(f"7903123{number:04}" for number in range(8))
    with taking_in(owner):
        sent = await compose(owner, Composition(numbers, (), (sms(),)))
        many = "\n".join(f"7903{number:07}" for number in range(LOOKED_AT + 5))
        monkeypatch.undo()
        looked = await compose(owner, Composition(many, (), (sms(),)), dry_run=True)
    found = world.read(lambda tx: messages.latest(tx, 99, world.demo))
    assert (sent.accepted, len(found), len({message.campaign for message in found})) == (8, 8, 1)
    assert (looked.recipients, looked.looked_at) == (LOOKED_AT + 5, LOOKED_AT)


async def test_the_same_form_sends_once(world: World) -> None:
    owner = await person(world, "anna", Role.SENDER)
    composition = Composition("79031234560", (), (sms(),))
    with taking_in(owner):
        await compose(owner, composition, once="form")
        with pytest.raises(RequestError) as caught:
            await compose(owner, composition, once="form")
    assert (caught.value.failure, world.count()) == (Failure.REPEATED, 1)


async def test_a_base_of_somebody_else_is_not_there(world: World) -> None:
    owner, stranger = await person(world, "anna", Role.SENDER), await person(world, "igor", Role.OWNER, "other")
    reference = await base(stranger, ("79031234560", "Anna"))
    with pytest.raises(RequestError) as caught:
        await compose(owner, Composition("", [reference], (sms(),)), dry_run=True)
    assert caught.value.failure is Failure.UNKNOWN_BASE


async def test_a_viewer_sends_nothing(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    with pytest.raises(ForbiddenError):
        await compose(viewer, Composition("79031234560", (), (sms(),)))


@pytest.mark.parametrize(
    ("text", "parts", "left", "is_unicode"),
    [
        ("", 1, 160, False),
        ("a" * 160, 1, 0, False),
        ("a" * 161, 2, 145, False),
        ("€" * 80, 1, 0, False),
        ("я" * 70, 1, 0, True),
        ("я" * 71, 2, 63, True),
    ],
)
async def test_quotes(world: World, text: str, parts: int, left: int, is_unicode: bool) -> None:
    owner = await person(world, "anna", Role.SENDER)
    found = await owner.ask(QuoteText(text))
    assert (found.characters, found.parts, found.left, found.is_unicode) == (len(text), parts, left, is_unicode)


async def test_what_makes_it_unicode_and_what_could_stand_there(world: World) -> None:
    owner = await person(world, "anna", Role.SENDER)
    found = await owner.ask(QuoteText("Sale — 20 %" + "." * 80))
    assert [(one.char, one.position, one.plain) for one in found.foreigners] == [("—", 6, "-")]
    assert (found.parts, found.plain_parts, found.plain[:8]) == (2, 1, "Sale - 2")
    assert (await owner.ask(QuoteText("я" * 20_000))).too_long


async def test_quiet_hours_are_the_recipient_s(world: World) -> None:
    owner = await person(world, "anna", Role.SENDER)
    reference = (await owner.ask(EditBases([PutBase(None, {"name": "East"})]))).items[0].id
    edits = [PutSubscriber("79031234568", {"region": "Приморский край"}), PutSubscriber("79031234569", {})]
    await owner.ask(EditSubscribers([SubscriberEdits(str(reference), edits)]))
    night = Quiet(time(21), time(9))  # 22:00 in Vladivostok, 15:00 in Moscow
    found = Composition("", (str(reference),), (sms(),), quiet=night)
    drafts = await owner.ask(ExpandComposition(found))
    assert [draft.due for draft in drafts] == [datetime(2026, 3, 3, 2), None]  # noqa: DTZ001 - a wall clock
    with taking_in(owner):
        assert (await compose(owner, found, dry_run=True)).put_off == 1
        assert (await compose(owner, replace(found, quiet=None), dry_run=True)).put_off == 0
