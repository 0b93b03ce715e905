"""PgBouncer before a PostgreSQL server of the tests, on a socket beside the server's own."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from tests.databases import run_as_owner

PORT = 6432
PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
PATIENCE = 30.0


class Pooler:
    """A PgBouncer to be killed and started again."""

    def __init__(self, server: str, mode: str, size: int) -> None:
        address = conninfo_to_dict(server)
        self.folder = Path(str(address["host"])) / f"pooler-{mode}-{size}"
        self.folder.mkdir()
        self._as_owner = run_as_owner(self.folder)
        self._running: subprocess.Popen[bytes] | None = None
        (self.folder / "users").write_text('"postgres" ""\n')
        (self.folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={address['host']}\n"
            f"[pgbouncer]\nunix_socket_dir = {self.folder}\nlisten_addr =\nlisten_port = {PORT}\n"
            f"auth_type = trust\nauth_file = {self.folder}/users\n"
            f"pool_mode = {mode}\ndefault_pool_size = {size}\nmax_client_conn = 500\nquery_wait_timeout = 20\n"
            "server_login_retry = 1\n"
        )

    def url(self, server: str) -> str:
        """Return the address of a database of the server behind it."""
        name = conninfo_to_dict(server)["dbname"]
        return f"postgresql://postgres@/{name}?host={self.folder}&port={PORT}"

    @property
    def log(self) -> str:
        """What it said."""
        return (self.folder / "log").read_text()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        (self.folder / f".s.PGSQL.{PORT}").unlink(missing_ok=True)
        with (self.folder / "log").open("a") as log:
            command = [*self._as_owner, str(PROGRAM), str(self.folder / "pgbouncer.ini")]
            self._running = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        deadline = time.monotonic() + PATIENCE
        while not self._listens():
            assert self._running.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.02)

    def kill(self) -> None:
        """``kill -9``."""
        assert self._running is not None
        self._running.send_signal(signal.SIGKILL)
        self._running.wait()

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.folder / f".s.PGSQL.{PORT}")) == 0


@contextmanager
def pooler(server: str, mode: str, size: int) -> Iterator[Pooler]:
    """A PgBouncer before the server that an address leads to; ``mode`` session or transaction, ``size`` of a pool."""
    made = Pooler(server, mode, size)
    try:
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(made.folder, ignore_errors=True)
