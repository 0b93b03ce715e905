"""The parts of a ``multipart/form-data`` body, within limits.

The bytes are told apart by python-multipart, which does no I/O here: bytes in, callbacks out.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from tolmach.core.errors import Failure, RequestError
from tolmach.wire import WireRequest

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_PARTS: Final = 20


@dataclass(slots=True)
class Part:
    """One part: its name, the name of its file (None: a plain field), its content."""

    name: str = ""
    filename: str | None = None
    content: bytearray = field(default_factory=bytearray)

    @property
    def text(self) -> str:
        """The content as text."""
        return bytes(self.content).decode("utf-8", "replace")


def read_parts(request: WireRequest) -> list[Part]:
    """Return the parts in order; RequestError MALFORMED for a body that is not whole, or of another type."""
    reading = _Reading()
    try:
        parser = MultipartParser(_boundary(request), reading.callbacks())
        parser.write(request.body)
        parser.finalize()
    except (FormParserError, ValueError) as error:  # its own errors, and headers that are no text
        raise RequestError(Failure.MALFORMED, type(error).__name__) from None
    if not reading.ended:
        raise RequestError(Failure.MALFORMED, "the last boundary is missing")
    return reading.parts


def _boundary(request: WireRequest) -> bytes:
    """Return the boundary; ValueError."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind.lower() != b"multipart/form-data" or not boundary:
        raise ValueError("not multipart/form-data")
    return boundary


class _Reading:
    """What the parser tells, put together."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._header, self._value = bytearray(), bytearray()

    def callbacks(self) -> "MultipartCallbacks":
        """Return what the parser is to call."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._head,
            "on_part_data": lambda data, start, end: self.parts[-1].content.extend(data[start:end]),
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self.parts) >= MOST_PARTS:
            raise ValueError("too many parts")
        self.parts.append(Part())

    def _head(self) -> None:
        header, value = bytes(self._header).lower(), bytes(self._value)
        self._header.clear()
        self._value.clear()
        if header != b"content-disposition":
            return
        _, options = parse_options_header(value)
        self.parts[-1].name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            self.parts[-1].filename = options[b"filename"].decode("utf-8", "replace")

    def _end(self) -> None:
        self.ended = True
