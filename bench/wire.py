"""SMPP over asyncio with nothing but the session of the product: a side of a benchmark."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tolmach.codecs.smpp.events import Event
from tolmach.codecs.smpp.session import Session
from tolmach.codecs.smpp.states import Role


class Wire(asyncio.Protocol):
    """The thinnest shell around a session: octets in, events to a handler, octets out."""

    def __init__(self, role: Role, window: int, handle: Callable[["Wire", Event], None]) -> None:
        self.session = Session(role, now=time.monotonic(), window=window)
        self.handle = handle
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.flush()

    def data_received(self, data: bytes) -> None:
        for event in self.session.receive(data, time.monotonic()):
            self.handle(self, event)
        self.flush()

    def flush(self) -> None:
        data = self.session.data_to_send()
        if data:
            self.transport.write(data)
