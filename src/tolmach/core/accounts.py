"""An account as the decisions see it."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from tolmach.core.ids import AccountId

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Account:
    """One customer of the gateway. ``client_number`` is the Mobilgroup ``user_id``."""

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


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials of most dialects."""

    login: str
    password: str


@dataclass(frozen=True, slots=True)
class ClientLogin:
    """Credentials of Mobilgroup: the client number is checked before login and password."""

    client_number: str
    login: str
    password: str


Credentials = Login | ClientLogin
