"""Bodies under way: who waits how long, and who gives way."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Message

from tolmach.api.arrivals import ROOM, Arrivals
from tolmach.core.errors import Failure, RequestError
from tolmach.core.limits import RequestLimits


class Client:
    """Sends the pieces of a body when the test says so."""

    def __init__(self, arrivals: Arrivals, remote: str) -> None:
        self._pieces = asyncio.Queue[Message]()
        self.body = asyncio.create_task(arrivals.read(self._pieces.get, remote))

    async def send(self, piece: bytes, *, more: bool = True) -> None:
        self._pieces.put_nowait({"type": "http.request", "body": piece, "more_body": more})
        await _turns()

    async def refusal(self) -> str:
        with pytest.raises(RequestError) as refused:
            await self.body
        assert refused.value.failure is Failure.BUSY
        return refused.value.detail


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def _clients(arrivals: Arrivals, remotes: Sequence[str]) -> list[Client]:
    clients = [Client(arrivals, remote) for remote in remotes]
    await _turns()
    return clients


async def test_the_oldest_of_the_address_that_sends_most_gives_way() -> None:
    arrivals = Arrivals(RequestLimits(at_once=4))
    alone, *many = await _clients(arrivals, ["10.0.0.1", *["10.0.0.2"] * 5])
    assert [await each.refusal() for each in many[:2]] == ["too many bodies are under way"] * 2
    for each in (alone, *many[2:]):
        await each.send(b"whole", more=False)
        assert await each.body == b"whole"
    assert len(await _clients(arrivals, ["10.0.0.3"] * 4)) == 4
    assert sum(task.get_coro().__name__ == "read" for task in asyncio.all_tasks()) == 4  # type: ignore[union-attr]


async def test_octets_that_wait_have_a_bound() -> None:
    arrivals = Arrivals(RequestLimits(body=10))
    small, *large = await _clients(arrivals, ["10.0.0.1", *["10.0.0.2"] * ROOM])
    await small.send(b"x")
    for each in large:
        await each.send(b"x" * 10)
    assert await large[0].refusal() == "too many bodies are under way"
    for each in (small, *large[1:]):
        await each.send(b"", more=False)
        assert await each.body in (b"x", b"x" * 10)


async def test_what_is_dropped_takes_no_room() -> None:
    arrivals = Arrivals(RequestLimits(body=10))
    clients = await _clients(arrivals, ["10.0.0.1"] * 3 * ROOM)
    for each in clients:
        await each.send(b"x" * 10)
        await each.send(b"x")
    for each in clients:
        await each.send(b"", more=False)
        assert await each.body is None


async def test_a_body_has_its_time() -> None:
    arrivals = Arrivals(RequestLimits(body_seconds=0.01))
    client = Client(arrivals, "10.0.0.1")
    await client.send(b"x")
    assert await client.refusal() == "its body did not come in time"


async def test_a_client_that_goes() -> None:
    arrivals = Arrivals(RequestLimits(at_once=1))
    client = Client(arrivals, "10.0.0.1")
    client._pieces.put_nowait({"type": "http.disconnect"})
    with pytest.raises(ConnectionError):
        await client.body
