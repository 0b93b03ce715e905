"""What may stand in a link, and what is said about what may not."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tolmach.core.links import (
    Addresses,
    BadLink,
    BindMode,
    ContentRules,
    IdRules,
    LinkCounters,
    LinkHealth,
    NumberType,
    SmppLink,
    Timers,
    Tls,
    VendorTlv,
    check_names,
)

KNOWN: dict[str, Any] = {"name": "carrier", "host": "smsc.example", "system_id": "esme"}


def test_defaults() -> None:
    link = SmppLink(**KNOWN)
    assert (link.port, link.window, link.rate, link.tls, link.bind) == (2775, 10, None, None, BindMode.TRANSCEIVER)
    assert link.zone.key == "UTC"


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(SmppLink(**KNOWN, password="secret"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "name must be 1 to 32"),
        ({"name": "A b"}, "name must be 1 to 32"),
        ({"name": "sandbox"}, "name must be another than sandbox"),
        ({"host": ""}, "host must be"),
        ({"host": "a b"}, "host must be"),
        ({"port": 0}, "port must be 1 to 65535"),
        ({"system_id": ""}, "system_id must be 1 to 15"),
        ({"system_id": "x" * 16}, "system_id must be 1 to 15"),
        ({"password": "123456789"}, "password must be at most 8"),
        ({"password": "пароль"}, "password must be at most 8"),
        ({"system_type": "x" * 13}, "system_type must be at most 12"),
        ({"binds": 0}, "binds must be 1 to 16"),
        ({"window": 1001}, "window must be 1 to 1000"),
        ({"rate": 0.0}, "rate must be above 0"),
        ({"time_zone": "Mars/Base"}, "time_zone must be"),
    ],
)
def test_links_that_cannot_be(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadLink, match=said):
        SmppLink(**(KNOWN | changes))


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (Timers, {"response": 31}, "timers.response must be above 0, at most 30 s"),
        (Timers, {"enquire_link": 0}, "timers.enquire_link"),
        (Timers, {"reconnect_first": 60}, "timers.reconnect_most must be from reconnect_first"),
        (NumberType, {"ton": 256, "npi": 0}, "ton and npi must be 0 to 255"),
        (Addresses, {"short_digits": 11}, "addresses.short_digits must be 0 to 10"),
        (VendorTlv, {"tag": 0x13FF}, "content.tlvs tag must be 0x1400 to 0x3FFF"),
        (VendorTlv, {"tag": 0x1400, "value": "abc"}, "content.tlvs value must be hexadecimal"),
        (ContentRules, {"priority": 4}, "content.priority must be 0 to 3"),
        (ContentRules, {"gsm_coding": -1}, "content.gsm_coding must be 0 to 255"),
        (ContentRules, {"service_type": "SIXSIX"}, "content.service_type must be at most 5"),
    ],
)
def test_rules_that_cannot_be(kind: Any, given: dict[str, Any], said: str) -> None:
    with pytest.raises(BadLink, match=said):
        kind(**given)


def test_names_are_unique() -> None:
    one, other = SmppLink(**KNOWN), SmppLink(**(KNOWN | {"name": "other"}))
    check_names((one, other))
    with pytest.raises(BadLink, match="'carrier' must be unique"):
        check_names((one, other, one))


READ = TypeAdapter(SmppLink)


def test_a_table_of_the_settings_is_a_link() -> None:
    table = KNOWN | {
        "type": "smpp",
        "bind": "tx+rx",
        "tls": {"ca": "/etc/ca.pem"},
        "timers": {"response": 5},
        "addresses": {"short": {"ton": 6, "npi": 0}},
        "content": {"long": "sar", "receipts": "last", "tlvs": [{"tag": 0x1401, "value": "ff"}]},
        "ids": {"answer": "hex", "prefer": "text"},
    }
    link = READ.validate_python(table)
    assert (link.bind, link.tls, link.timers.response) == (BindMode.PAIR, Tls(ca="/etc/ca.pem"), 5)
    assert (link.content.tlvs[0].octets, link.ids.answer.value) == (b"\xff", "hex")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"hots": "x"}, ("hots",)),
        ({"type": "http"}, ("type",)),
        ({"bind": "both"}, ("bind",)),
        ({"tls": {"verfy": False}}, ("tls", "verfy")),
        ({"timers": {"respons": 1}}, ("timers", "respons")),
        ({"content": {"tlvs": [{"tag": 1}]}}, ("content", "tlvs", 0)),
    ],
)
def test_a_wrong_table_is_told_with_its_place(changes: dict[str, Any], place: tuple[Any, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        READ.validate_python(KNOWN | changes)
    assert caught.value.errors()[0]["loc"] == place


def test_health_is_a_value() -> None:
    health = LinkHealth(
        name="carrier", binds=1, bound=1, window=10, in_flight=0, waiting=0, round_trip=None, possible=None,
        rate=None, throttled=0.0, paused=False, last_error="", counters=LinkCounters(accepted=3),
    )  # fmt: skip
    assert (health.counters.accepted, health.counters.lost) == (3, 0)


def settings() -> list[str]:
    """The path of every setting of a link."""
    groups = {"timers": Timers, "addresses": Addresses, "content": ContentRules, "ids": IdRules}
    paths = [field.name for field in fields(SmppLink) if field.name not in groups]
    return paths + [f"{name}.{field.name}" for name, group in groups.items() for field in fields(group)]


@pytest.mark.parametrize("path", settings())
def test_every_setting_is_described(path: str) -> None:
    page = Path(__file__).parents[2] / "docs" / "operations" / "links.md"
    rows = [line.split("|")[1] for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert sum(f"`{path}`" in row for row in rows) == 1
