"""Where a process lives: its threads together, errands anywhere, and elsewhere when strangers crowd it out."""

import os
import subprocess
import sys
import textwrap

import pytest

from tolmach.gateway.processor import Load, better, read_load

STATISTICS = (
    "cpu  900 0 100 1000 0 0 0 0 0 0\ncpu0 400 0 50 800 50 0 0 0 0 0\ncpu1 500 0 50 200 0 0 0 0 0 0\nintr 5 1\n"
)
BOTH = frozenset({0, 1})


def load(at: float, *idle: float, own: float = 0.0) -> Load:
    return Load(at, dict(enumerate(idle)), own)


def test_idle_time_is_what_the_system_waited_for_work_or_for_a_disk() -> None:
    tick = os.sysconf("SC_CLK_TCK")
    assert read_load(STATISTICS, 5.0, 1.0) == Load(5.0, {0: 850 / tick, 1: 200 / tick}, 1.0)


@pytest.mark.parametrize(
    ("idle", "own", "found"),
    [
        ((10.0, 0.0), 10.0, None),  # it is we who use it
        ((10.0, 0.0), 5.0, 0),  # strangers take half of it, and the other is idle
        ((10.0, 1.0), 9.0, None),
        ((5.0, 0.0), 5.0, None),  # the other is as crowded
        ((7.6, 0.0), 5.0, 0),
        ((0.0, 0.0), 1.0, None),
        ((10.0, 10.0), 3.0, None),  # our errands run elsewhere
    ],
)
def test_it_moves_only_for_a_quarter_more(idle: tuple[float, float], own: float, found: int | None) -> None:
    assert better(1, BOTH, load(0, 0.0, 0.0), load(10, *idle, own=own)) == found


def test_it_moves_only_to_where_it_may() -> None:
    crowded = load(0, 0.0, 0.0, 0.0), load(10, 10.0, 0.0, 9.0, own=5.0)
    assert better(1, frozenset({1, 2}), *crowded) == 2
    assert better(1, frozenset({1}), *crowded) is None


def test_no_time_tells_nothing() -> None:
    assert better(1, BOTH, load(5, 0.0, 0.0), load(5, 0.0, 0.0)) is None


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one processor")
def test_its_threads_live_and_move_together_and_errands_do_not() -> None:
    script = """
        import asyncio, os, threading
        from tolmach.gateway.processor import settle

        allowed, ended = os.sched_getaffinity(0), threading.Event()
        before = threading.Thread(target=ended.wait)
        before.start()
        processor = settle()
        after = threading.Thread(target=ended.wait)
        after.start()
        threads = 0, before.native_id, after.native_id
        assert all(os.sched_getaffinity(each) == {processor.home} for each in threads)

        async def errand():
            living = asyncio.create_task(processor.live())
            await asyncio.sleep(0)
            assert await asyncio.to_thread(os.sched_getaffinity, 0) == allowed
            [other, *_] = allowed - {processor.home}
            processor.move(other)
            assert await asyncio.to_thread(os.sched_getaffinity, 0) == allowed
            assert processor.home == other
            assert all(os.sched_getaffinity(each) == {other} for each in threads)
            living.cancel()

        asyncio.run(errand())
        ended.set()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, timeout=60)
