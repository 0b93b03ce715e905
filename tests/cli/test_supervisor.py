"""The parent and its children, for real: a small program whose children write down what happens to them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.gateway import DEADLINE, until

PROGRAM = """
import os, select, signal, sys
from tolmach.cli.supervisor import Supervisor

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())  # in one piece, whoever else writes

def child(kin):
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGHUP, lambda *_: say("hup", kin.membership.number))
    if len(sys.argv) > 1:
        return int(sys.argv[1])
    kin.ready(f"name-{os.getpid()}")
    say("child", kin.membership.number, os.getpid(), ",".join(kin.membership.dead) or "-")
    while not select.select([kin.orphaned], [], [])[0]:
        pass
    say("orphan", kin.membership.number)
    return 0

sys.exit(Supervisor(child, 2, (), lambda: say("ready"), lambda *a, **k: say("died")).run())
"""


@asynccontextmanager
async def program(*arguments: str, before: str = "") -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", before + PROGRAM, *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()  # to the end of what the last child says, which closes the pipe


async def lines(process: asyncio.subprocess.Process, count: int) -> list[list[str]]:
    assert process.stdout is not None
    async with asyncio.timeout(DEADLINE):
        return [(await process.stdout.readline()).decode().split() for _ in range(count)]


async def test_a_child_that_dies_is_started_again_and_all_stop_together() -> None:
    async with program() as parent:
        said = await lines(parent, 3)
        children = {words[1]: int(words[2]) for words in said if words[0] == "child"}
        assert ["ready"] in said
        assert children.keys() == {"0", "1"}
        os.kill(children["1"], signal.SIGKILL)
        assert await lines(parent, 1) == [["died"]]
        ((_, number, pid, dead),) = await lines(parent, 1)
        assert (number, dead) == ("1", f"name-{children['1']}")
        assert int(pid) != children["1"]
        parent.send_signal(signal.SIGHUP)
        assert sorted(await lines(parent, 2)) == [["hup", "0"], ["hup", "1"]]
        parent.send_signal(signal.SIGTERM)
        async with asyncio.timeout(DEADLINE):
            assert await parent.wait() == 0


async def test_children_end_with_their_parent() -> None:
    async with program() as parent:
        said = await lines(parent, 3)
        children = [int(words[2]) for words in said if words[0] == "child"]
        parent.kill()
        assert sorted(await lines(parent, 2)) == [["orphan", "0"], ["orphan", "1"]]

        async def gone() -> bool:
            return not any(map(runs, children))

        await until(gone)


AT_ONCE = """
import os, signal
fork, forks = os.fork, []

def signalled_at_once():
    pid = fork()
    forks.append(pid)
    if pid == 0 and len(forks) == 1:
        os.kill(os.getpid(), signal.%s)
    return pid

os.fork = signalled_at_once
"""


@pytest.mark.parametrize(
    ("name", "happens"), [("SIGTERM", ["child", "child", "died", "ready"]), ("SIGHUP", ["child", "child", "ready"])]
)
async def test_a_signal_for_a_child_that_has_just_begun_is_none_for_the_parent(name: str, happens: list[str]) -> None:
    """One that ends it ends nobody else; certificates it loads anyway."""
    async with program(before=AT_ONCE % name) as parent:
        said = await lines(parent, len(happens))
        assert sorted(words[0] for words in said) == happens
        parent.send_signal(signal.SIGTERM)
        async with asyncio.timeout(DEADLINE):
            assert await parent.wait() == 0


@pytest.mark.parametrize("code", [1, 2])
async def test_a_group_that_cannot_start_ends(code: int) -> None:
    async with program(str(code)) as parent, asyncio.timeout(DEADLINE):
        assert await parent.wait() == code


def runs(pid: int) -> bool:
    """Tell whether a process is there, and more than a zombie that nobody has buried."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False
