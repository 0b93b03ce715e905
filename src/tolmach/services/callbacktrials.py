"""Trying an account's callback address: a made-up status is posted there as a real one would be."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from tolmach.core.clock import Clock
from tolmach.core.results.callbacklog import CallbackTrial
from tolmach.core.status import Status
from tolmach.core.timezones import to_wall
from tolmach.dialects.contract import Push, PushedState
from tolmach.services.guesses import Guesses
from tolmach.wire import WireRequest, WireResponse

MESSAGE: Final = 1
"""The id that is posted; messages have ids that are multiples of ten, so it is nobody's."""

RECIPIENT: Final = "79000000000"
TRIALS: Final = 10  # a minute: it is a button for people, and no way to knock at the doors of others
LONGEST: Final = 2_000  # characters of an answer that are shown

Post = Callable[[WireRequest], Awaitable[WireResponse]]
"""Sends a request to a customer's address; raises an exception whose text tells why there is no answer."""


class CallbackTrials:
    """Tries callback addresses, each account a few times a minute."""

    def __init__(self, push: Push, post: Post, failure: type[Exception], clock: Clock) -> None:
        """``failure`` is what ``post`` raises when there is no answer."""
        self._push = push
        self._post = post
        self._failure = failure
        self._clock = clock
        self._made = Guesses(TRIALS)

    async def make(self, account: int, url: str, zone: str) -> CallbackTrial:
        """Post a status to an address and return what came back."""
        now = self._clock.now()
        if not url:
            return CallbackTrial()
        if self._made.exhausted([str(account)], now):
            return CallbackTrial(url, soon=True)
        self._made.add([str(account)], now)
        return await self._posted(self._push.request(url, [_state(now, zone)]))

    async def _posted(self, request: WireRequest) -> CallbackTrial:
        url, posted = request.path, request.body.decode()
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            response = await self._post(request)
        except self._failure as error:
            return CallbackTrial(url, posted, milliseconds=_since(start, loop.time()), error=str(error))
        return CallbackTrial(
            url,
            posted,
            response.status,
            response.body.decode("utf-8", "replace")[:LONGEST],
            _since(start, loop.time()),
            MESSAGE in self._push.acknowledged(response),
        )


def _state(now: datetime, zone: str) -> PushedState:
    changed = to_wall(now.replace(microsecond=0) - timedelta(seconds=1), zone)
    return PushedState(0, MESSAGE, Status.DELIVERED, changed, RECIPIENT, "", "prontosms")


def _since(start: float, end: float) -> int:
    return round((end - start) * 1000)
