"""Leases: who owns what only one process may do at a time. Which to take and which to leave is decided here.

Three kinds of names: ``process P`` says that a process lives, ``duty D`` is work that is done once for the whole
installation, ``link L N`` is the right to one connection (or pair) to the carrier of a link, of as many as it allows.

A duty goes to whoever finds it free. Connections are shared: nobody takes more than his part of a link, and of all
links together, while others may want it; what nobody has taken until the next look is anybody's. Who has at least two
more than another gives one away, which ends, since each such step makes the shares more alike.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

LASTS_MS: Final = 10_000
"""Milliseconds from the renewal of a lease to its end."""

_PROCESS: Final = "process "
_DUTY: Final = "duty "
_LINK: Final = "link "


class Slot(NamedTuple):
    """One connection that a link allows."""

    link: str
    number: int

    @property
    def lease(self) -> str:
        """The name of its lease."""
        return f"{_LINK}{self.link} {self.number}"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a process would do if nobody else did: these duties, and so many connections of each link.

    ``sharers``: at least so many processes will share the links, though they may not be there yet.
    """

    duties: frozenset[str] = frozenset()
    slots: Mapping[str, int] = field(default_factory=dict)
    sharers: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """Names of leases to take now, and of those to be left when what depends on them has ended."""

    take: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()


def of_process(name: str) -> str:
    """Return the lease by which a process says that it lives."""
    return f"{_PROCESS}{name}"


def of_duty(name: str) -> str:
    """Return the lease of a duty."""
    return f"{_DUTY}{name}"


def process_of(lease: str) -> str | None:
    """Return the process that a lease tells of; None for other leases."""
    return lease.removeprefix(_PROCESS) if lease.startswith(_PROCESS) else None


def duty_of(lease: str) -> str | None:
    """Return the duty of a lease; None for other leases."""
    return lease.removeprefix(_DUTY) if lease.startswith(_DUTY) else None


def slot_of(lease: str) -> Slot | None:
    """Return the connection of a lease; None for other leases."""
    if not lease.startswith(_LINK):
        return None
    link, _, number = lease.removeprefix(_LINK).rpartition(" ")
    return Slot(link, int(number))


def shares(held: Iterable[str]) -> dict[str, int]:
    """Return how many connections of each link are among these leases."""
    counts: dict[str, int] = {}
    for slot in map(slot_of, held):
        if slot is not None:
            counts[slot.link] = counts.get(slot.link, 0) + 1
    return counts


def plan(
    me: str, held: Mapping[str, str], carriers: Sequence[str], wishes: Wishes, passed_over: frozenset[str]
) -> Plan:
    """Decide for the process ``me``.

    ``held`` has the holder of every lease that runs, and "" for what was left just now: it is for others.
    ``carriers`` are the processes that share the links (``me`` among them, if it is one), ``passed_over`` are leases
    that were free at the last look already.
    """
    duties = tuple(sorted(of_duty(duty) for duty in wishes.duties if of_duty(duty) not in held))
    free = [slot for slot in _slots(wishes.slots) if slot.lease not in held]
    mine = [name for name, holder in held.items() if holder == me]
    taken = _taken(mine, free, max(len(carriers), wishes.sharers), wishes.slots, passed_over)
    gone = [
        slot.lease
        for slot in map(slot_of, mine)
        if slot is not None and slot.number >= wishes.slots.get(slot.link, 0)  # the link has gone, or has fewer now
    ]
    leave = gone or ([] if free else _surplus(me, held, carriers))
    return Plan((*duties, *taken), tuple(leave))


def _slots(wanted: Mapping[str, int]) -> Iterator[Slot]:
    for link, count in sorted(wanted.items()):
        yield from (Slot(link, number) for number in range(count))


def _taken(
    mine: Sequence[str], free: Sequence[Slot], sharers: int, slots: Mapping[str, int], passed_over: frozenset[str]
) -> list[str]:
    """Return which free connections to take."""
    have, taken = shares(mine), list[str]()
    most = _part(sum(slots.values()), sharers)
    for slot in free:
        of_link = have.get(slot.link, 0)
        within = of_link < _part(slots[slot.link], sharers) and sum(have.values()) < most
        if within or slot.lease in passed_over:
            have[slot.link] = of_link + 1
            taken.append(slot.lease)
    return taken


def _part(count: int, sharers: int) -> int:
    return -(-count // max(1, sharers))


def _surplus(me: str, held: Mapping[str, str], carriers: Sequence[str]) -> list[str]:
    """Return the connections to give away, so that others, who have at least two fewer, can take them."""
    have = {carrier: shares([name for name, holder in held.items() if holder == carrier]) for carrier in carriers}
    others = [carrier for carrier in carriers if carrier != me]
    if me not in have or not others:
        return []
    mine = sorted((slot for slot in map(slot_of, held) if slot is not None and held[slot.lease] == me), reverse=True)
    given: list[str] = []
    for slot in mine:
        receiver = _receiver(me, slot.link, have, others)
        if receiver is not None:
            have[me][slot.link] -= 1
            have[receiver][slot.link] = have[receiver].get(slot.link, 0) + 1
            given.append(slot.lease)
    return given


def _receiver(me: str, link: str, have: Mapping[str, Mapping[str, int]], others: Sequence[str]) -> str | None:
    """Return who has at least two connections fewer than ``me``, of this link or of all; None when nobody has."""

    def of_link(one: str) -> int:
        return have[one].get(link, 0)

    def of_all(one: str) -> int:
        return sum(have[one].values())

    poorer = min(others, key=lambda one: (of_link(one), of_all(one)))
    if of_link(me) - of_link(poorer) >= 2:
        return poorer
    poorest = min(others, key=of_all)
    return poorest if of_all(me) - of_all(poorest) >= 2 and of_link(me) > of_link(poorest) else None
