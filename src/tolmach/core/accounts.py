"""An account as the decisions see it."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address

from tolmach.core.delivery import Uncertain
from tolmach.core.ids import AccountId
from tolmach.core.limits import USUAL, Pace
from tolmach.core.money import ZERO, Money
from tolmach.core.traffic import Traffic

Network = IPv4Network | IPv6Network

DIALECTS = ("prontosms", "targetsms", "smspager", "mobilgroup")
"""The protocols that can be switched on and off, per account and per listener."""


@dataclass(frozen=True, slots=True)
class Account:
    """One customer of the gateway. ``client_number`` is the Mobilgroup ``user_id``.

    ``dialects`` are those that it may speak (none named: all); ``parent`` is the account of its reseller;
    ``credit`` is how far below zero its balance may go for messages;
    ``traffic`` is the class of its messages unless their sender has one of its own; ``moderation`` is a
    `tolmach.core.moderation.Mode`; ``uncertain`` says what becomes of its messages whose answer was lost; ``pace`` is
    its own where the settings' is not for it.
    """

    id: AccountId
    login: str
    client_number: int
    password_hash: str
    time_zone: str
    currency: str
    blocked: bool
    any_sender: bool
    default_sender: str | None
    callback_url: str | None
    deduplicates: bool
    tariff: int | None
    networks: tuple[Network, ...] = ()
    dialects: tuple[str, ...] = ()
    parent: AccountId | None = None
    moderation: str = "off"
    traffic: Traffic = Traffic.SERVICE
    credit: Money = ZERO
    uncertain: Uncertain = Uncertain.USUAL
    pace: Pace = USUAL

    def allows(self, remote: str) -> bool:
        """Tell whether a request from this address may use the account (no networks: any may)."""
        if not self.networks:
            return True
        try:
            address = ip_address(remote)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in self.networks)

    def speaks(self, dialect: str) -> bool:
        """Tell whether the account may use a dialect; "" is none of them, and always open."""
        return not dialect or not self.dialects or dialect in self.dialects


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials of most dialects."""

    login: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientLogin:
    """Credentials of Mobilgroup: the client number is checked before login and password."""

    client_number: str
    login: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A secret key instead of login and password, where a dialect documents one."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Nobody:
    """A request that does not say who asks: for what is told to anybody."""


Credentials = Login | ClientLogin | Token | Nobody
