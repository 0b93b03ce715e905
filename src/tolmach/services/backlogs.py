"""Backlogs: how much of each account and channel is due and waits for a link. Above a bound nothing more is taken.

Which link takes a message is decided when it has room, so what waits for the links of a channel is bounded together,
and what waits for a link is everything that it may carry (`tolmach.services.linkqueues`).

Counted from the queue now and then, and added to in between by what is accepted: a bound may be passed by what is
accepted at the same moment, not by more.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from tolmach.core.content import Channel
from tolmach.core.drafts import Draft
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId
from tolmach.core.limits import RETRY_AFTER, BacklogLimits, FullLinks, LinkBound
from tolmach.core.traffic import channel_of
from tolmach.services.linkqueues import carriers

BUSY = 1_000  # messages


class Backlogs:
    """What waits, by account."""

    def __init__(self, limits: BacklogLimits, links: Callable[[], Sequence[LinkBound]] = tuple) -> None:
        """``links`` are those that there are; they come and go."""
        self._limits = limits
        self._waiting: Counter[int] = Counter()
        self._channels: Counter[Channel] = Counter()
        self._all = 0
        self.links = links
        self.of_links: Mapping[str, int] = {}
        """What waits for each link, as it was counted last."""
        self.full: FullLinks | None = None
        """The links for which too much waits; None while there is none."""

    @property
    def limited(self) -> bool:
        """Whether there is a bound at all."""
        return bool(self._bounds())

    @property
    def busy(self) -> bool:
        """Whether so much waits that it should be counted often."""
        waits = max(self._all, *self.of_links.values(), 0)
        return waits >= min(BUSY, *(bound // 2 for bound in self._bounds()), BUSY)

    @property
    def presses(self) -> bool:
        """Whether half of what may wait for some link could wait for it."""
        waits = max(self._all, *self.of_links.values(), 0)
        return any(link.most and 2 * waits >= link.most for link in self.links())

    def _bounds(self) -> list[int]:
        mine = (self._limits.account, self._limits.all, self._limits.channel)
        return [bound for bound in (*mine, *(link.most for link in self.links())) if bound]

    def counted(self, waiting: Mapping[tuple[int, int], int]) -> None:
        """Take over what was counted in the queue, by account and lane."""
        self._waiting, self._channels = Counter(), Counter()
        for (account, lane), count in waiting.items():
            self._waiting[account] += count
            self._channels[channel_of(lane)] += count
        self._all = sum(waiting.values())

    def counted_links(self, waiting: Mapping[str, int]) -> None:
        """Take over what was counted to wait for each link."""
        links = self.links()
        self.of_links = waiting
        names = frozenset(link.name for link in links if link.most and waiting.get(link.name, 0) >= link.most)
        self.full = FullLinks(names, carriers(links)) if names else None

    def add(self, account: AccountId, drafts: Sequence[Draft]) -> None:
        """Count what was accepted since."""
        self._waiting[account] += len(drafts)
        self._all += len(drafts)
        if self._limits.channel:
            for draft in drafts:
                if draft.steps:
                    self._channels[draft.steps[0].channel] += 1

    def check(self, account: AccountId, drafts: Sequence[Draft]) -> None:
        """RequestError BUSY while an account, all together, or a channel that is asked for have too much waiting."""
        limits = self._limits
        if limits.channel:
            for channel in {draft.steps[0].channel for draft in drafts if draft.steps}:
                if self._channels[channel] >= limits.channel:
                    detail = f"{self._channels[channel]} messages wait for a link that carries {channel}"
                    raise RequestError(Failure.BUSY, detail, retry_after=RETRY_AFTER)
        if limits.account and self._waiting[account] >= limits.account:
            detail = f"{self._waiting[account]} messages of the account wait for a link"
            raise RequestError(Failure.BUSY, detail, retry_after=RETRY_AFTER)
        if limits.all and self._all >= limits.all:
            raise RequestError(Failure.BUSY, f"{self._all} messages wait for a link", retry_after=RETRY_AFTER)
