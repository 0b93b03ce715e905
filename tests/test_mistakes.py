"""Mistakes in settings are told in plain words."""

import pytest
from pydantic import BaseModel, ValidationError
from pydantic_settings import SettingsError

from tolmach.mistakes import mistakes, unreadable
from tolmach.settings import Settings, read_link

LINK = '"name": "a", "host": "h", "system_id": "i"'


def told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> list[str]:
    monkeypatch.setenv(f"TOLMACH_{name}", value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    return mistakes(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "x", "port: must be a whole number"),
        ("PORT", "9" * 5000, "port: must be a whole number"),
        ("PORT", "70000", "port: must be 65535 or less"),
        ("LIMITS__RATE", "-3", "limits.rate: must be 0 or more"),
        ("LIMITS__RATE", "x", "limits.rate: must be a number"),
        ("LIMITS", "3", "limits: must be a table"),
        ("LIMITS", '{"ratee": 3}', "limits.ratee: there is no such setting"),
        ("CALLBACKS__TIMEOUT", "0", "callbacks.timeout: must be more than 0"),
        ("CALLBACKS__DELAYS", "[1, -1]", "callbacks.delays.1: must be 0 or more"),
        ("CALLBACKS__DELAYS", '"a"', "callbacks.delays: must be a list"),
        ("SANDBOX__ENABLED", "x", "sandbox.enabled: must be true or false"),
        ("SANDBOX__SMPP_PORT", "x", "sandbox.smpp_port: must be a whole number, or off"),
        ("SANDBOX__SMPP_PORT", "-1", "sandbox.smpp_port: must be 0 or more, or off"),
        ("RETENTION__ARCHIVE", "x", "retention.archive: must be jsonl or parquet, or off"),
        ("LOG_LEVEL", "loud", "log_level: must be debug, info, warning or error"),
        ("ROLES", "", "roles: must name 1 or more"),
        ("ROLES", "x", "roles.0: must be api, web, submit, receipts, callbacks or upkeep"),
        ("ROLES", "api,x", "roles.1: must be api, web, submit, receipts, callbacks or upkeep"),
        ("METRICS", "x", "metrics: must be an address like 127.0.0.1:9464, or off"),
        ("DATABASE_URL", "x", "database_url: must begin with postgresql://"),
        ("CERTIFICATE", "a", "certificate and key must be given together"),
        ("WEB__PAYEE", "x" * 2001, "web.payee: must have 2000 characters or fewer"),
        ("LISTENERS", "[{}]", "listeners.0.port: is missing"),
        ("LISTENERS", '[{"port": 1, "tls": true}]', "listeners.0.tls: there is no such setting"),
        ("LINKS", "[1]", "links.0: must be a table"),
        (
            "LINKS",
            '[{"type": "q"}]',
            "links.0: type must be one of smpp, prontosms, targetsms, smspager, mobilgroup, http, not q",
        ),
        ("LINKS", f'[{{{LINK}, "window": 0}}]', "links.0.smpp: window must be 1 to 1000"),
        ("LINKS", f'[{{{LINK}, "content": 3}}]', "links.0.smpp.content: must be a table"),
        (
            "LINKS",
            f'[{{{LINK}, "content": {{"long": "x"}}}}]',
            "links.0.smpp.content.long: must be udh8, udh16, sar or payload",
        ),
    ],
)
def test_a_mistake_is_a_plain_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    assert sentence in told(monkeypatch, name, value)


def test_every_mistake_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    link = f'[{{{LINK}, "window": "x", "colour": 1}}]'
    assert told(monkeypatch, "LINKS", link) == [
        "links.0.smpp.window: must be a whole number",
        "links.0.smpp.colour: there is no such setting",
    ]


def test_what_is_no_table_at_all_has_the_name_that_it_is_given() -> None:
    with pytest.raises(ValidationError) as caught:
        read_link(3)
    assert mistakes(caught.value, "link") == ["link: must be a table"]


def test_what_nobody_has_thought_of_keeps_its_words() -> None:
    class Odd(BaseModel):
        letters: frozenset[str]

    with pytest.raises(ValidationError) as caught:
        Odd(letters=3)  # type: ignore[arg-type]
    assert mistakes(caught.value) == ["letters: Input should be a valid frozenset"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LINKS", "[", "TOLMACH_LINKS is not JSON"),
        ("CALLBACKS__DELAYS", "1,", "TOLMACH_CALLBACKS, or a list in TOLMACH_CALLBACKS__..., is not JSON"),
    ],
)
def test_a_variable_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    monkeypatch.setenv(f"TOLMACH_{name}", value)
    with pytest.raises(SettingsError) as caught:
        Settings()
    assert unreadable(caught.value) == sentence


def test_another_error_of_reading_keeps_its_words() -> None:
    assert unreadable(SettingsError("odd")) == "odd"
