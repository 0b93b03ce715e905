"""Listeners as an operator writes them down: where to listen, what to speak there, and with which certificate.

The class is also the shape of a table in the settings file, so an unknown key is refused there.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from tolmach.core.accounts import DIALECTS


class BadListener(ValueError):  # noqa: N818
    """A listener cannot be like this; the text names the setting and what it may be."""


def _check(sound: bool, name: str, rule: str) -> None:
    if not sound:
        raise BadListener(f"{name} must be {rule}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """An address to listen on. ``dialects`` are those that are spoken there (none named: all).

    ``certificate`` and ``key`` are PEM files; with them the listener speaks TLS. ``pages``: health, front page and
    sandbox are served too. ``port`` 0 takes a free one.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    host: str = "127.0.0.1"
    port: int
    dialects: tuple[str, ...] = ()
    certificate: str | None = None
    key: str | None = None
    pages: bool = True

    def __post_init__(self) -> None:
        _check(bool(self.host), "host", "an address")
        _check(0 <= self.port <= 65535, "port", "0 to 65535")
        for name in self.dialects:
            _check(name in DIALECTS, "dialects", f"some of {', '.join(DIALECTS)}")
        _check((self.certificate is None) == (self.key is None), "certificate and key", "given together")

    def speaks(self, dialect: str) -> bool:
        """Tell whether a dialect is spoken there."""
        return not self.dialects or dialect in self.dialects

    @property
    def where(self) -> str:
        """Host and port as people write them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
