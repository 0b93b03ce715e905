"""A byte stream cut into whole PDUs, whatever the pieces it arrives in.

command_length is checked before anything is kept, so a peer can make us hold at most `MAX_PDU` octets
plus one read of an unfinished PDU.
"""

from struct import Struct
from typing import Final

from tolmach.codecs.smpp.constants import HEADER_SIZE, MAX_PDU, Status
from tolmach.codecs.smpp.errors import BadPdu

_LENGTH: Final = Struct(">I")
_HEADER: Final = Struct(">4I")


class Framer:
    """Collects octets and gives whole PDUs. After a bad length it stays broken: `fault` says why."""

    __slots__ = ("_held", "fault")

    def __init__(self) -> None:
        self._held = b""
        self.fault: BadPdu | None = None

    @property
    def held(self) -> int:
        """Octets kept of an unfinished PDU."""
        return len(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """The PDUs that `data` completes, in order; look at `fault` afterwards."""
        if self.fault is not None:
            return []
        if self._held:
            data = self._held + data
        frames: list[bytes] = []
        position, size = 0, len(data)
        while size - position >= 4:
            (length,) = _LENGTH.unpack_from(data, position)
            if not HEADER_SIZE <= length <= MAX_PDU:
                if size - position < HEADER_SIZE and length > MAX_PDU:
                    break  # the rest of the header tells which sequence number to refuse
                self._break(data[position : position + HEADER_SIZE], length)
                return frames
            end = position + length
            if end > size:
                break
            frames.append(data[position:end])
            position = end
        self._held = data[position:] if position else data
        return frames

    def _break(self, head: bytes, length: int) -> None:
        command = sequence = None
        if len(head) == HEADER_SIZE and length >= HEADER_SIZE:
            _, command, _, sequence = _HEADER.unpack(head)
        self.fault = BadPdu(
            Status.RINVCMDLEN,
            f"command_length {length} outside {HEADER_SIZE} to {MAX_PDU}",
            command=command,
            sequence=sequence,
            fatal=True,
        )
        self._held = b""
