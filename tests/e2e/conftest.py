from collections.abc import AsyncIterator

import pytest

from tests.gateway import Live
from tests.receiver import Receiver, receiving
from tolmach.services import accounts
from tolmach.services.accounts import Changes


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A client's own server."""
    async with receiving() as server:
        yield server


@pytest.fixture
async def telling(live: Live, receiver: Receiver) -> Live:
    """A gateway that tells statuses to the receiver."""
    await subscribe(live, receiver)
    return live


async def subscribe(live: Live, receiver: Receiver, login: str = "demo") -> None:
    """Have an account's statuses told to a receiver."""
    await live.write(lambda tx: accounts.change(tx, login, Changes(callback_url=receiver.url)))
