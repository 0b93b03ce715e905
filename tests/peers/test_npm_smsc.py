"""npm `smpp` as an SMSC, behind a whole gateway: ids in two spellings, and receipts before their answers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.smsc import eventually
from tests.connectors.test_smpp_gateway import last_legs, mailing, state
from tests.e2e.documents import pronto_sms
from tests.gateway import rows, running

SCRIPT = Path(__file__).parent / "server.mjs"
IDS = {"answer": "hex", "text": "decimal"}


@pytest.fixture
async def links(node: str) -> AsyncIterator[list[dict[str, Any]]]:
    """The settings of a link to it."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(node, str(SCRIPT), stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), 60))
        login = {"system_id": "esme", "password": "secret"}
        yield [{"name": "npm", "host": "127.0.0.1", "port": port, "window": 50, "ids": IDS} | login]
    finally:
        process.kill()
        await process.wait()


async def test_messages_and_receipts(installation: Path, links: list[dict[str, Any]]) -> None:
    async with running(installation, sandbox={}, links=links) as live:
        await eventually(lambda: live.gateway.links.current[0].room)
        await live.post("/xml/", mailing(200))
        await live.settled()
        assert {leg.status.value for leg in await last_legs(live, 200)} == {"delivered"}
        assert (await live.read(rows))["orphans"] == 0


async def test_long_texts_and_refusals(installation: Path, links: list[dict[str, Any]]) -> None:
    async with running(installation, sandbox={}, links=links) as live:
        await eventually(lambda: live.gateway.links.current[0].room)
        await live.post("/xml/", pronto_sms("79161234500", text="Длинный текст. " * 12))
        await live.settled()
        assert await state(live) == "deliver"
        assert (await live.read(rows))["parts"] == 3
        await live.post("/xml/", pronto_sms("79161234592"))
        await live.settled()
        (leg,) = (await last_legs(live, 2))[1:]
        assert leg.status.value == "refused"
