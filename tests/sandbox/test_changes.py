import asyncio

from tolmach.sandbox.changes import Changes

LONG = 30.0


async def test_a_change_wakes_every_listener_once() -> None:
    changes = Changes()
    with changes.subscribe() as one, changes.subscribe() as two:
        waiting = [asyncio.create_task(each.wait(LONG)) for each in (one, two)]
        await asyncio.sleep(0)
        changes.tell()

        assert await asyncio.gather(*waiting) == [True, True]
        assert not await one.wait(0)


async def test_a_change_while_busy_is_not_missed() -> None:
    changes = Changes()
    with changes.subscribe() as listener:
        changes.tell()
        changes.tell()

        assert await listener.wait(LONG)
        assert not await listener.wait(0)


async def test_what_has_changed_is_told_once() -> None:
    changes = Changes()
    with changes.subscribe() as one, changes.subscribe() as two:
        changes.tell([7, 3], ["79161234500"])
        changes.tell([7])
        assert one.changed() == ([3, 7], ["79161234500"])
        assert one.changed() == ([], [])
        assert two.changed() == ([3, 7], ["79161234500"])


async def test_the_end_wakes_listeners_and_greets_late_ones() -> None:
    changes = Changes()
    with changes.subscribe() as early:
        changes.close()
        with changes.subscribe() as late:
            assert [await early.wait(LONG), early.closed] == [True, True]
            assert [await late.wait(LONG), late.closed] == [True, True]


async def test_who_left_is_not_told() -> None:
    changes = Changes()
    with changes.subscribe() as gone:
        pass
    changes.tell()

    assert not await gone.wait(0)
