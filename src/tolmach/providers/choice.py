"""Which provider a link speaks with."""

from tolmach.core.http_links import (
    GenericLink,
    HttpLink,
    MobilgroupLink,
    ProntosmsLink,
    SmspagerLink,
    TargetsmsLink,
)
from tolmach.providers.generic import Generic
from tolmach.providers.http_contract import Access, HttpProvider
from tolmach.providers.mobilgroup import Mobilgroup
from tolmach.providers.prontosms import Prontosms
from tolmach.providers.smspager import Smspager
from tolmach.providers.targetsms import Targetsms


def provider_of(link: HttpLink) -> HttpProvider:
    """Return the provider that a link's type names."""
    access = Access(link.url, link.login, link.password, link.zone)
    match link:
        case ProntosmsLink():
            return Prontosms(access, link.batch, link.poll.batch)
        case TargetsmsLink():
            return Targetsms(access, link.batch, link.poll.batch)
        case SmspagerLink():
            return Smspager(access)
        case MobilgroupLink():
            return Mobilgroup(Access(link.url, link.login, link.password, link.zone, link.client))
        case GenericLink():
            return Generic(link)
        case _:
            raise TypeError(f"a link of no known type: {link.name}")
