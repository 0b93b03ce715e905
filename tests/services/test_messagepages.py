from datetime import date

import pytest

from tests.services.visiting import person
from tests.services.world import SMS_PRICE, World
from tolmach.core.commands.messages import ListMessages, ShowMessage
from tolmach.core.results.timelines import Event
from tolmach.core.status import Status
from tolmach.core.users import Role


async def test_a_row(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    number = world.send()
    world.submit()
    (row,) = (await viewer.ask(ListMessages())).rows
    assert (row.id, row.recipient, row.sender, row.text, row.parts) == (number, "79031234567", "Tolmach", "Hello", 1)
    assert (row.status, row.charged, row.dialect) == (Status.SENT, SMS_PRICE, "prontosms")
    assert f"{row.accepted_at:%H:%M %Z}" == "15:00 MSK"


async def test_pages_and_filters(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    for number in range(5):
        world.send(phone=f"7903123456{number}")
    first = await viewer.ask(ListMessages(limit=3))
    assert [row.recipient[-1] for row in first.rows] == ["4", "3", "2"]
    second = await viewer.ask(ListMessages(limit=3, before=first.before))
    assert ([row.recipient[-1] for row in second.rows], second.before, second.whole) == (["1", "0"], 0, True)
    for command, found in (
        (ListMessages(recipient="+7 (903) 123-45-61"), ["1"]),
        (ListMessages(recipient="8 903 123-45-62"), ["2"]),
        (ListMessages(sender="Nobody"), []),
        (ListMessages(statuses=frozenset({Status.DELIVERED})), []),
        (ListMessages(statuses=frozenset({Status.QUEUED}), limit=1), ["4"]),
        (ListMessages(campaign=77), []),
    ):
        assert [row.recipient[-1] for row in (await viewer.ask(command)).rows] == found


async def test_days_are_those_of_the_account(world: World) -> None:
    viewer = await person(world, "vera", Role.VIEWER)
    early = world.send()
    world.wait(hours=10)  # one in the night of the next day, in Moscow
    late = world.send()
    for command, found in (
        (ListMessages(first_day=date(2026, 3, 3)), [late]),
        (ListMessages(last_day=date(2026, 3, 2)), [early]),
        (ListMessages(first_day=date(2026, 3, 2), last_day=date(2026, 3, 3)), [late, early]),
        (ListMessages(first_day=date(2026, 3, 4)), []),
    ):
        assert [row.id for row in (await viewer.ask(command)).rows] == found


async def test_a_day_ends_at_midnight_to_the_minute(world: World) -> None:
    """Ids grow with time only almost, so they are looked up with some to spare; the day itself has its own bounds."""
    viewer = await person(world, "vera", Role.VIEWER)
    world.wait(hours=8, minutes=59)
    before = world.send()
    world.wait(minutes=2)
    after = world.send()
    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)
    for command, found in (
        (ListMessages(last_day=monday), [before]),
        (ListMessages(first_day=tuesday), [after]),
        (ListMessages(first_day=monday, last_day=monday), [before]),
        (ListMessages(first_day=date.min, last_day=date.max), [after, before]),
    ):
        assert [row.id for row in (await viewer.ask(command)).rows] == found


async def test_a_search_rests_after_so_many_messages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tolmach.services.messagepages.LOOKED_AT", 3)
    viewer = await person(world, "vera", Role.VIEWER)
    wanted = world.send(phone="79031234560")
    for _ in range(5):
        world.send(phone="79031234561")
    command = ListMessages(recipient="79031234560")
    first = await viewer.ask(command)
    assert (first.rows, first.whole) == ([], False)
    second = await viewer.ask(ListMessages(recipient="79031234560", before=first.before))
    assert [row.id for row in second.rows] == [wanted]


async def test_one_message_without_what_is_the_operator_s(world: World) -> None:
    viewer, stranger = await person(world, "vera", Role.VIEWER), await person(world, "igor", Role.OWNER, "other")
    number = world.send()
    leg = world.submit().leg
    for id_ in (number, leg):
        found = await viewer.ask(ShowMessage(id_))
        assert found is not None
        assert found.id == number
        assert Event.CLAIMED not in {moment.event for moment in found.moments}
    assert await stranger.ask(ShowMessage(number)) is None
    assert await viewer.ask(ShowMessage(123_450)) is None
