"""``tolmach link add`` and ``remove``, with and without a gateway that runs."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.stage import Ran, complaint, run
from tests.connectors.smsc import Smsc, deliver, eventually, nothing, serving
from tests.connectors.test_smpp_gateway import PHONE
from tests.e2e.documents import pronto_sms
from tests.gateway import running
from tolmach.connectors.smpp import SmppConnector
from tolmach.store import addedlinks


def tolmach(data: Path, *words: str, stdin: str = "", links: list[dict[str, Any]] | None = None) -> Ran:
    env: dict[str, str | None] = {"TOLMACH_DATA": str(data), "TOLMACH_LINKS": json.dumps(links or [])}
    return run("link", *words, env=env, stdin=stdin)


def toml(smsc: Smsc, name: str = "carrier") -> str:
    timers = "timers = {reconnect_first = 0.02, reconnect_most = 0.05}"
    login = 'system_id = "esme"\npassword = "hushhush"'
    return f'name = "{name}"\nhost = "127.0.0.1"\nport = {smsc.port}\n{login}\n{timers}\n'


async def test_a_running_gateway_takes_a_link_in_and_lets_it_go(installation: Path) -> None:
    async with serving(deliver) as smsc, running(installation) as live:

        async def ask(*words: str, stdin: str = "") -> Ran:
            return await asyncio.to_thread(tolmach, installation, *words, stdin=stdin)

        assert (await ask("add", "-", stdin=toml(smsc))).out == "carrier is added\n"
        await eventually(lambda: smsc.bound)
        await live.post("/xml/", pronto_sms(PHONE))  # the sandbox leaves SMS to real links
        await live.settled()
        assert len(smsc.seen) == 1
        listed = (await ask("list", "--json")).json
        assert [(one["name"], one["added"]) for one in listed] == [("carrier", True), ("sandbox", False)]
        told = [await ask(*words) for words in (("list",), ("show", "carrier"), ("show", "carrier", "--json"))]
        assert "hushhush" not in "".join(one.out + one.err for one in told)
        gone = "carrier is being removed; parts that still wait for its receipts: 0\n"
        assert (await ask("remove", "carrier")).out == gone
        await eventually(lambda: not smsc.peers)
        await live.post("/xml/", pronto_sms(PHONE))
        assert (await live.phone(PHONE))["channel"] == "sms"
        assert await live.read(addedlinks.everything) == []


async def test_a_removed_link_waits_for_its_answers_and_takes_nothing_new(installation: Path) -> None:
    async with serving(nothing) as smsc, running(installation, sandbox={}) as live:
        assert (await asyncio.to_thread(tolmach, installation, "add", "-", stdin=toml(smsc))).code == 0
        await eventually(lambda: live.gateway.links.current)
        await live.post("/xml/", pronto_sms(PHONE))
        await eventually(lambda: smsc.waiting)
        assert (await asyncio.to_thread(tolmach, installation, "remove", "carrier")).code == 0
        (link,) = live.gateway.links.current
        assert isinstance(link, SmppConnector)
        await eventually(lambda: link.held)
        await live.post("/xml/", pronto_sms(PHONE))
        assert live.gateway.links.current == (link,)
        assert "removing" in (await asyncio.to_thread(tolmach, installation, "list")).out
        peer, sequence, body = smsc.waiting[0]
        deliver(smsc, peer, sequence, body)
        await eventually(lambda: not live.gateway.links.current)
        await eventually(lambda: not smsc.peers)
    assert len(smsc.seen) == 1


async def test_an_added_link_is_there_after_a_restart(installation: Path) -> None:
    async with serving(deliver) as smsc:
        assert tolmach(installation, "add", "-", stdin=toml(smsc)).code == 0
        async with running(installation, sandbox={}) as live:
            await live.post("/xml/", pronto_sms(PHONE))
            await live.settled()
    assert len(smsc.seen) == 1


def test_several_at_once_and_a_dry_run(installation: Path) -> None:
    both = '[[links]]\nname = "a"\nhost = "h"\nsystem_id = "x"\n[[links]]\nname = "b"\nhost = "h"\nsystem_id = "x"\n'
    assert tolmach(installation, "add", "-", "--dry-run", stdin=both).out == "a can be added\nb can be added\n"
    assert tolmach(installation, "list", "--json").json == []
    assert tolmach(installation, "add", "-", stdin=both).out == "a is added\nb is added\n"
    assert [one["name"] for one in tolmach(installation, "list", "--json").json] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "told", "code"),
    [
        ('name = "a"\nhost = "h"\nsystem_id = "x"\nwindow = 5000', "window must be 1 to 1000", 2),
        ('name = "a"\nhost = "h"\nsystem_id = "x"\nwindw = 5', "windw", 2),
        ('name = "a"\ntype = "carrier-pigeon"', "carrier-pigeon", 2),
        ('name = "mine"\nhost = "h"\nsystem_id = "x"', "the settings have a link 'mine' already", 1),
        ("name = ", "-: ", 2),
        ('links = "a"', "one link, or tables [[links]]", 2),
        ('window = 1\n[[links]]\nname = "a"', "one link, or tables [[links]]", 2),
    ],
)
def test_what_cannot_be_added(installation: Path, text: str, told: str, code: int) -> None:
    mine = [{"name": "mine", "host": "h", "system_id": "x"}]
    assert told in complaint(tolmach(installation, "add", "-", stdin=text, links=mine), code)


def test_what_cannot_be_removed(installation: Path) -> None:
    mine = [{"name": "mine", "host": "h", "system_id": "x"}]
    assert "stands in the settings" in complaint(tolmach(installation, "remove", "mine", links=mine), 1)
    assert "there is no added link 'x'" in complaint(tolmach(installation, "remove", "x", links=mine), 1)
