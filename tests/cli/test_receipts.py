"""``tolmach receipt``, beside a gateway whose carrier writes ids in two ways."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.cli.stage import Ran, complaint, run
from tests.connectors.smsc import Peer, Smsc, eventually, receipt, serving
from tests.connectors.test_smpp_gateway import PHONE, state, table
from tests.e2e.documents import pronto_sms
from tests.gateway import Live, rows, running, until
from tolmach.codecs.smpp.bodies import SubmitSm

HEX = {"answer": "hex", "text": "decimal", "prefer": "text"}


def hexadecimal(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
    """Answer in hexadecimal, report in decimal digits."""
    number = 490757963 + int(smsc.accept(body))
    peer.answer(sequence, f"{number:X}")
    peer.deliver(receipt(str(number)))


def tolmach(data: Path, links: list[dict[str, Any]], *words: str) -> Ran:
    return run("receipt", *words, env={"TOLMACH_DATA": str(data), "TOLMACH_LINKS": json.dumps(links)})


async def kept(live: Live, count: int) -> None:
    async def there() -> bool:
        return (await live.read(rows))["orphans"] == count

    await until(there)


async def test_kept_receipts_are_listed_and_match_when_the_rules_are_given(installation: Path) -> None:
    async with serving(hexadecimal) as smsc:
        links = [table(smsc)]

        async def ask(*words: str) -> Ran:
            return await asyncio.to_thread(tolmach, installation, links, *words)

        async with running(installation, sandbox={}, links=links) as live:
            await live.post("/xml/", pronto_sms(PHONE))
            await kept(live, 1)
            assert "490757964" in (await ask("list")).out
            (listed,) = (await ask("list", "--link", "carrier", "--json")).json
            assert (listed["text_id"], listed["status"]) == ("490757964", "delivered")
            assert (await ask("list", "--link", "other", "--json")).json == []
            right = ("--answer", "hex", "--text", "decimal", "--prefer", "text")
            assert (await ask("rematch", "carrier")).out == "0 of 1 kept receipts match\n"
            told = "490757964 is 1d405f4c\n1 of 1 kept receipts would match\n"
            assert (await ask("rematch", "carrier", *right, "--dry-run")).out == told
            assert await state(live) == "send"
            assert (await ask("rematch", "carrier", *right)).out.endswith("1 of 1 kept receipts match\n")
            assert await state(live) == "deliver"
            await kept(live, 0)


async def test_a_rule_changed_in_the_settings_matches_by_itself(installation: Path) -> None:
    async with serving(hexadecimal) as smsc:
        async with running(installation, sandbox={}, links=[table(smsc)]) as live:
            await live.post("/xml/", pronto_sms(PHONE))
            await kept(live, 1)
        async with running(installation, sandbox={}, links=[table(smsc, ids=HEX)]) as live:
            assert await state(live) == "deliver"
            await live.post("/xml/", pronto_sms(PHONE))
            await live.settled()
            await eventually(lambda: len(smsc.answers) == 2)
            assert (await live.read(rows))["orphans"] == 0


def test_links_that_cannot_be_asked(installation: Path) -> None:
    assert complaint(tolmach(installation, [], "rematch", "x"), 1) == "there is no link 'x'"
    gate = {"name": "gate", "type": "prontosms", "login": "me", "password": "x"}
    assert "no link over SMPP" in complaint(tolmach(installation, [gate], "rematch", "gate"), 1)
