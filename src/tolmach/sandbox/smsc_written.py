"""What a phone's owner writes back, as a system gets it: one deliver_sm or data_sm, however long the text."""

from typing import Final

from tolmach.codecs.smpp import tlv
from tolmach.codecs.smpp.bodies import DataSm, DeliverSm
from tolmach.codecs.smpp.tlv import Tag
from tolmach.sandbox.faults import Carriage, Faults
from tolmach.sandbox.smsc_message import Owed

LONGEST: Final = 254
"""Octets of short_message; longer texts stand in message_payload."""
ASCII, UCS2 = 1, 8


def render(owed: Owed, faults: Faults) -> DeliverSm | DataSm:
    """Return the message; its ``source`` is the number that is written to, its ``recipient`` the phone."""
    text = owed.excerpt
    coding, octets = (ASCII, text.encode()) if text.isascii() else (UCS2, text.encode("utf-16-be", "replace"))
    ends = (*owed.recipient, *owed.source)
    if faults.receipts_as is Carriage.DATA_SM:
        return DataSm("", *ends, data_coding=coding, tlvs=(tlv.make(Tag.MESSAGE_PAYLOAD, octets),))
    if len(octets) > LONGEST:
        return DeliverSm("", *ends, data_coding=coding, tlvs=(tlv.make(Tag.MESSAGE_PAYLOAD, octets),))
    return DeliverSm("", *ends, data_coding=coding, short_message=octets)
