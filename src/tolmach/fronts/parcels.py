"""What goes over a line between a front and the process behind it, and how it is packed.

Parcels travel in batches, pickled: a class that occurs in many of them is named once, which makes a request of one
recipient cost ten microseconds to pack and unpack. Both ends are processes of one gateway that share a socket without
a name; all the same, nothing is unpacked that is not one of our values.
"""

import copyreg
import importlib
import io
import pickle
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from tolmach.api.execution import Visitor
from tolmach.core.commands import Command
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import AccountId


class Hello(NamedTuple):
    """The process behind is there."""


class Ask(NamedTuple):
    """A command to be carried out. ``kept`` and ``name`` are those of `tolmach.api.asked.Asked`.

    ``recognise``: only its caller is to be recognised.
    """

    number: int
    visitor: Visitor
    command: Command[Any]
    name: str
    kept: str
    recognise: bool


class Answer(NamedTuple):
    """The result of a command; ``account`` 0: nobody was recognised."""

    number: int
    account: AccountId
    result: Any


class Failed(NamedTuple):
    """A command was not carried out."""

    number: int
    account: AccountId
    error: RequestError


class Unknown(NamedTuple):
    """Nobody knows whether a command was carried out."""

    number: int


class Counted(NamedTuple):
    """The front has answered a request with an error: its dialect, and what was wrong."""

    dialect: str
    failure: Failure


class Open(NamedTuple):
    """A request for a page begins: its ASGI scope."""

    stream: int
    scope: dict[str, Any]


class Want(NamedTuple):
    """The page waits for the next ASGI message of its request."""

    stream: int


class Got(NamedTuple):
    """The next ASGI message of the request of a page."""

    stream: int
    message: dict[str, Any]


class Say(NamedTuple):
    """An ASGI message of the answer of a page."""

    stream: int
    message: dict[str, Any]


class Said(NamedTuple):
    """It has been written."""

    stream: int


class Left(NamedTuple):
    """The front has given a page up: nobody reads what it would still say."""

    stream: int


class End(NamedTuple):
    """A page has ended, well or (``failed``) with an error that is in the log."""

    stream: int
    failed: bool


Parcel = Hello | Ask | Answer | Failed | Unknown | Counted | Open | Want | Got | Say | Said | Left | End

_Reducer = Callable[[Any], Any]


class _Reducers(dict[type, _Reducer]):
    """How values are taken apart: our own by their fields, which is several times faster than pickle's own way."""

    def __missing__(self, kind: type) -> _Reducer:
        if issubclass(kind, type):
            raise KeyError(kind)  # a class goes by its name
        if not issubclass(kind, RequestError):
            _found(kind.__module__, kind.__qualname__)  # what the other end would not take is not said
        found = self[kind] = _reducer(kind)
        return found


def _reducer(kind: type) -> _Reducer:
    if issubclass(kind, RequestError):
        return lambda error: (_error, (error.failure, error.detail, error.code, error.retry_after))
    if issubclass(kind, Enum):
        return lambda member: (kind, (member.value,))
    if issubclass(kind, ZoneInfo):
        return lambda zone: (ZoneInfo, (zone.key,))
    if is_dataclass(kind) and all(field.init and not field.kw_only for field in fields(kind)):
        names = [field.name for field in fields(kind)]
        if len(names) > 1:
            taken = attrgetter(*names)
            return lambda value: (kind, taken(value))
        return lambda value: (kind, tuple(getattr(value, name) for name in names))
    return lambda value: value.__reduce_ex__(pickle.HIGHEST_PROTOCOL)


def _error(failure: Failure, detail: str, code: int, retry_after: int) -> RequestError:
    return RequestError(failure, detail, code=code, retry_after=retry_after)


_REDUCERS: Final = _Reducers()
_OURS: Final = ("tolmach.core.", "tolmach.api.execution", "tolmach.fronts.parcels")
_OTHERS: Final = {
    "builtins": {"bool", "bytearray", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"},
    "collections": {"Counter", "OrderedDict", "defaultdict", "deque"},
    "copyreg": {"__newobj__"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "zoneinfo": {"ZoneInfo"},
}


class _Unpickler(pickle.Unpickler):
    """Knows our values, and nothing that does something."""

    def find_class(self, module: str, name: str) -> Any:
        return _found(module, name)


@cache
def _found(module: str, name: str) -> Any:
    """Return a class that may be among values; UnpicklingError."""
    if module.startswith(_OURS) or name in _OTHERS.get(module, ()):
        found = getattr(importlib.import_module(module), name, None)
        if isinstance(found, type) or found in (_error, copyreg.__newobj__):  # type: ignore[attr-defined]
            return found
    raise pickle.UnpicklingError(f"{module}.{name} is no value")


def pack(parcels: Sequence[Parcel]) -> bytes:
    """Return a batch as bytes; raises what pickle raises for what cannot be packed."""
    into = io.BytesIO()
    pickler = pickle.Pickler(into, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(parcels)
    return into.getvalue()


def unpack(packed: bytes) -> Sequence[Parcel]:
    """Return the parcels of a batch; raises pickle.UnpicklingError for anything but our values."""
    found: Sequence[Parcel] = _Unpickler(io.BytesIO(packed)).load()
    return found
