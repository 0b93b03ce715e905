"""A PostgreSQL cluster with Patroni and etcd on loopback, of the files that docs/operations/high-availability.md shows.

Each node is an etcd member, a Patroni and the server that it starts; the nodes differ by their ports instead of their
addresses. Nothing of it is the product's: what is killed here is killed as a machine would take it along.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.databases import programs
from tests.faults.ports import free_ports

FILES = Path(__file__).parents[2] / "deploy" / "high-availability"
NODES = ("db1", "db2", "db3")
HOST = "127.0.0.1"
PATIENCE = 90.0
PROGRAMS = ("patroni", "etcd")


def missing() -> str:
    """Return what of the engines is not installed here; "" when a cluster can be made."""
    without = [name for name in PROGRAMS if shutil.which(name) is None]
    return ", ".join(without + (["postgresql"] if programs() is None else []))


@dataclass
class Node:
    """One machine of the cluster."""

    name: str
    directory: Path
    client: int
    peer: int
    rest: int
    server: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict, kw_only=True)

    @property
    def postmaster(self) -> int:
        """The process id of its server."""
        return int((self.directory / "data" / "postmaster.pid").read_text().split()[0])

    def start(self, program: str, *arguments: str) -> None:
        """Start a program of it, which goes with this process."""
        with (self.directory / f"{program}.log").open("ab") as log:
            environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory), "LC_ALL": "C.UTF-8"}
            self.running[program] = subprocess.Popen(
                [*_as_postgres(), program, *arguments],
                stdout=log, stderr=log, cwd=self.directory, env=environment,
            )  # fmt: skip

    def kill_server(self) -> None:
        """``kill -9`` of the server: the postmaster, and every process that it has."""
        postmaster = self.postmaster
        family = [postmaster, *children(postmaster)]
        for process in family:
            _kill(process)

    def kill(self) -> None:
        """Everything of it at once, as when its power fails; its etcd stays, which the others have in plenty."""
        patroni = self.running.pop("patroni")
        patroni.kill()
        self.kill_server()
        patroni.wait()


@dataclass
class Cluster:
    """Three nodes."""

    nodes: Sequence[Node]

    def url(self, database: str, user: str = "postgres", password: str = "change-me-1") -> str:
        """Return the address by which a gateway finds the node that writes."""
        hosts = ",".join(f"{HOST}:{node.server}" for node in self.nodes)
        return f"postgresql://{user}:{password}@{hosts}/{database}?target_session_attrs=read-write&connect_timeout=3"

    async def state(self) -> dict[str, dict[str, Any]]:
        """Return what the cluster says of its members, by their names; nothing while nobody answers."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(2)) as http:
            for node in self.nodes:
                try:
                    async with http.get(f"http://{HOST}:{node.rest}/cluster") as answer:
                        return {member["name"]: member for member in (await answer.json())["members"]}
                except (aiohttp.ClientError, TimeoutError):
                    continue
        return {}

    async def primary(self) -> Node | None:
        """Return the node that writes, once another one has all that it commits."""
        members = await self.state()
        leaders = [name for name, member in members.items() if member["role"] == "leader" and _runs(member)]
        synchronous = [name for name, member in members.items() if member["role"] == "sync_standby" and _runs(member)]
        if not leaders or not synchronous:
            return None
        return next(node for node in self.nodes if node.name == leaders[0])

    async def whole(self) -> Node | None:
        """Return the primary once every node is there."""
        members = await self.state()
        if len(members) < len(self.nodes) or not all(_runs(member) for member in members.values()):
            return None
        return await self.primary()

    def start(self, node: Node) -> None:
        """Start, or start again, the Patroni of a node."""
        node.start("patroni", str(node.directory / "patroni.yml"))

    def logs(self) -> str:
        """Return the ends of what the programs said."""
        found = sorted(log for node in self.nodes for log in node.directory.glob("*.log"))
        return "\n".join(f"== {log}\n{log.read_text(errors='replace')[-2000:]}" for log in found)


def _runs(member: dict[str, Any]) -> bool:
    return member["state"] in ("running", "streaming")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster that is being made; it goes with the block."""
    directory = Path(tempfile.mkdtemp(prefix="tolmach-cluster-"))
    _own(directory)
    ports = free_ports(4 * len(NODES))
    nodes = [Node(name, directory / name, *(ports.pop() for _ in range(4))) for name in NODES]
    made = Cluster(nodes)
    try:
        for node in nodes:
            node.directory.mkdir()
            _own(node.directory)
            _configure(node, nodes)
            node.start("etcd", "--config-file", str(node.directory / "etcd.yml"))
        for node in nodes:
            made.start(node)
        yield made
    finally:
        for node in nodes:
            _end(node)
        shutil.rmtree(directory, ignore_errors=True)


def _configure(node: Node, nodes: Sequence[Node]) -> None:
    """Write the files of a node: those of the documentation, with ports of this machine in place of addresses."""
    members = [(f"10.0.0.{number}", one) for number, one in enumerate(nodes, 1)]
    everywhere = {f"{address}:2379": f"{HOST}:{one.client}" for address, one in members}
    everywhere |= {f"{address}:2380": f"{HOST}:{one.peer}" for address, one in members}
    for name, own in (("etcd.yml", _etcd(node)), ("patroni.yml", _patroni(node))):
        text = (FILES / name).read_text()
        for written, meant in (own | everywhere).items():
            assert written in text or written in everywhere, f"{name} says nothing of {written}"
            text = text.replace(written, meant)
        (node.directory / name).write_text(text)
        _own(node.directory / name)


def _etcd(node: Node) -> dict[str, str]:
    urls = {
        f"{key}: http://10.0.0.1:{port}": f"{key}: http://{HOST}:{own}"
        for key, port, own in (
            ("listen-client-urls", 2379, node.client),
            ("advertise-client-urls", 2379, node.client),
            ("listen-peer-urls", 2380, node.peer),
            ("advertise-peer-urls", 2380, node.peer),
        )
    }
    return {"name: db1": f"name: {node.name}", "/var/lib/etcd/tolmach": str(node.directory / "etcd")} | urls


def _patroni(node: Node) -> dict[str, str]:
    return {
        "name: db1": f"name: {node.name}",
        "10.0.0.1:8008": f"{HOST}:{node.rest}",
        "10.0.0.1:5432": f"{HOST}:{node.server}",
        "10.0.0.0/24": f"{HOST}/32",
        "/var/lib/postgresql/15/tolmach": str(node.directory / "data"),
        "/var/lib/postgresql/.pgpass_patroni": str(node.directory / "pgpass"),
        "bin_dir: /usr/lib/postgresql/15/bin": f"bin_dir: {programs()}\n"
        f"  parameters: {{unix_socket_directories: {node.directory}}}",
    }


def _end(node: Node) -> None:
    for process in node.running.values():
        process.kill()
        process.wait()
    if (node.directory / "data" / "postmaster.pid").exists():
        node.kill_server()


def children(parent: int) -> list[int]:
    """Return the processes that a process has started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


def _own(path: Path) -> None:
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _as_postgres() -> list[str]:
    """Return how to run a program as somebody who may run a server, and so that it goes with this process."""
    owner = pwd.getpwnam("postgres") if os.getuid() == 0 else None
    who = [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"] if owner else []
    return ["setpriv", *who, "--pdeathsig=KILL"]
