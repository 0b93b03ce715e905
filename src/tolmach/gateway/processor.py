"""The processor that a process lives on.

The threads of a Python process take turns: one of them holds the interpreter's lock. Where the kernel spreads them over
processors, every turn moves the interpreter's data from one processor's cache to another's, which cost a third of the
throughput (`scripts/bench intake`, docs/adr/0029-one-processor.md). So they live together on one processor, and move
when strangers need it while another one is idle. Threads of the loop's default executor, which hash passwords and
write files, go where there is room.
"""

import asyncio
import os
import random
import time
from collections.abc import Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

log = structlog.get_logger()

LOOK_SECONDS = 5.0
TAKEN = 0.25  # the share of home's time that strangers have to take before it is worth while to move
ERRANDS = 32  # threads of the default executor, as asyncio has at most

_STATISTICS = Path("/proc/stat")
_THREADS = Path("/proc/self/task")
_IDLE = slice(3, 5)  # idle and iowait, of user nice system idle iowait irq softirq steal
_COUNTED = 8


@dataclass(frozen=True, slots=True)
class Load:
    """What a processor has done since the machine started, in seconds; ``own``: what this process has used anywhere."""

    at: float
    idle: Mapping[int, float]
    own: float


def read_load(statistics: str, at: float, own: float) -> Load:
    """Read the text of /proc/stat."""
    tick = os.sysconf("SC_CLK_TCK")
    idle: dict[int, float] = {}
    for line in statistics.splitlines():
        name, *fields = line.split()
        if name.startswith("cpu") and name != "cpu":
            idle[int(name[3:])] = sum(map(int, fields[:_COUNTED][_IDLE])) / tick
    return Load(at, idle, own)


def better(home: int, allowed: Set[int], before: Load, after: Load) -> int | None:
    """Return the processor to move to; None where home is as good as any.

    Strangers have to take a quarter of home's time, and another processor has to have been idle for a quarter more
    than what they left.
    """
    passed = after.at - before.at
    if passed <= 0:
        return None
    idle = {each: (after.idle[each] - before.idle.get(each, 0.0)) / passed for each in after.idle}
    own = min(1.0, (after.own - before.own) / passed)
    taken = 1.0 - idle.get(home, 0.0) - own
    others = {each: share for each, share in idle.items() if each in allowed and each != home}
    if taken < TAKEN or not others:
        return None
    best = max(others, key=lambda each: others[each])
    return best if others[best] > 1.0 - taken + TAKEN else None


class Processor:
    """Where the threads of this process live."""

    def __init__(self, allowed: Set[int], home: int) -> None:
        """Settle every thread that there is; those that they start live with them."""
        self.allowed = allowed
        self.home = home
        for thread in _threads():
            _put(thread, {home})

    async def live(self) -> None:
        """Move when strangers need home and another processor is idle; for ever."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(ERRANDS, "errand", initializer=self._wander))
        before = _load()
        while True:
            await asyncio.sleep(LOOK_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311 - two are not to swap for ever
            after = _load()
            found = better(self.home, self.allowed, before, after)
            if found is not None:
                log.debug("moving to another processor", left=self.home, taken=found)
                self.move(found)
            before = after

    def move(self, home: int) -> None:
        """Take every thread along that is at home."""
        for thread in _threads():
            with suppress(ProcessLookupError):
                if os.sched_getaffinity(thread) == {self.home}:
                    _put(thread, {home})
        self.home = home

    def _wander(self) -> None:
        _put(0, self.allowed)


def settle() -> Processor | None:
    """Settle this process; None where there is nothing to choose from, or the system has no such thing."""
    if not hasattr(os, "sched_setaffinity") or not _STATISTICS.exists() or not _THREADS.exists():
        return None
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) == 1:
        return None
    return Processor(frozenset(allowed), allowed[os.getpid() % len(allowed)])  # the next process takes the next one


def _load() -> Load:
    return read_load(_STATISTICS.read_text(), time.monotonic(), time.process_time())


def _threads() -> Iterator[int]:
    return (int(each.name) for each in _THREADS.iterdir())


def _put(thread: int, processors: Set[int]) -> None:
    with suppress(ProcessLookupError):  # it has just ended
        os.sched_setaffinity(thread, processors)
