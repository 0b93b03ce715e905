"""The kinds of mandatory parameter that PDU bodies are made of: each reads itself and writes itself.

`read` gives the value and the position after it, or raises `BadPdu`; `write` raises `Unencodable`.
"""

from dataclasses import dataclass
from struct import Struct
from typing import Any, Final, Protocol

from tolmach.codecs.smpp.bodies import DistributionList, Failure, SmeAddress
from tolmach.codecs.smpp.constants import Status
from tolmach.codecs.smpp.errors import BadPdu, Unencodable

_U32: Final = Struct(">I")
_SME: Final = 1
_LIST: Final = 2


class Field(Protocol):
    """One mandatory parameter of a layout."""

    @property
    def name(self) -> str:
        """The attribute of the body that holds the value."""
        ...

    def read(self, data: bytes, position: int) -> tuple[Any, int]:
        """Value and following position."""
        ...

    def write(self, value: Any) -> bytes:
        """The value as octets."""
        ...


def _octet(data: bytes, position: int, name: str) -> int:
    try:
        return data[position]
    except IndexError:
        raise BadPdu(Status.RINVCMDLEN, f"ends before {name}") from None


@dataclass(frozen=True, slots=True)
class Number:
    """An integer of one octet."""

    name: str

    def read(self, data: bytes, position: int) -> tuple[int, int]:
        """0 to 255."""
        return _octet(data, position, self.name), position + 1

    def write(self, value: int) -> bytes:
        """0 to 255."""
        if not 0 <= value <= 255:
            raise Unencodable(self.name, f"{value} does not fit one octet")
        return bytes((value,))


@dataclass(frozen=True, slots=True)
class Text:
    """A C-octet string of at most `size` octets with its NUL; any octet reads as its Latin-1 character."""

    name: str
    size: int
    status: Status = Status.RINVCMDLEN

    def read(self, data: bytes, position: int) -> tuple[str, int]:
        """Text without the NUL; `status` is the answer to one that is too long."""
        end = data.find(0, position, position + self.size)
        if end < 0:
            if len(data) - position >= self.size:
                raise BadPdu(self.status, f"{self.name} longer than {self.size - 1}")
            raise BadPdu(Status.RINVCMDLEN, f"ends inside {self.name}")
        return data[position:end].decode("latin-1"), end + 1

    def write(self, value: str) -> bytes:
        """Text and its NUL."""
        if len(value) >= self.size:
            raise Unencodable(self.name, f"longer than {self.size - 1}")
        if "\0" in value:
            raise Unencodable(self.name, "contains NUL")
        try:
            return value.encode("latin-1") + b"\0"
        except UnicodeEncodeError as error:
            raise Unencodable(self.name, "only Latin-1 characters can be sent") from error


@dataclass(frozen=True, slots=True)
class OpenText:
    """A C-octet string in an answer that may lack its NUL and may be longer than allowed.

    Losing the id of an accepted message costs more than accepting a sloppy one.
    """

    name: str
    size: int

    def read(self, data: bytes, position: int) -> tuple[str, int]:
        """Text up to the NUL or to the end."""
        end = data.find(0, position)
        if end < 0:
            end = len(data)
        return data[position:end].decode("latin-1"), min(end + 1, len(data))

    def write(self, value: str) -> bytes:
        """Text and its NUL, strictly."""
        return Text(self.name, self.size).write(value)


@dataclass(frozen=True, slots=True)
class Octets:
    """Octets behind a one-octet length (sm_length and short_message), at most `largest`."""

    name: str
    largest: int

    def read(self, data: bytes, position: int) -> tuple[bytes, int]:
        """The octets."""
        length = _octet(data, position, self.name)
        start, end = position + 1, position + 1 + length
        if length > self.largest or end > len(data):
            raise BadPdu(Status.RINVMSGLEN, f"sm_length {length} with {len(data) - start} octets left")
        return data[start:end], end

    def write(self, value: bytes) -> bytes:
        """Length and octets."""
        if len(value) > self.largest:
            raise Unencodable(self.name, f"{len(value)} octets, allowed {self.largest}")
        return bytes((len(value),)) + value


_TON: Final = Number("dest_addr_ton")
_NPI: Final = Number("dest_addr_npi")
_ADDRESS: Final = Text("destination_addr", 21, Status.RINVDSTADR)
_LIST_NAME: Final = Text("dl_name", 21, Status.RINVDLNAME)


def _read_address(data: bytes, position: int) -> tuple[int, int, str, int]:
    ton, position = _TON.read(data, position)
    npi, position = _NPI.read(data, position)
    address, position = _ADDRESS.read(data, position)
    return ton, npi, address, position


def _write_address(value: SmeAddress | Failure) -> bytes:
    return _TON.write(value.ton) + _NPI.write(value.npi) + _ADDRESS.write(value.address)


@dataclass(frozen=True, slots=True)
class Destinations:
    """number_of_dests and the recipients of submit_multi (4.5.1.1), 1 to 254."""

    name: str

    def read(self, data: bytes, position: int) -> tuple[tuple[SmeAddress | DistributionList, ...], int]:
        """The recipients in order."""
        count = _octet(data, position, self.name)
        if not 1 <= count <= 254:
            raise BadPdu(Status.RINVNUMDESTS, f"{count} destinations")
        position += 1
        found: list[SmeAddress | DistributionList] = []
        for _ in range(count):
            flag = _octet(data, position, "dest_flag")
            position += 1
            if flag == _SME:
                ton, npi, address, position = _read_address(data, position)
                found.append(SmeAddress(ton, npi, address))
            elif flag == _LIST:
                name, position = _LIST_NAME.read(data, position)
                found.append(DistributionList(name))
            else:
                raise BadPdu(Status.RINVDESTFLAG, f"dest_flag {flag}")
        return tuple(found), position

    def write(self, value: tuple[SmeAddress | DistributionList, ...]) -> bytes:
        """Count and recipients."""
        if not 1 <= len(value) <= 254:
            raise Unencodable(self.name, f"{len(value)} destinations, allowed 1 to 254")
        chunks = [bytes((len(value),))]
        for one in value:
            if isinstance(one, SmeAddress):
                chunks.append(bytes((_SME,)) + _write_address(one))
            else:
                chunks.append(bytes((_LIST,)) + _LIST_NAME.write(one.name))
        return b"".join(chunks)


@dataclass(frozen=True, slots=True)
class Failures:
    """no_unsuccess and the refused recipients of submit_multi_resp (4.5.2.1)."""

    name: str

    def read(self, data: bytes, position: int) -> tuple[tuple[Failure, ...], int]:
        """The refused recipients in order; a missing count reads as none."""
        if position == len(data):
            return (), position
        count, position = data[position], position + 1
        found = []
        for _ in range(count):
            ton, npi, address, position = _read_address(data, position)
            if position + 4 > len(data):
                raise BadPdu(Status.RINVCMDLEN, "ends before error_status_code")
            (status,) = _U32.unpack_from(data, position)
            position += 4
            found.append(Failure(ton, npi, address, status))
        return tuple(found), position

    def write(self, value: tuple[Failure, ...]) -> bytes:
        """Count and refused recipients."""
        if len(value) > 255:
            raise Unencodable(self.name, f"{len(value)} failures, allowed 255")
        chunks = [bytes((len(value),))]
        for one in value:
            if not 0 <= one.status <= 0xFFFFFFFF:
                raise Unencodable("error_status_code", f"{one.status} does not fit four octets")
            chunks.append(_write_address(one) + _U32.pack(one.status))
        return b"".join(chunks)
