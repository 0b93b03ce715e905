"""Admission: may these steps be sent to this direction, and as what? Pure; the same rules for every dialect."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tolmach.codecs import segments
from tolmach.core.accounts import Account
from tolmach.core.binary import to_octets
from tolmach.core.content import Content, SilentPing, VCard, ViberCard, VkCard, WapPush, WhatsAppCard
from tolmach.core.drafts import For, Step, Until
from tolmach.core.ids import MAX_STEPS
from tolmach.core.moments import duration_ms, to_ms
from tolmach.core.money import ZERO
from tolmach.core.plans import Plan, PlannedStep
from tolmach.core.rejections import Rejection
from tolmach.core.results import SenderState
from tolmach.core.tariff import Direction, Tariff
from tolmach.core.timezones import to_utc
from tolmach.core.traffic import Traffic

VIBER_TEXT_LIMIT = 1000  # TargetSMS manual, section 2
BUTTON_LIMIT = 19
LONGEST_VALIDITY_MS = 7 * 24 * 3_600_000
_DIGITS = re.compile(r"\+?\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an account may do: its senders (name -> `SenderState`), its tariff, the directions closed for it."""

    account: Account
    senders: Mapping[str, str]
    tariff: Tariff
    closed: frozenset[int] = frozenset()
    traffic: Mapping[str, Traffic] = field(default_factory=dict)  # of senders that have a class of their own

    def traffic_of(self, sender: str) -> Traffic:
        """Return the class of messages from a sender."""
        return self.traffic.get(sender, self.account.traffic)


def choose_direction(phone: str, terms: Terms) -> Direction | Rejection:
    """Return the open direction of a number."""
    direction = terms.tariff.direction(phone)
    if direction is None or direction.id in terms.closed:
        return Rejection.DIRECTION_CLOSED_FOR_ACCOUNT
    return direction if direction.open else Rejection.DIRECTION_CLOSED


def check_steps(steps: tuple[Step, ...], terms: Terms) -> Plan | Rejection:
    """Check every step wherever it goes and return the plan without prices; the first obstacle refuses it."""
    if not 0 < len(steps) <= MAX_STEPS:
        return Rejection.NO_STEPS
    planned = []
    for step in steps:
        result = _check_step(step, terms)
        if isinstance(result, Rejection):
            return result
        planned.append(result)
    return tuple(planned)


def price_steps(plan: Plan, direction: Direction, terms: Terms) -> Plan | Rejection:
    """Return the plan with the prices of a direction; a channel that is not sold there is closed."""
    priced = []
    for step in plan:
        price = terms.tariff.price(direction, step.channel)
        if price is None:
            return Rejection.DIRECTION_CLOSED_FOR_ACCOUNT
        priced.append(step._replace(part_price=price))
    return tuple(priced)


def _check_step(step: Step, terms: Terms) -> PlannedStep | Rejection:
    sender = choose_sender(step.sender, terms)
    if isinstance(sender, Rejection):
        return sender
    parts = count_parts(step.content)
    if isinstance(parts, Rejection):
        return parts
    lasts, ends = _validity(step, terms.account.time_zone)
    return PlannedStep(
        step.channel, sender, step.content, parts, ZERO, lasts, ends, step.success, step.link, step.own_stops
    )


def _validity(step: Step, zone_name: str) -> tuple[int, int | None]:
    if isinstance(step.validity, Until):
        return LONGEST_VALIDITY_MS, to_ms(to_utc(step.validity.moment, zone_name))
    assert isinstance(step.validity, For)
    return min(duration_ms(step.validity.duration), LONGEST_VALIDITY_MS), None


def choose_sender(asked: str | None, terms: Terms) -> str | Rejection:
    """Return the sender name to use: an approved one, or any well-formed one where the account may."""
    name = terms.account.default_sender if asked is None else asked
    if not name:
        return Rejection.NO_SENDER
    if not well_formed(name):
        return Rejection.BAD_SENDER
    if terms.account.any_sender:
        return name
    state = terms.senders.get(name)
    if state is None:
        return Rejection.UNKNOWN_SENDER
    return name if state == SenderState.COMPLETED else Rejection.SENDER_NOT_APPROVED


def well_formed(sender: str) -> bool:
    """Tell whether a sender is at most 15 digits, or at most 11 other characters (ProntoSMS manual)."""
    return sender.isprintable() and (len(sender) <= 11 or _DIGITS.fullmatch(sender) is not None)


def count_parts(content: Content) -> int | Rejection:
    """Return how many parts are sent and charged; a card is one, and so is a silent message.

    A registered template stands for the text of a WhatsApp or VK message.
    """
    if isinstance(content, SilentPing):
        return 1
    if isinstance(content, WapPush | VCard):
        return _count_binary(content)
    if not content.text.strip() and not getattr(content, "template_id", ""):
        return Rejection.NO_TEXT
    if isinstance(content, ViberCard | WhatsAppCard):
        return _check_card(content) or 1
    if isinstance(content, VkCard):
        return Rejection.TEXT_TOO_LONG if len(content.text) > VIBER_TEXT_LIMIT else 1
    try:
        return segments.count(content.text)
    except segments.TextTooLong:
        return Rejection.TEXT_TOO_LONG


def _count_binary(content: WapPush | VCard) -> int | Rejection:
    """A WAP push needs its link, a vCard a name and one thing more (ProntoSMS manual, errors 13 and 14)."""
    if isinstance(content, WapPush) and not content.url.strip():
        return Rejection.NO_LINK
    if isinstance(content, VCard) and not (content.text.strip() and content != VCard(content.text)):
        return Rejection.BAD_VCARD
    binary = to_octets(content)
    try:
        return segments.count_octets(binary.octets, binary.element)
    except segments.TextTooLong:
        return Rejection.TEXT_TOO_LONG


def _check_card(card: ViberCard | WhatsAppCard) -> Rejection | None:
    """Apply the limits of the TargetSMS manual: a button is caption and link, a picture needs a button."""
    if len(card.text) > VIBER_TEXT_LIMIT:
        return Rejection.TEXT_TOO_LONG
    if len(card.button_text) > BUTTON_LIMIT:
        return Rejection.BUTTON_TOO_LONG
    if bool(card.button_text) != bool(card.button_url):
        return Rejection.BUTTON_INCOMPLETE
    if card.image_url and not card.button_text:
        return Rejection.PICTURE_WITHOUT_BUTTON
    return None
