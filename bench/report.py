"""All figures of speed from one run, each beside its ceiling and its target, as one table.

    scripts/bench report [--quick] [--growth 1000000 --scheduled 500000] [--only flow] [--database sqlite] [--write]

Load generator, SMSC and the receiver of callbacks are processes on the same machine. About 15 minutes without growth,
four with --quick, whose figures are too short to be told. Growth, some minutes more, fills an installation with so many
delivered messages and with messages for the days to come, and measures it and an empty one by turns. --only measures
the named parts alone, beside the ceilings. --write puts the table into docs/performance.md.
"""

import argparse
import statistics
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import uvloop

from bench import bare, ceiling, fairness, flow, growth, smpp
from bench.intake import load
from bench.load import Connection, Load
from bench.machine import described
from bench.stage import KINDS, Spent, Stage, memory, stage
from tolmach.store.postgresql import PostgresqlServer

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- report: scripts/bench report --write -->\n", "<!-- end of the report -->\n"
HEADER = ("what", "figure", "of its ceiling", "p50, p99", "CPU a message", "target", "met")
WORSE = 1.2  # by growth, and by another account
INTAKES = ((1, 1, 0), (16, 1, 0), (64, 1, 0), (64, 1, 1), (4, 1_000, 0), (4, 1_000, 1))
"""Connections, recipients of a request, fronts."""
PARTS = ("intake", "flow", "restart", "fairness")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; ``met`` is None where there is no target."""

    what: str
    figure: str
    share: str = ""
    latency: str = ""
    cost: str = ""
    target: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the cells in the order of the header."""
        verdict = "" if self.met is None else "yes" if self.met else "**no**"
        return (self.what, self.figure, self.share, self.latency, self.cost, self.target, verdict)


class Cost(NamedTuple):
    """Microseconds of processor time, and of time, a message."""

    processor: float
    time: float


@dataclass(frozen=True, slots=True)
class Size:
    """How long everything is measured."""

    seconds: float
    runs: int
    messages: int
    queued: int
    polite: float


FULL = Size(seconds=5, runs=3, messages=20_000, queued=1_000_000, polite=60)
QUICK = Size(seconds=1.5, runs=1, messages=2_000, queued=20_000, polite=3)


class Report:
    """Measures part after part; ceilings are kept for the ratios of what follows."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.ceilings: dict[str, float] = {}

    def rows(self, parts: Collection[str], kinds: Sequence[str], growths: tuple[int, int] | None) -> Iterator[Row]:
        """Measure the ceilings and the named parts, on each kind of database."""
        with smpp.smsc() as port:
            yield from self._raw(port)
            measured = {
                "intake": lambda: chain.from_iterable(self._intake(kind) for kind in kinds),
                "flow": lambda: chain.from_iterable(self._flow(port, kind) for kind in kinds),
                "restart": lambda: self._restart(kinds),
                "fairness": self._fairness,
            }
            for part in PARTS:
                if part in parts:
                    yield from measured[part]()
            if growths:
                for kind in kinds:
                    yield from self._growth(port, kind, *growths)

    def _raw(self, port: int) -> Iterator[Row]:
        size, found = self.size, self.ceilings
        yield Row("raw: fsync of 4 KiB", f"{ceiling.fsyncs_per_second():,.0f}/s")
        for batch in (1, 16, 64, 1_000):
            found[f"sqlite {batch}"] = ceiling.inserts_per_second(batch, size.seconds / 2)
        yield Row(
            "raw: three rows a message into SQLite, 64 messages a commit", f"{found['sqlite 64']:,.0f} messages/s"
        )
        yield Row("raw: the same, 1,000 a commit", f"{found['sqlite 1000']:,.0f} messages/s")
        with stage("postgresql") as made:
            assert isinstance(made.place, PostgresqlServer)
            for batch in (1, 16, 64, 1_000):
                found[f"postgresql {batch}"] = ceiling.copied_per_second(made.place.url, batch, size.seconds / 2)
        yield Row("raw: the same into PostgreSQL by COPY, 64 a commit", f"{found['postgresql 64']:,.0f} messages/s")
        yield Row("raw: the same, 1,000 a commit", f"{found['postgresql 1000']:,.0f} messages/s")
        found["http"] = bare.answers_per_second(size.seconds)
        yield Row("raw: bare ASGI, 64 connections", f"{found['http']:,.0f} requests/s")
        found["smpp"] = smpp.median(size.runs, lambda: uvloop.run(smpp.bare(port, size.messages, 50))).rate
        yield Row("raw: bare SMPP session with receipts, window 50", f"{found['smpp']:,.0f} messages/s")

    def _intake(self, kind: str) -> Iterator[Row]:
        for connections, recipients, fronts in INTAKES:
            with stage(kind) as made:
                yield self._intake_of(made, kind, connections, recipients, fronts)

    def _intake_of(self, made: Stage, kind: str, connections: int, recipients: int, fronts: int) -> Row:
        """Measure what is accepted while nothing is due: scheduled for tomorrow."""
        found, costs = list[dict[str, float]](), list[Spent]()
        with made.running("", fronts) as gateway:
            for _ in range(self.size.runs):
                before = made.spent(gateway)
                result = load(gateway.port, connections, recipients, self.size.seconds, ahead=True)
                costs.append(made.spent(gateway).each(before, result["messages"]))
                found.append(result)
        result = sorted(found, key=lambda one: one["messages_per_second"])[len(found) // 2]
        rate, high = result["messages_per_second"], result["p99_ms"]
        many = recipients > 1
        share = rate / self.ceilings[f"{kind} {recipients if many else connections}"]
        http = "" if many else f", {rate / self.ceilings['http']:.0%} of bare HTTP"
        aimed = many or connections == 64
        return Row(
            f"intake, {_named(kind, fronts)}: {recipients:,} recipient{'s' * many}, {connections} connections",
            f"{rate:,.0f} messages/s",
            f"{share:.1%}{http}",
            f"{result['p50_ms']:.1f}, {high:.1f} ms",
            str(min(costs)),
            "" if not aimed else "15,000/s" if many else "4,000/s, p99 60 ms",
            (rate >= 15_000 if many else rate >= 4_000 and high < 60) if aimed else None,
        )

    def _flow(self, port: int, kind: str) -> Iterator[Row]:
        for recipients, connections, fronts in ((1, 64, 0), (1, 64, 1), (100, 4, 0), (100, 4, 1)):
            asked = (port, self.size.messages, recipients, connections, kind, fronts)
            results = [flow.run(*asked) for _ in range(self.size.runs if recipients == 1 else 1)]
            result = sorted(results, key=lambda one: one.told)[len(results) // 2]
            rate, (_, half, after) = self.size.messages / result.told, result.memory
            which = f"{_named(kind, fronts)}: {recipients} recipient{'s' * (recipients > 1)}"
            yield Row(
                f"request to acknowledged callback, {which}",
                f"{rate:,.0f} messages/s",
                f"{rate / self.ceilings['smpp']:.1%}",
                "",
                str(min(one.cost for one in results)),
                "2,500/s",
                rate >= 2_500,
            )
            yield Row(f"memory after half of them, and after all: {which}", f"{half:.0f}, {after:.0f} MiB")

    def _restart(self, kinds: Sequence[str]) -> Iterator[Row]:
        """Start with messages that are due, and take another one at once."""
        for kind in kinds:
            with stage(kind) as made:
                growth.fill(made, due=self.size.queued)
                start = time.perf_counter()
                with made.running() as gateway:
                    first_answer(gateway.port)
                    took = time.perf_counter() - start
                    load(gateway.port, 1, 1, 2 * self.size.seconds, ahead=False)  # while they are delivered
                    most = memory(gateway.pid, "VmHWM")
            yield Row(
                f"restart with {self.size.queued:,} due, {NAMES[kind]}",
                f"answers after {took:.1f} s, at most {most:.0f} MiB",
                target="10 s, 300 MiB",
                met=took < 10 and most < 300,
            )

    def _fairness(self) -> Iterator[Row]:
        for limit in (None, fairness.LIMIT):
            held = "" if limit is None else f", the load held to {limit}/s"
            with fairness.gateway(limit) as port:
                for one in fairness.beside(port, self.size.polite):
                    latency = f"{one.middle:.1f}, {one.high:.1f} ms"
                    if one.load == "nobody":
                        who = f"{fairness.POLITE} accounts at {fairness.PACE} requests/s, alone"
                        yield Row(f"fairness{held}: {who}", "", "", latency)
                        continue
                    what, figure = f"fairness{held}, beside {one.load}", f"p99 {one.ratio:.2f} of alone"
                    target, met = ("", None) if limit is None else (f"{WORSE:.2f}", one.ratio <= WORSE)
                    yield Row(what, figure, "", latency, "", target, met)

    def _growth(self, port: int, kind: str, stored: int, scheduled: int) -> Iterator[Row]:
        """An empty installation and a full one by turns: machines are quicker in one minute than in the next."""
        pairs: dict[str, list[tuple[Cost, Cost]]] = {}
        with stage(kind) as empty, stage(kind) as full:
            growth.fill(full, stored=stored, scheduled=scheduled)
            for _ in range(self.size.runs):
                for measure in (self._taken_in, self._carried):
                    costs = [measure(made, port) for made in (empty, full)]
                    for what, cost in costs[0].items():
                        pairs.setdefault(what, []).append((cost, costs[1][what]))
        grown = f"with {stored:,} stored and {scheduled:,} scheduled, {NAMES[kind]}"
        for what, both in pairs.items():
            ratio, longer = (statistics.median(after[i] / before[i] for before, after in both) for i in (0, 1))
            spent = statistics.median(after.processor for _, after in both)
            figure = f"{ratio:.2f} times the processor time a message ({spent:,.0f} µs), {longer:.2f} the time"
            yield Row(f"{what} {grown}", figure, target="1.20", met=ratio <= WORSE)

    def _taken_in(self, made: Stage, _port: int) -> dict[str, Cost]:
        found = {}
        with made.running() as gateway:
            for connections, recipients in ((64, 1), (4, 1_000)):
                before = made.spent(gateway)
                result = load(gateway.port, connections, recipients, self.size.seconds, ahead=True)
                cost = made.spent(gateway).each(before, result["messages"]).gateway
                found[f"intake ({recipients:,})"] = Cost(cost, 1e6 / max(1.0, result["messages_per_second"]))
        return found

    def _carried(self, made: Stage, port: int) -> dict[str, Cost]:
        count = self.size.messages // 2
        told = flow.through(made, port, count, 1, 64)
        return {"flow": Cost(told.cost.gateway, 1e6 * told.told / count)}


def _named(kind: str, fronts: int) -> str:
    return f"{NAMES[kind]}, one front" if fronts else NAMES[kind]


def first_answer(port: int) -> None:
    """Send one message and return when it is accepted."""
    connection = Connection(port)
    connection.send(Load(1, ahead=True))
    while connection.receive() is None:
        pass
    connection.socket.close()


def written(lines: list[str], document: Path = DOCUMENT) -> None:
    """Put the table where the last one stands."""
    text = document.read_text(encoding="utf-8")
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    document.write_text(text[:start] + "\n" + "\n".join(lines) + "\n\n" + text[end:], encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="everything, too short to be told")
    parser.add_argument("--growth", type=int, metavar="MESSAGES", help="measure also with so many stored")
    parser.add_argument("--scheduled", type=int, default=500_000, metavar="MESSAGES", help="and so many scheduled")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS, metavar="PART", help=f"{', '.join(PARTS)}")
    parser.add_argument("--database", choices=KINDS, help="one kind alone")
    parser.add_argument("--write", action="store_true", help=f"put the table into docs/{DOCUMENT.name}")
    options = parser.parse_args()
    begun = time.perf_counter()
    lines = [f"{described()}.", ""]
    lines += [f"| {' | '.join(HEADER)} |", f"|{'---|' * len(HEADER)}"]
    print("\n".join(lines), flush=True)
    kinds = [options.database] if options.database else KINDS
    growths = (options.growth, options.scheduled) if options.growth else None
    for row in Report(QUICK if options.quick else FULL).rows(options.only, kinds, growths):
        lines.append(f"| {' | '.join(row.cells())} |")
        print(lines[-1], flush=True)
    lines += ["", f"It took {time.perf_counter() - begun:,.0f} seconds."]
    print("\n".join(lines[-2:]))
    if options.write:
        written(lines)


if __name__ == "__main__":
    main()
