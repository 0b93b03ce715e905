"""An SMPP link tried once, outside the gateway: connect, bind, ask whether it is there, send, unbind; each step timed.

What the carrier delivers meanwhile is given back to it: a receipt belongs to the gateway, which will get it later.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tolmach.codecs.smpp.bodies import Body, DataSm, DataSmResp, DeliverSmResp, SubmitSmResp
from tolmach.codecs.smpp.constants import Status, status_name
from tolmach.codecs.smpp.events import Answered, BindRefused, Bound, Closed, Event, Received, Unanswered
from tolmach.codecs.smpp.session import Session, Timing
from tolmach.codecs.smpp.states import Role
from tolmach.connectors.smpp_binding import context, kinds
from tolmach.core.links import SmppLink

_OCTETS = 65_536

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: how many seconds it took and what came of it. No step follows one that is not ``sound``."""

    name: str
    seconds: float
    detail: str = ""
    sound: bool = True


class _BrokenError(Exception):
    """The step under way has failed, and why."""


class Trial:
    """One connection to a link's SMSC. ``messages`` are the parts that are sent, one after the other."""

    def __init__(self, link: SmppLink, messages: Sequence[Body]) -> None:
        self._link = link
        self._messages = messages
        self._events: list[Event] = []

    async def run(self) -> AsyncIterator[Step]:
        """Yield what each step came to, as it ends."""
        timers, loop = self._link.timers, asyncio.get_running_loop()
        name, start = "connect", loop.time()
        try:
            async with asyncio.timeout(timers.bind):
                await self._connect()
            yield Step(name, loop.time() - start)
            try:
                for name, work, limit in (
                    ("bind", self._bind, timers.bind),
                    ("enquire_link", self._enquire, timers.response),
                    *((f"submit_sm {n}", self._submit, timers.response) for n in range(1, len(self._messages) + 1)),
                    ("unbind", self._unbind, timers.response),
                ):
                    start = loop.time()
                    async with asyncio.timeout(limit):
                        detail = await work()
                    yield Step(name, loop.time() - start, detail)
            finally:
                self._writer.close()
        except TimeoutError:
            yield Step(name, loop.time() - start, "no answer in time", sound=False)
        except (_BrokenError, OSError, UnicodeError, ValueError) as error:
            yield Step(name, loop.time() - start, str(error), sound=False)

    async def _connect(self) -> None:
        link, timers = self._link, self._link.timers
        timing = Timing(timers.bind, timers.response, timers.enquire_link, timers.enquire_answer)
        self._session = Session(Role.ESME, now=self._now(), window=1, timing=timing)
        self._left = iter(self._messages)
        self._reader, self._writer = await asyncio.open_connection(link.host, link.port, ssl=context(link.tls))

    async def _bind(self) -> str:
        link = self._link
        self._session.bind(kinds(link)[0](link.system_id, link.password, link.system_type), self._now())
        bound = await self._until(Bound)
        return f"as {bound.system_id}" if bound.system_id else ""

    async def _enquire(self) -> str:
        self._session.enquire(self._now())
        return _sound(await self._until(Answered))

    async def _submit(self) -> str:
        self._session.request(next(self._left), self._now())
        answer = await self._until(Answered)
        _sound(answer)
        return f"taken, as {answer.body.message_id}" if isinstance(answer.body, SubmitSmResp) else "taken"

    async def _unbind(self) -> str:
        self._session.unbind(self._now())
        await self._until(Closed)
        return ""

    async def _until(self, kind: type[E]) -> E:
        """Wait for an event; what else comes is dealt with on the way."""
        while True:
            while self._events:
                event = self._events.pop(0)
                if isinstance(event, kind):
                    return event
                self._other(event)
            self._writer.write(self._session.data_to_send())
            data = await self._reader.read(_OCTETS)
            self._events += self._session.receive(data, self._now()) if data else self._session.disconnected()

    def _other(self, event: Event) -> None:
        match event:
            case Received(sequence, body):
                answer = DataSmResp() if isinstance(body, DataSm) else DeliverSmResp()
                self._session.respond(sequence, answer, Status.RX_T_APPN)
            case BindRefused(status):
                raise _BrokenError(f"refused: {status_name(status)}")
            case Unanswered():
                pass  # the end of the session follows
            case Closed(reason):
                raise _BrokenError(reason.value)
            case _:
                pass

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _sound(answer: Answered) -> str:
    if answer.status:
        raise _BrokenError(f"refused: {status_name(answer.status)}")
    return ""
