"""Delivery receipts: what carriers write into deliver_sm and data_sm, read without ever failing.

The text of Appendix B is "typical" only: keys come in any case and order, some are missing, vendors add
their own, dates have many forms. So the text is cut at everything that looks like a key, known keys are
read one by one, and what cannot be read stays None. The raw words are kept beside what they mean.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from enum import Enum
from typing import Final, NamedTuple

from tolmach.codecs.smpp.constants import EsmClass, MessageState
from tolmach.codecs.smpp.receipt_dates import read_date
from tolmach.codecs.smpp.tlv import Tag, Tlvs, find, number
from tolmach.codecs.smpp.tlv import text as tlv_text

# A key is a word and a colon (or `=`), after a gap or a separator; dates are the only keys of two words.
_KEY: Final = re.compile(
    r"(?:^|[\s,;|&]|(?<=[\"'(]))(submit[\s_-]*date|done[\s_-]*date|[a-z][a-z0-9_.-]{0,31})[ \t]*[:=]",
    re.IGNORECASE,
)
# The form of Appendix B as most carriers write it, read in one step; everything else goes the long way.
_USUAL: Final = re.compile(
    r"id:([^\s,;|&\"'()]+) sub:([0-9]{1,3}) dlvrd:([0-9]{1,3}) submit date:([0-9]+) done date:([0-9]+)"
    r" stat:([A-Za-z]+) err:([^\s,;|&\"'()]+)(?: [Tt]ext:(.*))?",
    re.DOTALL,
)
_USUAL_NAMES: Final = ("id", "sub", "dlvrd", "submitted", "done", "stat", "err", "text")
_BLANKS: Final = "\0 \r\n\t"
_TEXT_KEYS: Final = frozenset({"text", "txt", "msg"})
_NAMES: Final = {
    "id": "id",
    "msgid": "id",
    "messageid": "id",
    "sub": "sub",
    "dlvrd": "dlvrd",
    "submitdate": "submitted",
    "donedate": "done",
    "stat": "stat",
    "status": "stat",
    "err": "err",
    "error": "err",
}
_NOT_IN_KEY: Final = re.compile(r"[\s_.-]+")
_LONGEST: Final = 4096
"""Characters of a text that are looked at; receipts have some 150."""

_EDGES: Final = " \t\r\n\0,;|&\"'()"

STATES: Final[Mapping[str, MessageState]] = {
    "SCHEDULED": MessageState.SCHEDULED,
    "ENROUTE": MessageState.ENROUTE,
    "BUFFERED": MessageState.ENROUTE,
    "BUFFRED": MessageState.ENROUTE,
    "BUFFERD": MessageState.ENROUTE,
    "DELIVRD": MessageState.DELIVERED,
    "DELIVERED": MessageState.DELIVERED,
    "DELIVERD": MessageState.DELIVERED,
    "DELIVRED": MessageState.DELIVERED,
    "EXPIRED": MessageState.EXPIRED,
    "DELETED": MessageState.DELETED,
    "UNDELIV": MessageState.UNDELIVERABLE,
    "UNDELIVERED": MessageState.UNDELIVERABLE,
    "UNDELIVERABLE": MessageState.UNDELIVERABLE,
    "UNDELVD": MessageState.UNDELIVERABLE,
    "FAILED": MessageState.UNDELIVERABLE,
    "ACCEPTD": MessageState.ACCEPTED,
    "ACCEPTED": MessageState.ACCEPTED,
    "ACKED": MessageState.ACCEPTED,
    "UNKNOWN": MessageState.UNKNOWN,
    "REJECTD": MessageState.REJECTED,
    "REJECTED": MessageState.REJECTED,
    "SKIPPED": MessageState.SKIPPED,
}
"""Words after `stat:` as seen in the wild, beside the eight of Appendix B."""

_WORDS: Final[Mapping[MessageState, str]] = {
    MessageState.SCHEDULED: "ENROUTE",
    MessageState.ENROUTE: "ENROUTE",
    MessageState.DELIVERED: "DELIVRD",
    MessageState.EXPIRED: "EXPIRED",
    MessageState.DELETED: "DELETED",
    MessageState.UNDELIVERABLE: "UNDELIV",
    MessageState.ACCEPTED: "ACCEPTD",
    MessageState.UNKNOWN: "UNKNOWN",
    MessageState.REJECTED: "REJECTD",
    MessageState.SKIPPED: "REJECTD",
}


class ReceiptFields(NamedTuple):
    """What a receipt says; None or "" where it says nothing.

    `state` is the meaning of TLV and text together. `text_id` and `tlv_id` are both kept, because
    carriers write one in hexadecimal and the other in decimal; `network_error` is (network type, code).
    """

    state: MessageState | None = None
    text_id: str | None = None
    tlv_id: str | None = None
    stat: str = ""
    err: str = ""
    submitted: datetime | None = None
    done: datetime | None = None
    sub: int | None = None
    dlvrd: int | None = None
    text: str = ""
    network_error: tuple[int, int] | None = None
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids to look the message up by, TLV first."""
        return tuple(dict.fromkeys(one for one in (self.tlv_id, self.text_id) if one))

    @property
    def usable(self) -> bool:
        """It names a message and a state."""
        return self.state is not None and bool(self.ids)


class IdForm(Enum):
    """How a carrier writes its message ids in one place (answer, or receipt)."""

    TEXT = "text"
    DECIMAL = "decimal"
    HEX = "hex"


def canonical_id(identifier: str, form: IdForm) -> str:
    """One spelling for equal ids: case, leading zeros, `0x` and the number base do not matter.

    An id that is no number of its form is treated as text.
    """
    plain = identifier.strip().casefold()
    if form is not IdForm.TEXT and len(plain) <= 64:
        digits = plain.removeprefix("0x") if form is IdForm.HEX else plain
        allowed = "0123456789abcdef" if form is IdForm.HEX else "0123456789"
        if digits and all(one in allowed for one in digits):
            return str(int(digits, 16 if form is IdForm.HEX else 10))
    return plain.removeprefix("0x").lstrip("0") or plain[:1]


def is_receipt(esm_class: int, tlvs: Tlvs) -> bool:
    """Is this deliver_sm or data_sm a report about a message of ours, not a message?

    By the bits of 5.2.12; by the TLVs where a carrier forgets the bits.
    """
    if esm_class & (EsmClass.RECEIPT | EsmClass.INTERMEDIATE):
        return True
    return find(tlvs, Tag.RECEIPTED_MESSAGE_ID) is not None and find(tlvs, Tag.MESSAGE_STATE) is not None


def parse(text: str | bytes, tlvs: Tlvs = (), *, zone: tzinfo = UTC) -> ReceiptFields:
    """Read a receipt. Never raises; dates are taken to be in `zone`, since receipts name none.

    Octets are read as Latin-1, or as UTF-16 where every other octet is zero. An empty text is looked
    for in TLV message_payload.
    """
    body = text or find(tlvs, Tag.MESSAGE_PAYLOAD) or ""
    fields, extra = _cut((body if isinstance(body, str) else _decode(body))[:_LONGEST])
    stat = fields.get("stat", "")
    return ReceiptFields(
        state=_state(stat, number(tlvs, Tag.MESSAGE_STATE)),
        text_id=fields.get("id", "").partition(" ")[0] or None,
        tlv_id=(tlv_text(tlvs, Tag.RECEIPTED_MESSAGE_ID) or "").strip() or None,
        stat=stat,
        err=fields.get("err", "").partition(" ")[0],
        submitted=read_date(fields.get("submitted", ""), zone),
        done=read_date(fields.get("done", ""), zone),
        sub=_count(fields.get("sub", "")),
        dlvrd=_count(fields.get("dlvrd", "")),
        text=fields.get("text", ""),
        network_error=_network_error(find(tlvs, Tag.NETWORK_ERROR_CODE)),
        extra=tuple(extra),
    )


def render(fields: ReceiptFields) -> str:
    """The text of Appendix B, as an SMSC of ours writes it: dates to the minute, 20 characters of text."""
    state = fields.state if fields.state is not None else MessageState.UNKNOWN
    return (
        f"id:{fields.text_id or fields.tlv_id or ''} sub:{fields.sub or 0:03d} dlvrd:{fields.dlvrd or 0:03d}"
        f" submit date:{_minute(fields.submitted)} done date:{_minute(fields.done)}"
        f" stat:{fields.stat or _WORDS[state]} err:{fields.err or '000'} text:{fields.text[:20]}"
    )


def _minute(moment: datetime | None) -> str:
    return f"{moment:%y%m%d%H%M}" if moment else "0000000000"


def _decode(octets: bytes) -> str:
    if len(octets) >= 8 and not any(octets[0:8:2]) and all(octets[1:8:2]):
        return octets.decode("utf-16-be", "replace")
    return octets.decode("latin-1")


def _cut(text: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    usual = _USUAL.fullmatch(text)
    if usual is not None:
        found = dict(zip(_USUAL_NAMES, usual.groups(""), strict=True))
        found["text"] = found["text"].strip(_BLANKS)
        return found, []
    return _cut_keys(text)


def _cut_keys(text: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    found: dict[str, str] = {}
    extra: list[tuple[str, str]] = []
    matches = list(_KEY.finditer(text))
    for index, match in enumerate(matches):
        key = _NOT_IN_KEY.sub("", match[1].lower())
        if key in _TEXT_KEYS:
            found.setdefault("text", text[match.end() :].strip(_BLANKS))
            # What follows belongs to the text, unless the peer does not write the text last.
            rest = [(_NOT_IN_KEY.sub("", one[1].lower()), one) for one in matches[index + 1 :]]
            _after_text(text, [one for key, one in rest if key in _NAMES], found)
            break
        end = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        value = text[match.end() : end].strip(_EDGES)
        name = _NAMES.get(key)
        if name is None:
            extra.append((match[1], value))
        else:
            found.setdefault(name, value)
    return found, extra


def _after_text(text: str, matches: list[re.Match[str]], found: dict[str, str]) -> None:
    """Known keys after `text:` count only where nothing before it gave them."""
    for index, match in enumerate(matches):
        name = _NAMES[_NOT_IN_KEY.sub("", match[1].lower())]
        end = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        if name not in found:
            found[name] = text[match.end() : end].strip(_EDGES)


def _state(stat: str, code: int | None) -> MessageState | None:
    """TLV message_state wins, as the exact one, unless it says nothing and the text does."""
    said = STATES.get(stat) or STATES.get(re.split(r"[^A-Z]", stat.upper(), maxsplit=1)[0])
    try:
        told = None if code is None else MessageState(code)
    except ValueError:
        told = None
    if told is None or (told is MessageState.UNKNOWN and said is not None):
        return said
    return told


def _count(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 9 else None


def _network_error(octets: bytes | None) -> tuple[int, int] | None:
    return (octets[0], int.from_bytes(octets[1:3], "big")) if octets and len(octets) == 3 else None
