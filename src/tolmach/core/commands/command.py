"""The root of all commands."""

from typing import Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)


class Command(Generic[R_co]):
    """A request of an authenticated account; ``R_co`` is the type of its answer."""

    __slots__ = ()
