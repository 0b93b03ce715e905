"""Patterns with ``%`` for any characters, as reports are narrowed by them."""

import re
from functools import lru_cache


def matches(pattern: str, text: str) -> bool:
    """Tell whether a text is what a pattern says; case does not matter, and "" lets everything through."""
    return not pattern or _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> "re.Pattern[str]":
    pieces = [re.escape(piece) for piece in re.split("%+", pattern)]
    # possessive: what stood before a piece is not tried again, so a pattern of many % stays linear
    head, *rest = pieces
    inner = "".join(f"(?>.*?{piece})" for piece in rest[:-1])
    last = f".*{rest[-1]}" if rest else ""
    return re.compile(head + inner + last, re.IGNORECASE | re.DOTALL)
