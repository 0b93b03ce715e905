import asyncio
import resource
import socket
from typing import Any

from structlog.testing import capture_logs

from tests.gateway import DEADLINE
from tolmach.core.ids import AccountId
from tolmach.fronts.line import Line, introduce, introduced
from tolmach.fronts.parcels import Answer, End, Parcel, Said
from tolmach.gateway.membership import introductions


class Ear:
    """What one end of a line has heard."""

    def __init__(self) -> None:
        self.heard = asyncio.Queue[Parcel]()
        self.unsaid = list[Parcel]()
        self.lost = asyncio.Event()

    def line(self) -> Line:
        return Line(
            lambda _, parcel: self.heard.put_nowait(parcel),
            lambda _: self.lost.set(),
            lambda _, parcel: self.unsaid.append(parcel),
        )


async def connected() -> tuple[Line, Line, Ear, Ear]:
    one, other = socket.socketpair()
    loop, first, second = asyncio.get_running_loop(), Ear(), Ear()
    _, left = await loop.create_unix_connection(first.line, sock=one)
    _, right = await loop.create_unix_connection(second.line, sock=other)
    return left, right, first, second


async def test_what_is_said_is_heard_in_its_order_however_large() -> None:
    async with asyncio.timeout(DEADLINE):
        left, right, first, second = await connected()
        said: list[Parcel] = [Answer(number, AccountId(1), "x" * 300_000) for number in range(20)]
        for parcel in said:
            left.say(parcel)
            await asyncio.sleep(0)
        right.say(Said(1))
        assert [await second.heard.get() for _ in said] == said
        assert await first.heard.get() == Said(1)
        left.say(Said(2))
        left.close()  # what was said goes before
        assert await second.heard.get() == Said(2)
        await second.lost.wait()
        right.say(Said(3))  # nobody hears it, and nothing fails
        right.close()
        await first.lost.wait()


async def test_what_cannot_be_said_does_not_take_its_neighbours_along() -> None:
    async with asyncio.timeout(DEADLINE):
        left, right, first, second = await connected()
        bad: Any = Answer(2, AccountId(1), lambda: None)
        for parcel in (Answer(1, AccountId(1), None), bad, End(3, failed=False)):
            left.say(parcel)
        assert [await second.heard.get(), await second.heard.get()] == [Answer(1, AccountId(1), None), End(3, False)]
        assert first.unsaid == [bad]
        left.close()
        right.close()


async def test_what_is_no_batch_ends_the_line_and_is_carried_out_by_nobody() -> None:
    async with asyncio.timeout(DEADLINE):
        one, other = socket.socketpair()
        end = Ear()
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        await asyncio.get_running_loop().create_unix_connection(end.line, sock=other)
        one.sendall(b"\x00\x00\x00\x05never")
        await end.lost.wait()
        assert end.heard.empty()
        one.close()


def test_a_line_is_introduced_now_or_later() -> None:
    between = introductions()
    between.hears.setblocking(False)
    assert introduced(between.hears) is None
    mine = introduce(between.asks)
    theirs = introduced(between.hears)
    assert theirs is not None
    mine.sendall(b"hello")
    theirs.setblocking(True)
    assert theirs.recv(5) == b"hello"
    for one in (mine, theirs, *between):
        one.close()


def test_a_line_for_which_there_is_no_file_descriptor_left_ends() -> None:
    between = introductions()
    between.hears.setblocking(False)
    mine = introduce(between.asks)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with capture_logs() as logs:
            assert introduced(between.hears) is None
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert [entry["log_level"] for entry in logs] == ["error"]
    mine.setblocking(True)
    assert mine.recv(1) == b""
    for one in (mine, *between):
        one.close()
