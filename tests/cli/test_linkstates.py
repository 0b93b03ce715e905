"""``tolmach link list``, ``show``, ``pause`` and ``resume``."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.cli.stage import Ran, complaint, run
from tests.connectors.smsc import deliver, eventually, serving
from tests.connectors.test_smpp_gateway import PHONE, table
from tests.e2e.documents import pronto_sms
from tests.gateway import running, until


def tolmach(data: Path, links: list[dict[str, Any]], *words: str) -> Ran:
    return run("link", *words, env={"TOLMACH_DATA": str(data), "TOLMACH_LINKS": json.dumps(links)})


async def test_the_gateway_tells_how_its_links_fare_and_follows_a_pause(installation: Path) -> None:
    async with serving(deliver) as smsc:
        links = [table(smsc, rate=100)]

        async def ask(*words: str) -> Ran:
            return await asyncio.to_thread(tolmach, installation, links, *words)

        async def state(wanted: str) -> bool:
            return bool((await ask("list", "--json")).json[0]["state"] == wanted)

        async with running(installation, sandbox={}, links=links) as live:
            (link,) = live.gateway.links.current
            await until(lambda: state("up"))
            assert (await ask("pause", "carrier")).out == "carrier is paused\n"
            assert (await ask("pause", "carrier")).out == "carrier was paused already\n"
            await eventually(lambda: link.held)
            assert (link.up, link.room) == (False, 0)
            await live.post("/xml/", pronto_sms(PHONE))
            assert await state("paused")
            assert smsc.seen == []
            assert len(smsc.peers) == 1  # still bound
            assert (await ask("resume", "carrier")).out == "carrier sends again\n"
            await live.settled()
            assert len(smsc.seen) == 1

            async def counted() -> bool:
                shown = (await ask("show", "carrier", "--json")).json
                kinds = [event["event"] for event in shown["events"]]
                return kinds[-3:] == ["resumed", "paused", "bound"]

            await until(counted)
            listed, shown = (await ask("list")).out, (await ask("show", "carrier")).out
            assert "1 of 1" in listed
            assert "submitted" in shown
            assert "paused" in shown


async def test_a_pause_is_there_after_a_restart(installation: Path) -> None:
    async with serving(deliver) as smsc:
        links = [table(smsc)]
        assert tolmach(installation, links, "pause", "carrier").code == 0
        async with running(installation, sandbox={}, links=links) as live:
            (link,) = live.gateway.links.current
            assert link.held
    ran = tolmach(installation, links, "resume", "carrier")
    assert ran.out == "carrier sends again\n"
    assert tolmach(installation, links, "resume", "carrier").out == "carrier was not paused\n"


def test_links_that_never_ran(installation: Path) -> None:
    links = [{"name": "carrier", "host": "smsc.example", "system_id": "me"}]
    assert "never ran" in tolmach(installation, links, "list").out
    assert "never ran" in tolmach(installation, links, "show", "carrier").out
    assert "there is no link 'x'" in complaint(tolmach(installation, links, "show", "x"), 1)
    assert "there is no link 'x'" in complaint(tolmach(installation, links, "pause", "x"), 1)


async def test_the_sandbox_that_the_gateway_runs_is_a_link_whatever_the_settings_say(installation: Path) -> None:
    """`tolmach demo` switches it on without any setting; other commands learn of it from what the gateway reports."""
    assert tolmach(installation, [], "list", "--json").json == []
    async with running(installation):

        async def told() -> bool:
            found = (await asyncio.to_thread(tolmach, installation, [], "list", "--json")).json
            return [(one["name"], one["state"]) for one in found] == [("sandbox", "up")]

        await until(told)
        env: dict[str, str | None] = {"TOLMACH_DATA": str(installation)}
        added = await asyncio.to_thread(run, "route", "add", "sandbox", env=env)
        assert (added.code, added.err) == (0, "")
        explained = await asyncio.to_thread(run, "route", "explain", PHONE, env=env)
        assert "no such link" not in explained.out
