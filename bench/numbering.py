"""The numbering plan: how fast it is imported, how fast numbers are looked up, and what it takes of memory.

    scripts/bench numbering [--ranges 450000]

A machine's speed is divided out by ratios: the import's to splitting the same lines, a look-up's to the least that
Python can do for one: a bisection of a list of as many integers and one step into another list.
"""

import argparse
import random
import time
import tracemalloc
from bisect import bisect_right
from collections.abc import Callable, Iterator

from tolmach.core.numbering import Numbering, Ranges
from tolmach.services.numberplans import PlanReading

CODES = 300
OPERATORS = 1500
REGIONS = 2000
LOOKUPS = 20_000
MICRO = 1e6


def rows(count: int) -> Iterator[str]:
    """Yield the lines of a plan like the registry's."""
    chance = random.Random(1)
    span = 10_000_000 * CODES // count
    yield "АВС/ DEF;От;До;Емкость;Оператор;Регион;Территория ГАР;ИНН"
    for code in range(700, 700 + CODES):
        for start in range(0, 10_000_000 - span + 1, span):
            operator = f'ООО "Оператор-{chance.randrange(OPERATORS)}"'
            region = f"р-н Энский-{chance.randrange(REGIONS)}|Свердловская область"
            yield f"{code};{start};{start + span - 1};{span};{operator};{region};Энск;7740000076"


def taken(work: Callable[[], object], times: int = 3) -> float:
    """Return the seconds of the fastest of some runs."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def read(data: bytes) -> Ranges:
    reading = PlanReading()
    reading.read("plan.csv", data)
    return reading.ranges()


def split(data: bytes) -> int:
    return sum(len(line.split(";")) for line in data.decode().split("\n"))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranges", type=int, default=450_000)
    count = parser.parse_args().ranges
    data = "\n".join(rows(count)).encode()
    least = taken(lambda: split(data))
    importing = taken(lambda: read(data).dump())
    stored = read(data).dump()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    plan = Numbering(Ranges.load(stored))
    octets = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    found = len(plan.ranges.firsts)
    loading = taken(lambda: Numbering(Ranges.load(stored)))
    print(f"{found} ranges, stored in {len(stored)} octets, {octets} octets of memory")
    print(f"import: {found / importing * 60:,.0f} rows a minute, {importing / least:.1f} times splitting the lines")
    print(f"load: {loading * 1000:.0f} ms")
    chance = random.Random(2)
    phones = [f"7{chance.randrange(7_000_000_000, 9_999_999_999)}" for _ in range(LOOKUPS)]
    firsts, kinds = list(plan.ranges.firsts), list(plan.ranges.owners)
    bare = taken(lambda: [kinds[bisect_right(firsts, int(phone)) - 1] for phone in phones]) / LOOKUPS
    looking = taken(lambda: [plan.lookup(phone) for phone in phones]) / LOOKUPS
    print(f"look-up: {looking * MICRO:.2f} us, {looking / bare:.1f} times a bare bisection ({bare * MICRO:.2f} us)")


if __name__ == "__main__":
    main()
