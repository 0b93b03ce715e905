"""A bad line to a provider that is killed, and a gateway that is: no message is lost, none is sent twice.

The provider is a gateway in a process of its own. Between the two stands a line that swallows requests and answers. The
size is that of `TOLMACH_TORTURE` (`scripts/torture`), else small.
"""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from tests.clock import NOON
from tests.e2e.chain import KINDS, Furnish, far, link, near
from tests.e2e.documents import pronto_sms
from tests.faults.processes import PHONES, afford, setting, told
from tests.faults.relay import relaying
from tests.gateway import DEADLINE, until
from tests.gateway import rows as counts
from tolmach.connectors import http
from tolmach.core.money import parse_money
from tolmach.services import ledger

TOTAL = int(os.environ.get("TOLMACH_TORTURE", "60"))
KILLS = (0.2, 0.6)  # of the messages are with the provider
SIZE = 20
DOUBT = 3.0
PATIENCE = DEADLINE + TOTAL / 5


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@asynccontextmanager
async def process(data: Path, port: int, settings: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A gateway in a process of its own; it is killed at the end."""
    environment = {**os.environ, "TOLMACH_DATA": str(data), "TOLMACH_LOG_LEVEL": "error", **setting(data), **settings}
    gateway = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from tolmach.cli import main; main()", "serve", "--port", str(port),
        env=environment, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert gateway.stdout is not None
    try:
        async with asyncio.timeout(DEADLINE):
            await gateway.stdout.readline()
        yield gateway
    finally:
        if gateway.returncode is None:
            gateway.kill()
        await gateway.communicate()


async def counted(data: Path, table: str) -> int:
    """Return how many rows a table of a gateway has."""
    ((number,),) = await asyncio.to_thread(told, data, f"SELECT count(*) FROM {table}")
    return int(number)


@pytest.mark.timeout(120 + TOTAL)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_provider_that_dies_behind_a_bad_line(
    kind: str, installation: Path, furnish: Furnish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "DOUBT_PAUSE", 0.2)
    monkeypatch.setattr(http, "DOUBT_MOST", 1.0)
    afford(installation)
    port = free_port()
    numbers = [f"79{number:07}00" for number in range(TOTAL)]
    async with relaying(f"http://127.0.0.1:{port}", late=1.2) as relay:
        links = [
            link(kind, relay.port, timeout=1.0, doubt=DOUBT, batch=5, poll={"first": 0.2, "most": 1.0, "batch": 10})
        ]
        async with near(furnish, tmp_path / "near", links) as gateway:
            await gateway.write(lambda tx: ledger.top_up(tx, "demo", parse_money("9000"), "", NOON))
            for first in range(0, TOTAL, SIZE):
                await gateway.post("/xml/", pronto_sms(*numbers[first : first + SIZE], text="Load"))
            for share in KILLS:

                async def far_enough(share: float = share) -> bool:
                    return await counted(installation, "messages") >= share * TOTAL

                async with process(installation, port, PHONES) as provider:
                    await until(far_enough, PATIENCE)
                    provider.kill()
            async with process(installation, port, PHONES):

                async def all_final() -> bool:
                    return (await gateway.read(counts))["queue"] == 0

                await until(all_final, PATIENCE)
            assert relay.lost > 3
            await gateway.settled()
    check(tmp_path / "near", installation, numbers)


def check(ours: Path, theirs: Path, numbers: list[str]) -> None:
    """See that the provider has each message once, and that we know that it was delivered."""
    assert told(ours, "SELECT status, count(*) FROM legs GROUP BY status") == [("delivered", TOTAL)]
    found = told(theirs, "SELECT recipient, count(*) FROM messages GROUP BY recipient")
    assert sorted(found) == [(number, 1) for number in numbers]  # none lost, none twice


@pytest.mark.timeout(120 + TOTAL)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_gateway_that_dies_while_it_sends(
    kind: str, installation: Path, furnish: Furnish, tmp_path: Path
) -> None:
    afford(installation)
    numbers = [f"79{number:07}00" for number in range(TOTAL)]
    async with far(furnish, tmp_path / "far") as carrier:
        await carrier.write(lambda tx: ledger.top_up(tx, "demo", parse_money("9000"), "", NOON))
        # two at once, so that it dies with some of them in its hands
        one = link(kind, carrier.port, connections=2, batch=3, poll={"first": 0.2, "most": 1.0, "batch": 10})
        port, settings = free_port(), {"TOLMACH_LINKS": json.dumps([one])}
        for number, share in enumerate((0.0, *KILLS)):

            async def far_enough(share: float = share) -> bool:
                return await counted(tmp_path / "far", "messages") > share * TOTAL

            async with process(installation, port, settings) as gateway:
                if not number:
                    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http_:
                        for first in range(0, TOTAL, SIZE):
                            body = pronto_sms(*numbers[first : first + SIZE], text="Load").encode()
                            async with http_.post("/xml/", data=body) as answer:
                                assert (await answer.text()).count(">send<") == SIZE
                await until(far_enough, PATIENCE)
                gateway.kill()
        async with process(installation, port, settings):

            async def all_final() -> bool:
                return await counted(installation, "queue") == 0

            await until(all_final, PATIENCE)
    check(installation, tmp_path / "far", numbers)
