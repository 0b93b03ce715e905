"""Binds that are kept, over TLS too, and the pauses between tries."""

import asyncio
import ssl
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.smsc import Peer, Smsc, eventually, link, serving
from tests.connectors.test_smpp_wire import Owner
from tolmach.codecs.smpp.bodies import BindTransceiver
from tolmach.codecs.smpp.constants import Status
from tolmach.codecs.smpp.events import Bound
from tolmach.connectors.smpp_binding import Binding, bindings
from tolmach.core.links import BindMode, SmppLink, Timers, Tls


def test_the_binds_of_a_link() -> None:
    assert len(bindings(link(Smsc(port=1), bind=BindMode.PAIR, binds=3), Owner())) == 2  # of one connection


@pytest.mark.parametrize(("failures", "whole"), [(0, 1.0), (1, 1.0), (2, 2.0), (5, 16.0), (6, 30.0), (10_000, 30.0)])
def test_pauses_double_up_to_a_limit(failures: int, whole: float) -> None:
    known = SmppLink(name="carrier", host="x", system_id="esme", timers=Timers())
    binding = Binding(known, BindTransceiver, Owner())
    binding._failures = failures
    pauses = {binding._pause() for _ in range(200)}
    assert whole / 2 <= min(pauses) < max(pauses) <= whole


def test_a_wrong_login_is_not_repeated_soon() -> None:
    known = SmppLink(name="carrier", host="x", system_id="esme")
    binding = Binding(known, BindTransceiver, Owner())
    binding.refused(Status.RINVPASWD)
    assert binding._pause() >= 15
    assert binding.error == "bind refused: ESME_RINVPASWD"


async def kept(known: SmppLink, owner: Owner) -> tuple[Binding, asyncio.Task[None]]:
    binding = Binding(known, BindTransceiver, owner)
    return binding, asyncio.create_task(binding.keep())


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_nobody_listens_there() -> None:
    async with serving() as smsc:
        pass
    binding, task = await kept(link(smsc), Owner())
    await eventually(lambda: binding.error.startswith("no connection: "))
    assert binding.retry_at > 0
    assert not binding.bound
    await ended(task)


async def test_a_connection_that_is_never_answered() -> None:
    def ignore(peer: Peer) -> None:
        peer.deaf = True

    async with serving() as smsc:
        smsc.on_connect = ignore
        _, task = await kept(link(smsc, timers={"bind": 0.05}), Owner())
        await eventually(lambda: smsc.connections > 1)
        await ended(task)


async def test_who_is_no_smsc_and_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server greets: its first words may be there before we come to ask for the bind."""
    loop = asyncio.get_running_loop()
    connect = loop.create_connection

    async def greeted(*arguments: Any, **options: Any) -> Any:
        transport, wire = await connect(*arguments, **options)
        await eventually(lambda: wire.session.closed)
        return transport, wire

    monkeypatch.setattr(loop, "create_connection", greeted, raising=False)
    async with serving() as smsc:
        smsc.on_connect = lambda peer: peer.transport.write(b"220 mail.example ESMTP\r\n")
        binding, task = await kept(link(smsc), Owner())
        await eventually(lambda: smsc.connections > 2)
        assert not task.done()
        assert binding.error == "it ended the session before the bind"
        await ended(task)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(cert)]
    command += ["-days", "2", "-subj", "/CN=smsc", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text(cert.read_text() + key.read_text())
    return both


@pytest.mark.parametrize(
    ("verify", "trusted", "works"), [(True, True, True), (False, False, True), (True, False, False)]
)
async def test_tls(certificate: Path, verify: bool, trusted: bool, works: bool) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    owner, tls = Owner(), Tls(ca=str(certificate) if trusted else None, verify=verify)
    async with serving(tls=context) as smsc:
        binding, task = await kept(link(smsc, tls=tls), owner)
        if works:
            await eventually(lambda: owner.has(Bound))
            assert binding.bound
        else:
            await eventually(lambda: "certificate" in binding.error)
        await ended(task)


async def test_a_file_of_authorities_that_is_not_there() -> None:
    async with serving() as smsc:
        binding, task = await kept(link(smsc, tls=Tls(ca="/nowhere.pem")), Owner())
        await eventually(lambda: "No such file" in binding.error)
        await ended(task)
