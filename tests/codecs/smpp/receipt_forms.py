"""Receipts as carriers, aggregators and gateways write them, and what each one says.

The forms are those of public manuals, capture files and bug reports of other SMPP programs; ids and
texts are ours. Each row: who writes so, text, TLVs, and the fields that must come out (the others must
stay at their defaults).
"""

from datetime import UTC, datetime
from typing import Any

from tolmach.codecs.smpp.constants import MessageState as S
from tolmach.codecs.smpp.tlv import Tag, Tlvs, make

Row = tuple[str, str | bytes, Tlvs, dict[str, Any]]


def at(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def _tlvs(identifier: str | None, state: int | None, error: bytes | None = None) -> Tlvs:
    found = []
    if identifier is not None:
        found.append(make(Tag.RECEIPTED_MESSAGE_ID, identifier))
    if state is not None:
        found.append(make(Tag.MESSAGE_STATE, state))
    if error is not None:
        found.append(make(Tag.NETWORK_ERROR_CODE, error))
    return tuple(found)


NOON = {"submitted": at(2026, 7, 18, 12, 0), "done": at(2026, 7, 18, 12, 1)}
DATES = "submit date:2607181200 done date:2607181201"

ROWS: list[Row] = [
    (
        "Appendix B, delivered",
        f"id:0123456789 sub:001 dlvrd:001 {DATES} stat:DELIVRD err:000 text:Your code is 1234",
        (),
        {"state": S.DELIVERED, "text_id": "0123456789", "stat": "DELIVRD", "err": "000", "sub": 1, "dlvrd": 1,
         "text": "Your code is 1234", **NOON},
    ),
    (
        "Appendix B, capital Text and a line break inside done date",
        "id:0123456789 sub:001 dlvrd:000 submit date:2607181200 done\ndate:2607181201 stat:EXPIRED err:254 Text:hi",
        (),
        {"state": S.EXPIRED, "text_id": "0123456789", "stat": "EXPIRED", "err": "254", "sub": 1, "dlvrd": 0,
         "text": "hi", **NOON},
    ),
    (
        "undeliverable with an error code",
        f"id:40072910491419819 sub:001 dlvrd:000 {DATES} stat:UNDELIV err:069 text:",
        (),
        {"state": S.UNDELIVERABLE, "text_id": "40072910491419819", "stat": "UNDELIV", "err": "069", "sub": 1,
         "dlvrd": 0, **NOON},
    ),
    (
        "deleted by the operator",
        f"id:100 sub:001 dlvrd:000 {DATES} stat:DELETED err:000 text:",
        (),
        {"state": S.DELETED, "text_id": "100", "stat": "DELETED", "err": "000", "sub": 1, "dlvrd": 0, **NOON},
    ),
    (
        "accepted",
        f"id:c449ab9744f47b6af1879e49e75e4f40 sub:001 dlvrd:0 {DATES} stat:ACCEPTD err:0 text:This is an Acti",
        (),
        {"state": S.ACCEPTED, "text_id": "c449ab9744f47b6af1879e49e75e4f40", "stat": "ACCEPTD", "err": "0",
         "sub": 1, "dlvrd": 0, "text": "This is an Acti", **NOON},
    ),
    (
        "rejected with a hexadecimal error",
        f"id:577e505a-dbd7-46ab-a04c-5a927ffb85b1 sub:001 dlvrd:000 {DATES} stat:REJECTD err:00B text:You",
        (),
        {"state": S.REJECTED, "text_id": "577e505a-dbd7-46ab-a04c-5a927ffb85b1", "stat": "REJECTD", "err": "00B",
         "sub": 1, "dlvrd": 0, "text": "You", **NOON},
    ),
    (
        "unknown",
        f"id:400 sub:001 dlvrd:000 {DATES} stat:UNKNOWN err:999 text:",
        (),
        {"state": S.UNKNOWN, "text_id": "400", "stat": "UNKNOWN", "err": "999", "sub": 1, "dlvrd": 0, **NOON},
    ),
    (
        "Infobip: en route, no text at all",
        f"id:44191696 sub:001 dlvrd:000 {DATES} stat:ENROUTE err:000",
        (),
        {"state": S.ENROUTE, "text_id": "44191696", "stat": "ENROUTE", "err": "000", "sub": 1, "dlvrd": 0, **NOON},
    ),
    (
        "LINK Mobility: counters always zero",
        f"id:e731049e9fc84e61 sub:000 dlvrd:000 {DATES} stat:DELIVRD err:000 text:",
        (),
        {"state": S.DELIVERED, "text_id": "e731049e9fc84e61", "stat": "DELIVRD", "err": "000", "sub": 0, "dlvrd": 0,
         **NOON},
    ),
    (
        "Vonage, Route Mobile, Kaleyra: FAILED",
        f"id:2a1f0f1d sub:001 dlvrd:000 {DATES} stat:FAILED err:051 text:none",
        (),
        {"state": S.UNDELIVERABLE, "text_id": "2a1f0f1d", "stat": "FAILED", "err": "051", "sub": 1, "dlvrd": 0,
         "text": "none", **NOON},
    ),
    (
        "Clickatell, BSNL: seconds in the dates",
        "id:a29f6845555647139e5c8f3b817f2c9a sub:001 dlvrd:001 submit date:260718120003 done date:260718120109 "
        "stat:DELIVRD err:000 text:",
        (),
        {"state": S.DELIVERED, "text_id": "a29f6845555647139e5c8f3b817f2c9a", "stat": "DELIVRD", "err": "000",
         "sub": 1, "dlvrd": 1, "submitted": at(2026, 7, 18, 12, 0, 3), "done": at(2026, 7, 18, 12, 1, 9)},
    ),
    (
        "Kannel as SMSC: seconds in one date only",
        "id:5516a151-4970-45b6-b73e-95aefdb11cbf sub:001 dlvrd:001 submit date:2607181200 done date:260718120111 "
        "stat:DELIVRD err:000 text:Hello",
        (),
        {"state": S.DELIVERED, "text_id": "5516a151-4970-45b6-b73e-95aefdb11cbf", "stat": "DELIVRD", "err": "000",
         "sub": 1, "dlvrd": 1, "text": "Hello", "submitted": at(2026, 7, 18, 12, 0),
         "done": at(2026, 7, 18, 12, 1, 11)},
    ),
    (
        "four-digit years with seconds",
        "id:2E179B310EDE971B2760C72B7F026E1B submit date:20260718120034 done date:20260718120141 stat:DELIVRD err:0",
        (),
        {"state": S.DELIVERED, "text_id": "2E179B310EDE971B2760C72B7F026E1B", "stat": "DELIVRD", "err": "0",
         "submitted": at(2026, 7, 18, 12, 0, 34), "done": at(2026, 7, 18, 12, 1, 41)},
    ),
    (
        "four-digit years without seconds",
        "id:77 sub:001 dlvrd:001 submit date:202607181200 done date:202607181201 stat:DELIVRD err:000 text:",
        (),
        {"state": S.DELIVERED, "text_id": "77", "stat": "DELIVRD", "err": "000", "sub": 1, "dlvrd": 1, **NOON},
    ),
    (
        "Vodafone India: ISO dates with a blank",
        "id:918879021808984630351444422643 sub:001 dlvrd:001 submit date:2026-07-18 12:00:29 "
        "done date:2026-07-18 12:01:32 stat:DELIVRD err:000 text:Bsmart SMSC",
        (),
        {"state": S.DELIVERED, "text_id": "918879021808984630351444422643", "stat": "DELIVRD", "err": "000",
         "sub": 1, "dlvrd": 1, "text": "Bsmart SMSC", "submitted": at(2026, 7, 18, 12, 0, 29),
         "done": at(2026, 7, 18, 12, 1, 32)},
    ),
    (
        "localized dates, day first",
        "id:5 submit date:18.07.2026 12:00 done date:18.07.2026 12:01:05 stat:DELIVRD err:0",
        (),
        {"state": S.DELIVERED, "text_id": "5", "stat": "DELIVRD", "err": "0", "submitted": at(2026, 7, 18, 12, 0),
         "done": at(2026, 7, 18, 12, 1, 5)},
    ),
    (
        "Unix time in milliseconds",
        "id:m1 sub:001 dlvrd:001 submit date:1784376000000 done date:1784376060000 stat:DELIVRD err:000",
        (),
        {"state": S.DELIVERED, "text_id": "m1", "stat": "DELIVRD", "err": "000", "sub": 1, "dlvrd": 1, **NOON},
    ),
    (
        "Unix time in seconds",
        "id:m1 submit date:1784376000 done date:1784376060 stat:DELIVRD err:000",
        (),
        {"state": S.DELIVERED, "text_id": "m1", "stat": "DELIVRD", "err": "000", **NOON},
    ),
    (
        "SMPP time with an offset",
        "id:m2 submit date:260718150000012+ done date:260718150100012+ stat:DELIVRD err:000",
        (),
        {"state": S.DELIVERED, "text_id": "m2", "stat": "DELIVRD", "err": "000", **NOON},
    ),
    (
        "dates of zeros",
        "id:1234567890 sub:001 dlvrd:000 submit date:0000000000 done date:0000000000 stat:REJECTD err:000 text:",
        (),
        {"state": S.REJECTED, "text_id": "1234567890", "stat": "REJECTD", "err": "000", "sub": 1, "dlvrd": 0},
    ),
    (
        "an impossible date costs only itself",
        "id:7 submit date:2613321200 done date:2607181201 stat:DELIVRD",
        (),
        {"state": S.DELIVERED, "text_id": "7", "stat": "DELIVRD", "done": at(2026, 7, 18, 12, 1)},
    ),
    (
        "CM.com, jSMPP issue 62: neither sub nor dlvrd, state in the TLV too",
        f"id:5be9f816f19992a78c8e26442f8afa50 {DATES} stat:DELIVRD err:000",
        _tlvs(None, 2),
        {"state": S.DELIVERED, "text_id": "5be9f816f19992a78c8e26442f8afa50", "stat": "DELIVRD", "err": "000", **NOON},
    ),
    (
        "Telesign: state 9 in the TLV only, hexadecimal error",
        "id:e9ca671b2497d778d771938333dc0c52 sub:001 dlvrd:000 submit date:260718120000 done date:260718120110 "
        "stat:UNKNOWN err:4A6 text:",
        _tlvs("e9ca671b2497d778d771938333dc0c52", 9),
        {"state": S.SKIPPED, "text_id": "e9ca671b2497d778d771938333dc0c52",
         "tlv_id": "e9ca671b2497d778d771938333dc0c52", "stat": "UNKNOWN", "err": "4A6", "sub": 1, "dlvrd": 0,
         "submitted": at(2026, 7, 18, 12, 0), "done": at(2026, 7, 18, 12, 1, 10)},
    ),
    (
        "hexadecimal id in the TLV, decimal in the text",
        f"id:0489708364 sub:001 dlvrd:001 {DATES} stat:DELIVRD err:000 text:\x04\x1f\x04@",
        _tlvs("1d305b4c", 2),
        {"state": S.DELIVERED, "text_id": "0489708364", "tlv_id": "1d305b4c", "stat": "DELIVRD", "err": "000",
         "sub": 1, "dlvrd": 1, "text": "\x04\x1f\x04@", **NOON},
    ),
    (
        "TLVs only, with a network error",
        "",
        _tlvs("0A1B2C", 5, b"\x03\x00\x58"),
        {"state": S.UNDELIVERABLE, "tlv_id": "0A1B2C", "network_error": (3, 0x58)},
    ),
    (
        "TLV and text disagree about the state: the TLV wins, both words stay",
        "id:9 stat:DELIVRD err:000",
        _tlvs("9", 5),
        {"state": S.UNDELIVERABLE, "text_id": "9", "tlv_id": "9", "stat": "DELIVRD", "err": "000"},
    ),
    (
        "TLV says unknown and the text knows",
        "id:9 stat:EXPIRED",
        _tlvs(None, 7),
        {"state": S.EXPIRED, "text_id": "9", "stat": "EXPIRED"},
    ),
    (
        "TLV out of range",
        "id:9 stat:DELIVRD",
        _tlvs(None, 77),
        {"state": S.DELIVERED, "text_id": "9", "stat": "DELIVRD"},
    ),
    (
        "no id in the text, but in the TLV",
        f"sub:001 dlvrd:001 {DATES} stat:DELIVRD err:000 text:",
        _tlvs("08472259999bf99e", None),
        {"state": S.DELIVERED, "tlv_id": "08472259999bf99e", "stat": "DELIVRD", "err": "000", "sub": 1, "dlvrd": 1,
         **NOON},
    ),
    (
        "an empty id",
        f"id: sub:001 dlvrd:000 {DATES} stat:UNDELIV err:001 text:failed",
        (),
        {"state": S.UNDELIVERABLE, "stat": "UNDELIV", "err": "001", "sub": 1, "dlvrd": 0, "text": "failed", **NOON},
    ),
    (
        "capital keys",
        "ID:0D9A2F SUB:001 DLVRD:001 SUBMIT DATE:2607181200 DONE DATE:2607181201 STAT:DELIVRD ERR:0 TEXT:OK",
        (),
        {"state": S.DELIVERED, "text_id": "0D9A2F", "stat": "DELIVRD", "err": "0", "sub": 1, "dlvrd": 1, "text": "OK",
         **NOON},
    ),
    (
        "the state in small letters",
        "id:HW-001 sub:001 dlvrd:001 stat:delivrd err:000 text:",
        (),
        {"state": S.DELIVERED, "text_id": "HW-001", "stat": "delivrd", "err": "000", "sub": 1, "dlvrd": 1},
    ),
    (
        "the state in full, dates with separators",
        "id:b1 sub:001 dlvrd:001 submit date:2026-07-18T12:00:00 done date:2026-07-18T12:01:00 stat:DELIVERED err:600",
        (),
        {"state": S.DELIVERED, "text_id": "b1", "stat": "DELIVERED", "err": "600", "sub": 1, "dlvrd": 1, **NOON},
    ),
    (
        "words run together, tabs between",
        "id:99\tsubmitdate:2607181200\tdonedate:2607181201\tstat:UNDELIV\terr:058",
        (),
        {"state": S.UNDELIVERABLE, "text_id": "99", "stat": "UNDELIV", "err": "058", **NOON},
    ),
    (
        "underscores in the keys",
        "id:99 submit_date:2607181200 done_date:2607181201 stat:DELIVRD err:0",
        (),
        {"state": S.DELIVERED, "text_id": "99", "stat": "DELIVRD", "err": "0", **NOON},
    ),
    (
        "another order",
        f"stat:DELIVRD err:000 id:ABC-123 dlvrd:001 sub:001 {DATES} text:x",
        (),
        {"state": S.DELIVERED, "text_id": "ABC-123", "stat": "DELIVRD", "err": "000", "sub": 1, "dlvrd": 1, "text": "x",
         **NOON},
    ),
    (
        "text not last",
        "sub:001 id:74e02ee1-4e2f err:000 dlvrd:001 text: stat:DELIVRD",
        (),
        {"state": S.DELIVERED, "text_id": "74e02ee1-4e2f", "stat": "DELIVRD", "err": "000", "sub": 1, "dlvrd": 1,
         "text": "stat:DELIVRD"},
    ),
    (
        "keys inside the text do not count again",
        "id:7 stat:UNDELIV text:call me at 10:30 id:8 stat:DELIVRD",
        (),
        {"state": S.UNDELIVERABLE, "text_id": "7", "stat": "UNDELIV", "text": "call me at 10:30 id:8 stat:DELIVRD"},
    ),
    (
        "the first of two ids",
        "id:FIRST stat:DELIVRD id:SECOND",
        (),
        {"state": S.DELIVERED, "text_id": "FIRST", "stat": "DELIVRD"},
    ),
    (
        "an explanation behind the state",
        "id:arsmpp-1342166236631-45-0203 sub:1 dlvrd:0 submit date:260718120048 done date:260718120148 "
        "stat:FAILED:Mob. Abst.|nt ext|out ser err:100 text:",
        (),
        {"state": S.UNDELIVERABLE, "text_id": "arsmpp-1342166236631-45-0203",
         "stat": "FAILED:Mob. Abst.|nt ext|out ser", "err": "100", "sub": 1, "dlvrd": 0,
         "submitted": at(2026, 7, 18, 12, 0, 48), "done": at(2026, 7, 18, 12, 1, 48)},
    ),
    (
        "number lookup fields after the error",
        "id:40072910491427628 sub:001 dlvrd:001 stat:DELIVRD err:000 IMSI:219101100935850 MSC:38591016 ORN:VipNet "
        "MCCMNC:21910",
        (),
        {"state": S.DELIVERED, "text_id": "40072910491427628", "stat": "DELIVRD", "err": "000", "sub": 1, "dlvrd": 1,
         "extra": (("IMSI", "219101100935850"), ("MSC", "38591016"), ("ORN", "VipNet"), ("MCCMNC", "21910"))},
    ),
    (
        "vendor fields between the known ones",
        "id:77 mccmnc:61202 dlvrd:1 vendorRef:xyz stat:DELIVRD err:000 price:0.02",
        (),
        {"state": S.DELIVERED, "text_id": "77", "stat": "DELIVRD", "err": "000", "dlvrd": 1,
         "extra": (("mccmnc", "61202"), ("vendorRef", "xyz"), ("price", "0.02"))},
    ),
    (
        "a vendor key that ends like a known one",
        "myid:7 xstat:DELIVRD id:9 stat:EXPIRED",
        (),
        {"state": S.EXPIRED, "text_id": "9", "stat": "EXPIRED", "extra": (("myid", "7"), ("xstat", "DELIVRD"))},
    ),
    (
        "Vumi's carrier: dots for counters",
        "id:foo sub:... dlvrd:... submit date:2607181200 done date:2607181201 stat:FAILED err:042 text:Meep",
        (),
        {"state": S.UNDELIVERABLE, "text_id": "foo", "stat": "FAILED", "err": "042", "text": "Meep", **NOON},
    ),
    (
        "GoIP: one-digit counters, capital Text",
        f"id:88316820 sub:0 dlvrd:0 {DATES} stat:UNDELIV err:500 Text:Hello World from out",
        (),
        {"state": S.UNDELIVERABLE, "text_id": "88316820", "stat": "UNDELIV", "err": "500", "sub": 0, "dlvrd": 0,
         "text": "Hello World from out", **NOON},
    ),
    (
        "Zain: id, dates and state, nothing else",
        f"id:86 {DATES} stat:DELIVRD",
        (),
        {"state": S.DELIVERED, "text_id": "86", "stat": "DELIVRD", **NOON},
    ),
    (
        "the shortest",
        "id:GW-1 stat:DELIVRD",
        (),
        {"state": S.DELIVERED, "text_id": "GW-1", "stat": "DELIVRD"},
    ),
    (
        "no state",
        "id:GW-2 sub:001 dlvrd:001 err:000 text:",
        (),
        {"text_id": "GW-2", "err": "000", "sub": 1, "dlvrd": 1},
    ),
    (
        "blanks after the colons",
        "id: 123 sub: 001 dlvrd: 001 submit date: 2607181200 done date: 2607181201 stat: DELIVRD err: 0 text: hi",
        (),
        {"state": S.DELIVERED, "text_id": "123", "stat": "DELIVRD", "err": "0", "sub": 1, "dlvrd": 1, "text": "hi",
         **NOON},
    ),
    (
        "blanks in rows and around",
        "  id:WS-001   sub:001  dlvrd:001\r\n stat:DELIVRD  err:000  text:\0",
        (),
        {"state": S.DELIVERED, "text_id": "WS-001", "stat": "DELIVRD", "err": "000", "sub": 1, "dlvrd": 1},
    ),
    (
        "an id with 0x",
        "id:0x1A2B3C4D sub:001 dlvrd:001 stat:DELIVRD err:000 text:",
        (),
        {"state": S.DELIVERED, "text_id": "0x1A2B3C4D", "stat": "DELIVRD", "err": "000", "sub": 1, "dlvrd": 1},
    ),
    (
        "an id with a colon inside",
        "id:ns:12345 stat:DELIVRD err:000",
        (),
        {"state": S.DELIVERED, "text_id": "ns:12345", "stat": "DELIVRD", "err": "000"},
    ),
    (
        "an error in words",
        "id:5   stat:REJECTD\n  err:ESME_RSUBMITFAIL",
        (),
        {"state": S.REJECTED, "text_id": "5", "stat": "REJECTD", "err": "ESME_RSUBMITFAIL"},
    ),
    (
        "a negative error",
        "id:5 stat:UNDELIV err:-1",
        (),
        {"state": S.UNDELIVERABLE, "text_id": "5", "stat": "UNDELIV", "err": "-1"},
    ),
    (
        "Kannel's word for queued at the operator",
        "id:5 stat:BUFFRED err:000",
        (),
        {"state": S.ENROUTE, "text_id": "5", "stat": "BUFFRED", "err": "000"},
    ),
    (
        "a word nobody knows stays visible",
        "id:5 stat:BADSTAT err:000",
        (),
        {"text_id": "5", "stat": "BADSTAT", "err": "000"},
    ),
    (
        "commas between the fields",
        "id:5,sub:001,dlvrd:001,stat:DELIVRD,err:000",
        (),
        {"state": S.DELIVERED, "text_id": "5", "stat": "DELIVRD", "err": "000", "sub": 1, "dlvrd": 1},
    ),
    (
        "equal signs instead of colons",
        "id=5 stat=DELIVRD err=000",
        (),
        {"state": S.DELIVERED, "text_id": "5", "stat": "DELIVRD", "err": "000"},
    ),
    (
        "octets in UCS-2",
        f"id:0123456789 {DATES} stat:DELIVRD err:000 text:Привет".encode("utf-16-be"),
        (),
        {"state": S.DELIVERED, "text_id": "0123456789", "stat": "DELIVRD", "err": "000", "text": "Привет", **NOON},
    ),
    (
        "octets with no-break spaces",
        b"id:42\xa0stat:DELIVRD\xa0err:000",
        (),
        {"state": S.DELIVERED, "text_id": "42", "stat": "DELIVRD", "err": "000"},
    ),
    (
        "data_sm: the text in message_payload",
        b"",
        (make(Tag.MESSAGE_PAYLOAD, b"id:42 stat:DELIVRD err:000"),),
        {"state": S.DELIVERED, "text_id": "42", "stat": "DELIVRD", "err": "000"},
    ),
    ("a text that is no receipt", "Hello, this is a normal message!", (), {}),
    ("nothing", "", (), {}),
]  # fmt: skip
