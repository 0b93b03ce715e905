"""What many tests start from: an installation like the demonstration's, and a gateway over it."""

import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.clock import NOON, FakeClock
from tests.gateway import Inside, Live, inside, install, running

# machines are shared and noisy: no test may fail for being slow
settings.register_profile("tolmach", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tolmach")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the settings of the shell that it is started from."""
    for name in [name for name in os.environ if name.startswith("TOLMACH_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _own_logs() -> None:
    """Logs go where the test's own go, as the product's do, and never into what a command beside it prints."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr), cache_logger_on_first_use=False)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the demonstration's account, to be copied."""
    path = tmp_path_factory.mktemp("demonstration") / "tolmach.sqlite"
    install(path, NOON)
    return path


@pytest.fixture
def installation(demonstration: Path, tmp_path: Path) -> Path:
    """A data directory with the demonstration's account."""
    shutil.copy(demonstration, tmp_path / "tolmach.sqlite")
    return tmp_path


@pytest.fixture
async def live(installation: Path) -> AsyncIterator[Live]:
    """A gateway on a port, with virtual phones, in real time."""
    async with running(installation) as gateway:
        yield gateway


@pytest.fixture
async def indoors(installation: Path) -> AsyncIterator[Inside]:
    """A gateway without sockets and without delivery, at noon."""
    async with inside(installation, clock=FakeClock()) as gateway:
        yield gateway
