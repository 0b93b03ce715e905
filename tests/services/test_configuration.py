"""The settings as they are shown: everything, and no secret."""

from pathlib import Path

import pytest

from tolmach.services.configuration import MASK, described, without_password
from tolmach.settings import Settings

SECRETS = ("topsecre", "hooksecret1234567", "headersecret", "urlsecret", "usersecret")
LINKS = (
    {"name": "smpp", "host": "smsc.example", "port": 2775, "system_id": "me", "password": SECRETS[0]},
    {
        "name": "pronto",
        "type": "prontosms",
        "url": f"https://u:{SECRETS[4]}@gate.example/xml/",
        "login": "me",
        "password": SECRETS[0],
        "hook": SECRETS[1],
    },
)


def test_every_setting_is_shown_with_its_description() -> None:
    found = described(Settings())
    shown = {(section.name, one.name) for section in found.sections for one in section.settings}
    sections = {name for name, field in Settings.model_fields.items() if hasattr(field.annotation, "model_fields")}
    assert {name for name, _ in shown if name} == sections
    assert ("", "host") in shown
    assert ("sandbox", "smpp_port") in shown
    assert all(one.description for section in found.sections for one in section.settings)


def test_values_differ_from_defaults_and_carry_the_name_of_their_variable() -> None:
    found = described(Settings(port=9, data=Path("here"), sandbox={"enabled": True}))  # type: ignore[arg-type]
    settings = {one.variable: one for section in found.sections for one in section.settings}
    port, enabled, delay = (settings[f"TOLMACH_{name}"] for name in ("PORT", "SANDBOX__ENABLED", "SANDBOX__DELAY"))
    assert (port.value, port.changed) == ("9", True)
    assert (enabled.value, enabled.changed, delay.changed) == ("true", True, False)
    assert settings["TOLMACH_DATA"].value == '"here"'
    assert settings["TOLMACH_CERTIFICATE"].value == '"off"'


def test_no_secret_is_shown() -> None:
    settings = Settings(links=LINKS)  # type: ignore[arg-type]
    (links,) = (one for one in described(settings).sections[0].settings if one.name == "links")
    assert links.changed
    assert "smsc.example" in links.value
    assert MASK in links.value
    assert [secret for secret in SECRETS if secret in links.value] == []


def test_headers_and_parameters_that_are_called_like_secrets() -> None:
    generic = {
        "name": "gate",
        "type": "http",
        "request": {
            "url": f"https://gate.example/send?api_key={SECRETS[3]}&to={{to}}",
            "headers": {"Authorization": SECRETS[2], "Accept": "text/plain"},
        },
    }
    settings = Settings.model_construct(links=(generic,))
    (links,) = (one for one in described(settings).sections[0].settings if one.name == "links")
    assert [secret for secret in SECRETS if secret in links.value] == []
    assert "to={to}" in links.value
    assert "text/plain" in links.value


def test_the_address_of_the_database_is_a_secret() -> None:
    settings = Settings(database_url="postgresql://tolmach:topsecret@db/tolmach")  # type: ignore[arg-type]
    (shown,) = (one for one in described(settings).sections[0].settings if one.name == "database_url")
    assert (shown.value, shown.changed) == (MASK, True)
    assert "topsecret" not in repr(settings)


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("postgresql://tolmach:topsecret@db:6432/tolmach", f"postgresql://tolmach:{MASK}@db:6432/tolmach"),
        ("postgresql://tolmach:top@sec/ret@db/tolmach", f"postgresql://tolmach:{MASK}@db/tolmach"),
        ("postgresql://:topsecret@db/tolmach", f"postgresql://:{MASK}@db/tolmach"),
        (
            "postgresql://a:1,b:2/x?user=tolmach&password=topsecret",
            f"postgresql://a:1,b:2/x?user=tolmach&password={MASK}",
        ),
        ("postgresql://tolmach@/tolmach?host=/run/postgresql", "postgresql://tolmach@/tolmach?host=/run/postgresql"),
        ("topsecret", MASK),
    ],
)
def test_only_the_password_of_an_address_is_masked(secret: str, shown: str) -> None:
    assert without_password(secret) == shown
