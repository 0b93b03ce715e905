"""What the operator's staff asks about accounts."""

from dataclasses import dataclass, field

from tolmach.core.commands.command import Command
from tolmach.core.money import Money
from tolmach.core.results.clientele import ClientDetail, ClientsPage


@dataclass(frozen=True, slots=True)
class ListClients(Command[ClientsPage]):
    """Accounts whose logins contain ``search``, by login: of one reseller, or ("") all."""

    search: str = ""
    parent: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class GetClient(Command[ClientDetail]):
    """One account with what belongs to it."""

    login: str


@dataclass(frozen=True, slots=True)
class AddClient(Command[None]):
    """Add an account with an empty balance. ``password_hash`` is made on its way; "" of parent or tariff: none."""

    login: str
    password: str = field(repr=False)
    tariff: str = ""
    parent: str = ""
    time_zone: str = "Europe/Moscow"
    currency: str = "RUB"
    moderation: str = "off"
    password_hash: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ChangeClient(Command[None]):
    """Change an account: None leaves a thing as it is, "" or () takes it away."""

    login: str
    tariff: str | None = None
    credit: Money | None = None
    parent: str | None = None
    time_zone: str | None = None
    default_sender: str | None = None
    callback_url: str | None = None
    any_sender: bool | None = None
    deduplicates: bool | None = None
    networks: tuple[str, ...] | None = None
    dialects: tuple[str, ...] | None = None
    moderation: str | None = None
    traffic: str | None = None
    uncertain: str | None = None
    request_rate: str | None = None
    message_rate: str | None = None


@dataclass(frozen=True, slots=True)
class SetClientPassword(Command[None]):
    """Another password for the protocols; the old one ends at once. ``password_hash`` is made on its way."""

    login: str
    password: str = field(repr=False)
    password_hash: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class BlockClient(Command[bool]):
    """Block an account, or let it in again; answers whether that changed anything."""

    login: str
    blocked: bool


@dataclass(frozen=True, slots=True)
class LookInto(Command[None]):
    """Go into the cabinet of an account: an administrator as its owner, support as a viewer. Its owner can see that."""

    login: str


@dataclass(frozen=True, slots=True)
class LookAway(Command[str]):
    """Go back to the desk; answers the login of the account, "" when the caller was in none."""
