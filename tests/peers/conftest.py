"""Clients that others wrote, against the SMSC of the sandbox."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc import Smsc
from tolmach.sandbox.storage import MEMORY
from tolmach.workers.clock import SystemClock

HERE = Path(__file__).parent


async def _demo(system: str, password: str, _remote: str) -> bool:
    return (system, password) == ("demo", "demo")


@pytest.fixture
def phones() -> Iterator[Phones]:
    opened = Phones(MEMORY)
    yield opened
    opened.close()


@pytest.fixture
async def smsc(phones: Phones) -> AsyncIterator[Smsc]:
    server = Smsc(phones, SystemClock(), _demo, delay=0)
    await server.start("127.0.0.1", 0)
    yield server
    await server.stop()


@pytest.fixture
def port(smsc: Smsc) -> int:
    assert smsc.address is not None
    return smsc.address[1]


@pytest.fixture(scope="session")
def node() -> str:
    """Node.js with the packages of package-lock.json beside this file."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        pytest.skip("node and npm are not installed (Debian: apt install nodejs npm)")
    wanted, have = HERE / "package-lock.json", HERE / "node_modules" / "installed.json"
    if not have.exists() or have.read_bytes() != wanted.read_bytes():
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved"]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot install the peers: {done.stderr.strip()[-300:]}")
        shutil.copy(wanted, have)
    return found
