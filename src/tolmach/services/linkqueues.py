"""Queues of links: how much waits for each, also what was put off because the link was down or busy.

Which link carries a message is decided when one has room. So a message waits for every link that may carry it: the one
that its step names, those of the rule of routing that decides for it, else all of its channel.

Counted by index. Where rules decide, about a thousand of the waiting messages are looked at, spread evenly over all of
them, and stand for the others; up to a thousand are counted exactly.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from tolmach.core.content import Channel
from tolmach.core.limits import LinkBound
from tolmach.core.traffic import channel_of
from tolmach.services.catalogue import Snapshot
from tolmach.store import messages, queue
from tolmach.store.database import Tx

SAMPLE: Final = 1_000


def carriers(links: Sequence[LinkBound]) -> Mapping[Channel, tuple[str, ...]]:
    """Return the links of each channel."""
    return {channel: tuple(link.name for link in links if channel in link.channels) for channel in Channel}


def waiting(tx: Tx, snapshot: Snapshot, links: Sequence[LinkBound], now: int) -> Mapping[str, int]:
    """Return how many messages wait for each of these links; ``now`` in milliseconds."""
    found = Counter(dict.fromkeys((link.name for link in links), 0))
    of_channel = carriers(links)
    lanes = queue.waiting(tx, now)
    if not snapshot.router(tx).rules:
        for lane, count in lanes.items():
            found.update(dict.fromkeys(of_channel[channel_of(lane)], count))
        return found
    total = sum(lanes.values())
    apart = max(1, total // SAMPLE)
    looked_at = queue.sample(tx, now, apart, 2 * SAMPLE) if total else ()
    known = messages.by_ids(tx, [entry.message for entry in looked_at])
    for entry in looked_at:
        message = known.get(entry.message)
        if message is not None:
            step = message.plan[entry.step - 1]
            subject = snapshot.subject(tx, message, step, entry.lane)
            names = snapshot.router(tx).carriers(subject, step.link)
            for name in of_channel[step.channel] if names is None else names:
                if name in found:
                    found[name] += apart
    return found
