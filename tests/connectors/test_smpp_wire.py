"""One connection: writing that stalls, and ends that nobody answers."""

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.connectors.smsc import eventually, serving
from tolmach.codecs.smpp.bodies import BindReceiver, BindTransceiver, SubmitSm
from tolmach.codecs.smpp.events import Bound, Closed, Event, Unanswered
from tolmach.codecs.smpp.session import Session
from tolmach.codecs.smpp.states import Role
from tolmach.connectors.smpp_wire import Wire


class Owner:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def happened(self, wire: Wire, events: Sequence[Event]) -> None:
        self.events += events

    def has(self, kind: Any) -> bool:
        return any(isinstance(event, kind) for event in self.events)


async def connect(port: int, owner: Owner, bind: Any = BindTransceiver) -> Wire:
    loop = asyncio.get_running_loop()
    wire = Wire(Session(Role.ESME, now=loop.time()), owner)
    await loop.create_connection(lambda: wire, "127.0.0.1", port)
    wire.session.bind(bind("esme", ""), loop.time())
    wire.flush()
    await eventually(lambda: owner.has(Bound))
    return wire


async def test_what_is_not_written_was_never_sent() -> None:
    owner = Owner()
    async with serving() as smsc:
        wire = await connect(smsc.port, owner)
        assert (wire.submits, wire.room) == (True, 10)
        wire.pause_writing()
        assert wire.room == 0
        wire.session.request(SubmitSm(), asyncio.get_running_loop().time(), "tag")
        wire.flush()
        smsc.peers[0].drop()
        await eventually(lambda: owner.has(Closed))
    (silent,) = [event for event in owner.events if isinstance(event, Unanswered)]
    assert (silent.tag, silent.handed_over) == ("tag", False)
    assert wire.closed.is_set()
    assert smsc.seen == []


async def test_one_that_probes_sends_one_message_at_a_time() -> None:
    async with serving() as smsc:
        wire = await connect(smsc.port, Owner())
        wire.probes = True
        assert wire.submits
        wire.session.request(SubmitSm(), asyncio.get_running_loop().time())
        assert (wire.submits, wire.room) == (False, 0)
        wire.flush()
        await eventually(lambda: wire.submits)
        wire.close()
        await wire.closed.wait()


async def test_it_goes_on_writing() -> None:
    async with serving() as smsc:
        wire = await connect(smsc.port, Owner())
        wire.pause_writing()
        wire.session.request(SubmitSm(), asyncio.get_running_loop().time())
        wire.flush()
        wire.resume_writing()
        await eventually(lambda: smsc.taken)
        wire.close()
        await wire.closed.wait()
        wire.flush()
        wire.read(go_on=False)
        wire.close()


async def test_unbind_ends_it_politely() -> None:
    owner = Owner()
    async with serving() as smsc:
        wire = await connect(smsc.port, owner, BindReceiver)
        assert (wire.submits, wire.room) == (False, 0)
        wire.unbind()
        await wire.closed.wait()
        assert [event.reason.value for event in owner.events if isinstance(event, Closed)] == ["unbound"]
        assert not wire.session.in_flight
    assert smsc.peers == []


async def test_without_a_bind_unbind_just_closes() -> None:
    loop = asyncio.get_running_loop()
    async with serving() as smsc:
        wire = Wire(Session(Role.ESME, now=loop.time()), Owner())
        wire.flush()  # not connected yet
        await loop.create_connection(lambda: wire, "127.0.0.1", smsc.port)
        wire.unbind()
        await wire.closed.wait()
    assert smsc.binds == []
