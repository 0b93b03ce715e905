"""``tolmach sandbox``, as a process of its own where it runs."""

import asyncio
import json
import re
import signal
import socket
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.cli.stage import complaint, run
from tests.cli.test_gateway import greeting, started
from tests.sandbox.esme import BindFailed, bound, message, read
from tolmach.cli.sandbox import only
from tolmach.codecs.smpp.constants import Status


def fetch(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


async def test_phones_and_an_smsc_without_a_gateway(tmp_path: Path) -> None:
    login = ("--system-id", "shop", "--password", "secret")
    with started("sandbox", "--port", "0", "--smpp-port", "0", "--data", str(tmp_path), *login) as process:
        first, last = greeting(process, "SMPP: ")
        page = first.removeprefix("virtual phones: ")
        port = int(re.fullmatch(r"SMPP: +127\.0\.0\.1:(\d+)", last)[1])  # type: ignore[index]
        with pytest.raises(BindFailed) as refused:
            async with bound(port, "trx", "shop", "wrong"):
                pass
        assert refused.value.status == Status.RINVPASWD
        async with bound(port, "trx", "shop", "secret") as esme:
            (identifier,) = await esme.submit(message(text=b"Hello"))
            await esme.receipt()
        (shown,) = await asyncio.to_thread(fetch, page + "api/messages")
        assert (shown["text"], shown["provider_ids"], shown["leg"]) == ("Hello", [identifier], 0)
        assert (shown["smpp"]["data_coding"], shown["smpp"]["flash"]) == (0, False)
        assert (await asyncio.to_thread(fetch, page + "api/smsc/faults"))["systems"] == {}
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert (tmp_path / "sandbox.sqlite").exists()
    assert not (tmp_path / "tolmach.sqlite").exists()


async def test_what_was_answered_outlives_a_kill(tmp_path: Path) -> None:
    words = ("sandbox", "--port", "0", "--smpp-port", "0", "--data", str(tmp_path))

    def smpp_port(line: str) -> int:
        return int(line.rpartition(":")[2])

    with started(*words) as process:
        async with bound(smpp_port(greeting(process, "SMPP: ")[-1]), "tx") as sender:
            ids = await sender.submit(*[message()] * 300)
            process.kill()
    with started(*words) as process:
        async with bound(smpp_port(greeting(process, "SMPP: ")[-1]), "rx") as receiver:
            await receiver.until(lambda: len(receiver.receipts) >= len(ids))
            assert [read(one).text_id for one in receiver.receipts] == ids


@pytest.mark.parametrize("option", ["--port", "--smpp-port"])
def test_a_port_in_use_is_one_line(tmp_path: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ports = {"--port": "0", "--smpp-port": "0"} | {option: port}
        words = [word for pair in ports.items() for word in pair]
        said = complaint(run("sandbox", *words, "--data", str(tmp_path)), 1)
    assert said.startswith(f"cannot listen on 127.0.0.1:{port}: ")
    assert said.endswith(f"choose another port with {option}")


def test_a_file_that_is_no_sandbox(tmp_path: Path) -> None:
    (tmp_path / "sandbox.sqlite").write_text("x" * 5000)
    ports = ("--port", "0", "--smpp-port", "0")
    assert "not a database" in complaint(run("sandbox", *ports, "--data", str(tmp_path)), 1)


def test_system_id_and_password_go_together() -> None:
    assert "together" in complaint(run("sandbox", "--system-id", "shop"), 2)


async def test_only_one_system_may_bind() -> None:
    check = only("shop", "пароль")
    given = [("shop", "пароль"), ("shop", "x"), ("x", "пароль"), ("shop\0", "пароль")]
    assert [await check(*each, "127.0.0.1") for each in given] == [True, False, False, False]


async def test_the_demo_has_one_too_and_its_accounts_may_bind(tmp_path: Path) -> None:
    with started("demo", "--port", "0", "--data", str(tmp_path)) as process:
        line = next(one for one in greeting(process, "Stop with") if one.startswith("SMPP: "))
        found = re.fullmatch(r"SMPP: +127\.0\.0\.1:(\d+), system id demo, password demo", line)
        assert found, line
        port = int(found[1])
        with pytest.raises(BindFailed):
            async with bound(port, "trx", "demo", "wrong"):
                pass
        async with bound(port, "trx", "demo", "demo") as esme:
            await esme.submit(message())
            await esme.receipt()
        assert run("account", "block", "demo", "--data", str(tmp_path)).code == 0
        with pytest.raises(BindFailed):
            async with bound(port, "trx", "demo", "demo"):
                pass
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 0


def test_the_demo_goes_on_without_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with started("demo", "--port", "0", "--smpp-port", port, "--data", str(tmp_path)) as process:
            lines = greeting(process, "Stop with")
            assert "SMPP:              off, its port is taken (choose another with --smpp-port)" in lines
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=30)
    assert "sandbox-smpp-port-taken" in errors
    assert process.returncode == 0
