"""What a request is called, and where it stands in a trace: one short text, kept with each of its messages.

The text is the name of the request (``X-Request-Id``), and behind a space, when the request is traced, the ids of its
trace and of its span, as in W3C's ``traceparent``: ``order-7 4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7``.
A message that no request brought (the command line, a birthday) has an empty one.
"""

import re
from typing import Final, NamedTuple

_NAME: Final = re.compile("[A-Za-z0-9._:-]{1,64}")
_TRACEPARENT: Final = re.compile("(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?", re.DOTALL)
_NO_TRACE: Final = "0" * 32
_NO_SPAN: Final = "0" * 16


class Place(NamedTuple):
    """A span in a trace that is recorded: 32 and 16 hexadecimal digits, neither all zeros."""

    trace: str
    span: str

    @property
    def traceparent(self) -> str:
        """The place as a header (W3C Trace Context 3.2)."""
        return f"00-{self.trace}-{self.span}-01"


def is_name(text: str) -> bool:
    """Tell whether a caller may call its request so: 1 to 64 of ``A-Z a-z 0-9 . _ : -``."""
    return _NAME.fullmatch(text) is not None


def read_traceparent(text: str) -> tuple[Place, bool] | None:
    """Read a ``traceparent`` header: the caller's place, and whether he records it; None for what is none.

    Versions to come may have more behind another dash (W3C Trace Context 3.2.4).
    """
    found = _TRACEPARENT.fullmatch(text.strip())
    if found is None or found[1] == _NO_TRACE or found[2] == _NO_SPAN:
        return None
    if text.strip().startswith("00-") and len(text.strip()) != 55:
        return None
    return Place(found[1], found[2]), bool(int(found[3], 16) & 1)


def kept(name: str, place: Place | None = None) -> str:
    """Return the text that is kept with the messages of a request."""
    return name if place is None else f"{name} {place.trace}-{place.span}"


def name_of(text: str) -> str:
    """Return the name of a request from what is kept of it."""
    return text.partition(" ")[0]


def place_of(text: str) -> Place | None:
    """Return the place of a request's span from what is kept of it; None when it is not traced."""
    trace, _, span = text.partition(" ")[2].partition("-")
    return Place(trace, span) if span else None
