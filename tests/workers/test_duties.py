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
