import subprocess
import sys
from pathlib import Path

import pytest

from tolmach.store import lockfile


class HeldError(Exception):
    """What the tests have raised."""


HOLDER = """
import sys, time
from pathlib import Path
from tolmach.store import lockfile
with lockfile.hold(Path(sys.argv[1]), RuntimeError()):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_holds_it_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "one.lock"
    with lockfile.hold(path, HeldError()):
        with pytest.raises(HeldError), lockfile.hold(path, HeldError()):
            pass
        assert lockfile.is_held(path)
    assert not lockfile.is_held(path)
    with lockfile.hold(path, HeldError()):
        pass


def test_looking_makes_nothing(tmp_path: Path) -> None:
    assert not lockfile.is_held(tmp_path / "none.lock")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_held_is_free(tmp_path: Path) -> None:
    path = tmp_path / "one.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        assert lockfile.is_held(path)
    finally:
        holder.kill()
        holder.communicate()
    assert not lockfile.is_held(path)
