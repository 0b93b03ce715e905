import asyncio

import pytest

from tolmach.workers.duties import Duties


async def test_a_process_does_what_it_has_and_nothing_else() -> None:
    running: list[str] = []

    async def work(name: str) -> None:
        running.append(name)
        try:
            await asyncio.Event().wait()
        finally:
            running.remove(name)

    duties = Duties({"a": lambda: work("a"), "b": lambda: work("b")})
    assert duties.names == {"a", "b"}
    await duties.have({"a", "b"})
    await asyncio.sleep(0)
    assert (sorted(running), set(duties.done)) == (["a", "b"], {"a", "b"})
    await duties.have({"b"})
    assert running == ["b"]
    duties.check()
    await duties.have(frozenset())
    assert running == []


@pytest.mark.parametrize("error", [None, LookupError("broken")])
async def test_a_duty_that_ends_is_told(error: Exception | None) -> None:
    async def work() -> None:
        if error:
            raise error

    duties = Duties({"a": work})
    await duties.have({"a"})
    await asyncio.sleep(0)
    with pytest.raises(LookupError if error else RuntimeError, match="broken" if error else "a has ended"):
        duties.check()


async def test_who_is_cancelled_while_a_duty_is_just_ending_is_cancelled() -> None:
    leaving, left = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            leaving.set()
            await left.wait()

    duties = Duties({"a": work})
    await duties.have({"a"})
    await asyncio.sleep(0)
    caller = asyncio.create_task(duties.have(frozenset()))
    await leaving.wait()
    caller.cancel()
    again = asyncio.create_task(duties.have(frozenset()))
    await asyncio.sleep(0.01)
    assert not again.done()  # it has not stopped yet: another process must not begin with it
    left.set()
    await asyncio.wait([caller, again])
    assert caller.cancelled()
    assert not again.cancelled()
