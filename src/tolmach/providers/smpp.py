"""SMPP without I/O: a leg to the PDUs that carry it, and the outcomes of its parts to the outcome of the leg."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from tolmach.codecs.smpp.bodies import SubmitSm
from tolmach.codecs.smpp.time import encode_absolute, encode_relative
from tolmach.codecs.smpp.tlv import Tlv
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent, Submission
from tolmach.core.ids import STRIDE, LegId, split_id
from tolmach.core.links import Addresses, NumberType, Receipts, SmppLink, Validity
from tolmach.providers import smpp_content

RECEIPT_WANTED: Final = 1
_SHORTEST: Final = timedelta(seconds=1)
_DIGITS: Final = re.compile(r"\+?(\d+)", re.ASCII)


def bodies(submission: Submission, link: SmppLink, now: datetime) -> tuple[SubmitSm, ...]:
    """Return one submit_sm per part, in order; the same ones at every attempt but for the validity.

    Raises TextTooLong and Unencodable; a part that does not fit its PDU is found when it is encoded.
    """
    rules = link.content
    source_type, source = sender(submission.sender, link.addresses)
    target = link.addresses.recipient
    vendor = tuple([Tlv(one.tag, one.octets) for one in rules.tlvs])
    validity = _validity(submission.expires_at, link, now)
    messages = smpp_content.encode(submission.content, rules, reference(submission.leg))
    wanted = asked(rules.receipts, len(messages))
    return tuple(
        [
            SubmitSm(
                service_type=rules.service_type,
                source_addr_ton=source_type.ton,
                source_addr_npi=source_type.npi,
                source_addr=source,
                dest_addr_ton=target.ton,
                dest_addr_npi=target.npi,
                destination_addr=submission.recipient.removeprefix("+"),
                esm_class=message.esm_class,
                protocol_id=message.protocol_id,
                priority_flag=rules.priority,
                validity_period=validity,
                registered_delivery=RECEIPT_WANTED if number in wanted else 0,
                data_coding=message.data_coding,
                short_message=message.octets,
                tlvs=message.tlvs + vendor,
            )
            for number, message in enumerate(messages)
        ]
    )


def sender(name: str, addresses: Addresses) -> tuple[NumberType, str]:
    """Return the type and the spelling of a sender: a short number, an international one, or a name."""
    digits = _DIGITS.fullmatch(name)
    if digits is None:
        return addresses.alphanumeric, name
    if len(digits[1]) <= addresses.short_digits:
        return addresses.short, digits[1]
    return addresses.international, digits[1]


def reference(leg: LegId) -> int:
    """Return the number that ties the parts of a leg together, 16 bits.

    It is the leg's at every attempt, so a phone that is sent some parts again drops them; legs of messages that
    follow each other have different ones.
    """
    message, step = split_id(leg)
    return (message // STRIDE + step - 1) & 0xFFFF


def asked(receipts: Receipts, count: int) -> range:
    """Return the numbers (from 0) of the parts of which a receipt is asked for."""
    if receipts is Receipts.ALL:
        return range(count)
    if receipts is Receipts.NONE:
        return range(0)
    return range(1) if receipts is Receipts.FIRST else range(count - 1, count)


def _validity(expires_at: datetime, link: SmppLink, now: datetime) -> str:
    if link.content.validity is Validity.NONE:
        return ""
    if link.content.validity is Validity.ABSOLUTE:
        return encode_absolute(expires_at.astimezone(link.zone))
    return encode_relative(max(_SHORTEST, expires_at - now))


def combine(leg: LegId, parts: Sequence[Outcome], receipts: Receipts) -> Outcome:
    """Return the outcome of a leg from those of its parts (each `Sent` has one id, "" when it was given none).

    1. A refused part refuses the leg; for good if any refusal is, or if another part was or may have been taken,
       because a second carrier would send that part twice.
    2. Else a busy part makes the leg busy: it has to be asked again, of this link for what is missing.
    3. Else the leg is sent if any part is. Its parts are those of which a receipt was asked for (all of them when
       none was); one that is lost or nameless has a stand-in for an id, to which no receipt will ever answer.
    4. Else every part is lost, and so is the leg.
    """
    first = parts[0]
    if len(parts) == 1 and (not isinstance(first, Sent) or first.provider_ids[0]):
        return first
    refusals = [part for part in parts if isinstance(part, Refused)]
    taken = any(isinstance(part, Sent | Lost) for part in parts)
    if refusals:
        return Refused(refusals[0].code, permanent=taken or any(one.permanent for one in refusals))
    waits = [part.retry_after for part in parts if isinstance(part, Busy)]
    if waits:
        return Busy(max(waits))
    if not any(isinstance(part, Sent) for part in parts):
        return first
    numbers = asked(receipts, len(parts)) or range(len(parts))
    return Sent(tuple(_named(leg, number, parts[number]) for number in numbers))


def _named(leg: LegId, number: int, part: Outcome) -> str:
    known = part.provider_ids[0] if isinstance(part, Sent) else ""
    return known or f"unknown-{leg}-{number + 1}"
