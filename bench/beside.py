"""Messages that come in beside other work, one each, at an even pace; and what accepting them took."""

import asyncio
import statistics
import time
from typing import Self

from tests.gateway import Inside
from tolmach.app import Gateway
from tolmach.services import demo

ALONE = 10.0  # seconds


class Flow:
    """A gateway at work, and a client of it that sends so many messages a second, whether answered or not."""

    def __init__(self, gateway: Gateway, rate: int) -> None:
        self._gateway, self._inside, self._rate = gateway, Inside(gateway), rate
        self._taken: list[float] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Begin."""
        listening = asyncio.Event()
        self._serving = asyncio.create_task(self._gateway.run(lambda _: listening.set()))
        await listening.wait()
        self._sending = asyncio.create_task(self._send())
        return self

    async def __aexit__(self, *_: object) -> None:
        """End, when all is answered."""
        self._sending.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._gateway.stop()
        await self._serving

    async def alone(self) -> str:
        """Wait a while, and tell what messages took meanwhile."""
        await asyncio.sleep(ALONE)
        told = self._told("without pages")
        self._taken.clear()
        return told

    def meanwhile(self) -> str:
        """Tell what messages took since."""
        return self._told("with pages")

    def _told(self, when: str) -> str:
        percents = statistics.quantiles(self._taken, n=100)
        shown = ", ".join(f"p{place} {percents[place - 1]:,.1f} ms" for place in (50, 95, 99))
        return f"{len(self._taken):,} messages accepted {when}, {self._rate} a second: {shown}"

    async def _send(self) -> None:
        start, number = time.perf_counter(), 0
        while True:
            number += 1
            await asyncio.sleep(max(0.0, start + number / self._rate - time.perf_counter()))
            task = asyncio.create_task(self._one(number))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _one(self, number: int) -> None:
        body = (
            f'<request><message type="sms"><sender>{demo.SENDER}</sender><text>Order {number} is ready</text>'
            f'<abonent phone="{79_160_000_000 + number}"/></message><security><login value="{demo.LOGIN}"/>'
            f'<password value="{demo.PASSWORD}"/></security></request>'
        )
        start = time.perf_counter()
        answer = await self._inside.ask("/xml/", body.encode())
        self._taken.append(1e3 * (time.perf_counter() - start))
        assert b"id_sms" in answer.body, answer.body
