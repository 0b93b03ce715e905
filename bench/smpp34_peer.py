"""Our SMPP session against PyPI `smpp34` (a Rust core for asyncio), over loopback TCP with receipts.

    python bench/smpp34_peer.py                 # the four pairings, 20,000 messages each, window 50
    python bench/smpp34_peer.py probe           # how its client behaves on bad peers

One process per side. A message is submit_sm, its answer, a receipt in deliver_sm, its answer. CPU is
user + system time of the process with all its threads.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import resource
import socket
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import smpp34

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.wire import Wire
from tolmach.codecs.smpp.bodies import BindTransceiver, DeliverSm, DeliverSmResp, SubmitSm, SubmitSmResp
from tolmach.codecs.smpp.events import Answered, BindRequested, Bound, Closed, Event, Received
from tolmach.codecs.smpp.framing import Framer
from tolmach.codecs.smpp.session import Session
from tolmach.codecs.smpp.states import Role

SENDER, RECIPIENT, TEXT = "Tolmach", "79161234567", b"x" * 64
RECEIPT = "id:%d sub:001 dlvrd:001 submit date:2607181200 done date:2607181201 stat:DELIVRD err:000 text:"


async def serve_ours(window: int) -> None:
    ids = itertools.count(1)

    def handle(wire: Wire, event: Event) -> None:
        session = wire.session
        match event:
            case Received(sequence, SubmitSm() as body):
                name = next(ids)
                session.respond(sequence, SubmitSmResp(str(name)))
                text = (RECEIPT % name).encode()
                receipt = DeliverSm("", 1, 1, body.destination_addr, 5, 0, body.source_addr, 4, short_message=text)
                if session.room:  # none when the peer is gone already
                    session.request(receipt, 0.0)
            case BindRequested():
                session.accept("bench", time.monotonic())
            case Closed():
                wire.flush()
                wire.transport.close()

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Wire(Role.SMSC, 100_000, handle), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


async def serve_theirs(window: int) -> None:
    port = _free_port()
    server = smpp34.Server("127.0.0.1", port, system_id="bench")
    await server.start()
    print(port, flush=True)
    ids, links, tasks = itertools.count(1), {}, set()
    while True:
        event = await server.next()
        if isinstance(event, smpp34.Esme):
            links[event.session_id] = event
        elif isinstance(event, smpp34.SubmitSmEvent):
            name = next(ids)
            event.accept(str(name))
            task = asyncio.ensure_future(_receipt_theirs(links[event.session_id], event, name))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


async def _receipt_theirs(link: Any, event: Any, name: int) -> None:
    await link.deliver_sm(event.source_addr, (RECEIPT % name).encode(), source_addr=event.destination_addr, esm_class=4)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def send_ours(port: int, count: int, window: int) -> None:
    bound, done = asyncio.Event(), asyncio.Event()
    state = {"sent": 0, "receipts": 0}
    message = SubmitSm("", 5, 0, SENDER, 1, 1, RECIPIENT, registered_delivery=1, short_message=TEXT)

    def fill(session: Session) -> None:
        now = time.monotonic()
        for _ in range(min(session.room, count - state["sent"])):
            session.request(message, now)
            state["sent"] += 1

    def handle(wire: Wire, event: Event) -> None:
        match event:
            case Received(sequence, _):
                wire.session.respond(sequence, DeliverSmResp())
                state["receipts"] += 1
                if state["receipts"] == count:
                    done.set()
            case Answered():
                fill(wire.session)
            case Bound():
                bound.set()

    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(lambda: Wire(Role.ESME, window, handle), "127.0.0.1", port)
    wire.session.bind(BindTransceiver("bench", "bench"), time.monotonic())
    wire.flush()
    await bound.wait()
    with measured(count):
        fill(wire.session)
        wire.flush()
        await done.wait()


async def send_theirs(port: int, count: int, window: int) -> None:
    client = smpp34.Client("127.0.0.1", port, "bench", "bench", window_size=window)
    link = await client.connect()
    numbers = iter(range(count))

    async def worker() -> None:
        for _ in numbers:
            answer = await link.submit_sm(
                RECIPIENT,
                TEXT,
                source_addr=SENDER,
                source_addr_ton=5,
                dest_addr_ton=1,
                dest_addr_npi=1,
                registered_delivery=1,
            )
            assert answer.is_success

    async def receipts() -> None:
        for _ in range(count):
            event = await link.next()
            assert isinstance(event, smpp34.DeliverSmEvent)

    with measured(count):
        await asyncio.gather(receipts(), *(worker() for _ in range(window)))
    await link.unbind()
    await client.stop()


@contextlib.contextmanager
def measured(count: int) -> Any:
    start, cpu = time.perf_counter(), time.process_time()
    yield
    wall, used = time.perf_counter() - start, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"rate": count / wall, "cpu_us": used / count * 1e6, "rss_mb": memory}), flush=True)


SIDES: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
    "serve-ours": serve_ours,
    "serve-smpp34": serve_theirs,
    "send-ours": send_ours,
    "send-smpp34": send_theirs,
}


def pairings(count: int, window: int) -> None:
    print(f"{'client':8} {'server':8} {'messages/s':>10} {'client CPU us':>14} {'client MB':>10}")
    for client, server in itertools.product(("ours", "smpp34"), repeat=2):
        runs = [run_pair(client, server, count, window) for _ in range(5)]
        good = sorted((run for run in runs if isinstance(run, dict)), key=lambda run: run["rate"])
        bad = [run for run in runs if isinstance(run, str)]
        line = "-"
        if good:
            middle = good[len(good) // 2]
            line = f"{middle['rate']:10,.0f} {middle['cpu_us']:14.1f} {middle['rss_mb']:10.0f}"
        print(f"{client:8} {server:8} {line}   {len(bad)} of 5 failed {bad or ''}", flush=True)


def run_pair(client: str, server: str, count: int, window: int) -> dict[str, float] | str:
    me = [sys.executable, __file__]
    common = [f"--count={count}", f"--window={window}"]
    with subprocess.Popen([*me, f"serve-{server}", *common], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            done = subprocess.run(
                [*me, f"send-{client}", *common, f"--port={port}"],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            if done.returncode:
                return (done.stderr.strip().splitlines() or [f"signal {-done.returncode}"])[-1][:80]
            result: dict[str, float] = json.loads(done.stdout)
            return result
        except subprocess.TimeoutExpired:
            return "hangs"
        finally:
            process.kill()


# How smpp34's client behaves with peers that are not well.


def packed(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    return struct.pack(">4I", 16 + len(body), command, status, sequence) + body


@contextlib.asynccontextmanager
async def peer(after_bind: Callable[..., Coroutine[Any, Any, None]]) -> AsyncIterator[Any]:
    """A bound smpp34 client whose server does `after_bind(reader, writer)` and then nothing."""
    gone = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(16)
        length, command, _, sequence = struct.unpack(">4I", head)
        await reader.readexactly(length - 16)
        writer.write(packed(command | 0x80000000, sequence, b"probe\0"))
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await after_bind(reader, writer)
            await gone.wait()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = smpp34.Client("127.0.0.1", port, "probe", "probe", window_size=5)
    link = await client.connect()
    try:
        yield link
    finally:
        gone.set()
        server.close()
        await client.stop()


async def outcome(work: Any, limit: float) -> str:
    start = time.perf_counter()
    try:
        result = repr(await asyncio.wait_for(work, limit))
    except TimeoutError:
        return f"nothing within {limit:.0f} s"
    except Exception as error:
        result = repr(error)
    return f"{result} after {time.perf_counter() - start:.1f} s"


async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    return


async def drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(16)
    writer.close()


def saying(data: bytes, seen: list[bytes]) -> Callable[..., Coroutine[Any, Any, None]]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        while True:
            chunk = await reader.read(65536)
            seen.append(chunk or b"EOF")
            if not chunk:
                return

    return talk


async def overflow() -> str:
    """What it writes when receipts come faster than they are read."""
    seen: list[bytes] = []
    text = b"id:1 stat:DELIVRD"
    body = b"\0\1\1" + b"1\0" + b"\0\0" + b"2\0" + b"\4\0\0" + bytes(6) + bytes((len(text),)) + text
    receipts = b"".join(packed(5, 100 + index, body) for index in range(1100))
    async with peer(saying(receipts, seen)):
        await asyncio.sleep(2)
    framer = Framer()
    answers = framer.feed(b"".join(one for one in seen if one != b"EOF"))
    return f"{len(answers)} answers, then {framer.fault}"


async def probe(limit: float) -> None:
    print("1,100 receipts, none read:    ", await overflow(), flush=True)
    async with peer(nothing) as link:
        submit = asyncio.ensure_future(outcome(link.submit_sm("1", b"x"), limit))
        ended = asyncio.ensure_future(outcome(link.next(), limit))
        print("submit, peer silent:          ", await submit, flush=True)
        print("session end, peer silent:     ", await ended, flush=True)
    async with peer(drop) as link:
        print("submit, peer drops the link:  ", await outcome(link.submit_sm("1", b"x"), limit), flush=True)
    seen: list[bytes] = []
    text = b"id:1 stat:DELIVRD"
    deliver = bytes(17)[:1] + b"\1\1" + b"1\0" + b"\0\0" + b"2\0" + b"\4\0\0" + b"\0\0" + bytes(4)
    async with peer(saying(packed(5, 9, deliver + bytes((len(text),)) + text), seen)) as link:
        await asyncio.sleep(1)
        print("receipt nobody has read yet:  ", "acknowledged" if seen else "not acknowledged", flush=True)
    for name, data in {
        "length 2^31": struct.pack(">4I", 1 << 31, 5, 0, 1),
        "length 0": struct.pack(">4I", 0, 5, 0, 1),
        "random octets": bytes(range(7, 247)),
        "answer to nothing": packed(0x80000004, 77, b"x\0"),
        "data_sm receipt": packed(0x103, 9, b"\0\1\1" + b"1\0" + b"\0\0" + b"2\0" + b"\4\0\0"),
    }.items():
        seen = []
        async with peer(saying(data, seen)) as link:
            result = await outcome(link.next(), 5)
            print(f"{name + ':':30} {result}; it wrote {seen!r}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", nargs="?", default="pairings", choices=["pairings", "probe", *SIDES])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--window", type=int, default=50)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--limit", type=float, default=45.0, help="seconds that a probe waits")
    given = parser.parse_args()
    if given.what == "pairings":
        pairings(given.count, given.window)
    elif given.what == "probe":
        asyncio.run(probe(given.limit))
    elif given.what.startswith("serve"):
        asyncio.run(SIDES[given.what](given.window))
    else:
        asyncio.run(SIDES[given.what](given.port, given.count, given.window))


if __name__ == "__main__":
    main()
