"""Content that is no text: octets for an application of the phone, which a port in the header names."""

from typing import Final, NamedTuple

from tolmach.codecs import udh, vcard, wappush
from tolmach.codecs.vcard import Contact
from tolmach.core.content import Address, Content, VCard, WapPush


class Binary(NamedTuple):
    """Octets, and the ports they go to and come from."""

    octets: bytes
    port: int
    source_port: int

    @property
    def element(self) -> bytes:
        """The ports as an element of the user data header."""
        return udh.ports(self.port, self.source_port)


PORTS: Final = {wappush.PORT: wappush.SOURCE_PORT, vcard.PORT: vcard.SOURCE_PORT}


def to_octets(content: WapPush | VCard) -> Binary:
    """Return what is sent; a zero octet, which ends a string of WAP push, is left out."""
    if isinstance(content, WapPush):
        octets = wappush.indication(content.url.replace("\0", ""), content.text.replace("\0", ""))
        return Binary(octets, wappush.PORT, wappush.SOURCE_PORT)
    return Binary(vcard.encode(to_contact(content)), vcard.PORT, vcard.SOURCE_PORT)


def from_octets(octets: bytes, port: int) -> Content | None:
    """Return what an application shows of its octets; None when nothing is known of its port, or the octets are bad."""
    try:
        if port == wappush.PORT:
            push = wappush.decode(octets)
            return WapPush(push.text, push.url)
        if port == vcard.PORT:
            return to_card(vcard.decode(octets))
    except (wappush.BadPush, vcard.BadCard):
        pass
    return None


def to_contact(card: VCard) -> Contact:
    """Return a card as the codec knows it."""
    home = card.address
    return Contact(
        name=card.text,
        cell=card.cell,
        work=card.work,
        fax=card.fax,
        email=card.email,
        url=card.url,
        position=card.position,
        organization=card.organization,
        additional=card.additional,
        post_office_box=home.post_office_box,
        street=home.street,
        city=home.city,
        region=home.region,
        postal_code=home.postal_code,
        country=home.country,
    )


def to_card(contact: Contact) -> VCard:
    """Return a contact of the codec as a card."""
    return VCard(
        text=contact.name,
        cell=contact.cell,
        work=contact.work,
        fax=contact.fax,
        email=contact.email,
        url=contact.url,
        position=contact.position,
        organization=contact.organization,
        additional=contact.additional,
        address=Address(
            post_office_box=contact.post_office_box,
            street=contact.street,
            city=contact.city,
            region=contact.region,
            postal_code=contact.postal_code,
            country=contact.country,
        ),
    )
