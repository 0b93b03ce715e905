"""What many tests start from: an installation like the demonstration's, and a gateway over it."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests import databases as kinds
from tests.clock import NOON, FakeClock
from tests.databases import Databases, PostgresqlDatabases, SqliteDatabases
from tests.gateway import QUICK, Inside, Live, inside, install, running
from tolmach.services import passwords
from tolmach.store.place import Place
from tolmach.workers import rounds

# machines are shared and noisy: no test may fail for being slow
settings.register_profile("tolmach", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tolmach")


@pytest.fixture(autouse=True)
def nothing_said_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test hear complaints that an earlier one has heard."""
    monkeypatch.setattr(rounds, "said", {})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default=os.environ.get("TOLMACH_TEST_DATABASE", "sqlite"),
        help="what the tests keep their data in",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("database") == "postgresql":
        for item in items:
            if item.get_closest_marker("sqlite"):
                item.add_marker(pytest.mark.skip(reason="looks into SQLite itself"))


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresqlDatabases]:
    """A PostgreSQL server; whoever asks for it is skipped where none is installed."""
    if kinds.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    with kinds.server() as started:
        yield started


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Makes the databases of tests."""
    if request.config.getoption("database") == "sqlite":
        return SqliteDatabases()
    found: PostgresqlDatabases = request.getfixturevalue("server")
    return found


@pytest.fixture(autouse=True)
def _databases_go_with_their_test(databases: Databases) -> Iterator[None]:
    yield
    databases.sweep()


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the settings of the shell that it is started from."""
    for name in [name for name in os.environ if name.startswith("TOLMACH_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _own_logs() -> None:
    """Logs go where the test's own go, as the product's do, and never into what a command beside it prints."""
    structlog.reset_defaults()  # a test may have set up logging for its process
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr), cache_logger_on_first_use=False)


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """New passwords are hashed as ever but cheaply: a real hash is a fifth of a second of work."""
    monkeypatch.setattr(passwords, "_hasher", QUICK)


@pytest.fixture(scope="session")
def demonstration(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A database with the demonstration's account, to be copied."""
    place = databases.new(tmp_path_factory.mktemp("demonstration"), lasting=True)
    install(place, NOON)
    return place


@pytest.fixture
def installation(databases: Databases, demonstration: Place, tmp_path: Path) -> Path:
    """A data directory with the demonstration's account."""
    databases.copy(demonstration, tmp_path)
    return tmp_path


@pytest.fixture
def furnish(databases: Databases, demonstration: Place) -> Callable[[Path], None]:
    """Sees that a folder is a data directory with the demonstration's account; one that it furnished stays as it is."""
    furnished: set[Path] = set()

    def see_to(folder: Path) -> None:
        if folder not in furnished:
            folder.mkdir(exist_ok=True)
            databases.copy(demonstration, folder)
            furnished.add(folder)

    return see_to


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
