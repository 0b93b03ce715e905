import fcntl
from pathlib import Path

from tests.cli.stage import Tolmach, opened
from tests.services.test_memberships import alive


def test_a_table_and_json(tolmach: Tolmach, data: Path) -> None:
    with opened(data / "tolmach.sqlite") as database:
        database.write_now(alive)
    first, second = tolmach("processes").out.splitlines()[2:]
    assert first.split()[:3] == ["gw1-17-abc", "api", "alive"]
    assert "2023-11-14 22:13:20 UTC" in first
    assert second.split()[:3] == ["gw2-18-def", "all", "gone"]
    assert "mts 2 1, north 2" in second
    assert "birthdays, retention" in second
    found = tolmach("processes", "--json").json
    for one in found:
        assert one.pop("heartbeat_seconds") >= 1
    assert found == [
        {
            "name": "gw1-17-abc",
            "roles": ["api"],
            "alive": True,
            "since": "2023-11-14T22:13:20+00:00",
            "binds": {},
            "duties": [],
            "version": "1.2",
        },
        {
            "name": "gw2-18-def",
            "roles": ["api", "web", "submit", "receipts", "callbacks", "upkeep"],
            "alive": False,
            "since": "2023-11-14T22:13:21+00:00",
            "binds": {"mts 2": 1, "north": 2},
            "duties": ["birthdays", "retention"],
            "version": "1.1",
        },
    ]


def test_on_a_file_there_is_one_process_or_none(tolmach: Tolmach, data: Path) -> None:
    assert tolmach("processes").out == "no process of a gateway lives\n"
    with (data / "gateway.lock").open("w") as lock:
        assert tolmach("processes").out == "no process of a gateway lives\n"
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert tolmach("processes").out == f"one process works on it: a gateway runs on {data}\n"
    assert tolmach("processes", "--json").json == []
