"""A request that is in work: what it is called, and its span where traces are recorded."""

from collections.abc import Sequence
from typing import Final

from tolmach.core import requests
from tolmach.core.errors import Failure
from tolmach.core.ids import AccountId
from tolmach.core.traces import Span

NAMED: Final = 20
"""Message ids that a span names; it counts all of them."""


class Asked:
    """One request. ``span`` is None where nobody records traces; ``body`` is None until it has come whole."""

    __slots__ = ("account", "body", "kept", "name", "span")

    def __init__(self, name: str, span: Span | None = None) -> None:
        self.name = name
        self.span = span
        self.account = AccountId(0)
        """Whose it is; 0 until its caller is known."""
        self.body: bytes | None = None
        self.kept = name if span is None else requests.kept(name, span.place)

    def entered(self, account: AccountId) -> None:
        """Its caller is known."""
        self.account = account
        if self.span is not None:
            self.span.note({"tolmach.account": int(account)})

    def took(self, ids: Sequence[int]) -> None:
        """These messages came of it."""
        if self.span is not None:
            named = " ".join(str(id_) for id_ in ids[:NAMED])
            self.span.note({"tolmach.messages": len(ids), "tolmach.message_ids": named})

    def refused(self, failure: Failure) -> None:
        """It was not carried out."""
        if self.span is not None:
            self.span.fail(failure.value)
