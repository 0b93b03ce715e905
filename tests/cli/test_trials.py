"""``tolmach link test`` over SMPP."""

import asyncio
import json

from tests.cli.stage import Ran, complaint, run
from tests.connectors.smsc import Smsc, refuse, serving, take
from tests.connectors.test_smpp_gateway import table
from tolmach.codecs.smpp.constants import Status

SMS = ("--to", "79161234500", "--text", "Привет")


async def tried(smsc: Smsc, *words: str) -> Ran:
    env: dict[str, str | None] = {"TOLMACH_LINKS": json.dumps([table(smsc)])}
    return await asyncio.to_thread(lambda: run("link", "test", "carrier", *words, env=env))


async def test_each_step_is_printed() -> None:
    async with serving(take) as smsc:
        ran = await tried(smsc)
        assert ran.code == 0
        assert [line.split()[:2] for line in ran.out.splitlines()] == [
            ["connect", "ok"],
            ["bind", "ok"],
            ["enquire_link", "ok"],
            ["unbind", "ok"],
        ]
        assert "taken, as 1" in (await tried(smsc, *SMS, "--sender", "INFORM")).out
    assert smsc.seen[0].source_addr == "INFORM"


async def test_a_refusal_ends_with_one() -> None:
    async with serving(refuse(Status.RINVDSTADR)) as smsc:
        ran = await tried(smsc, *SMS)
    assert ran.code == 1
    assert "refused: ESME_RINVDSTADR" in ran.out.splitlines()[-1]


async def test_half_a_message_is_none() -> None:
    async with serving(take) as smsc:
        assert "needs both --to and --text" in complaint(await tried(smsc, *SMS[:2]), 2)
