"""``tolmach link``."""

import asyncio
import json
import tomllib
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.cli.stage import Ran, complaint, run
from tests.e2e.chain import KINDS, link
from tests.gateway import Live
from tolmach.core.http_links import GenericLink
from tolmach.core.status import Status
from tolmach.settings import Settings

PRONTO = link("prontosms", 9, password="a secret", name="pronto", hook="x" * 20)
GATE: dict[str, Any] = {
    "name": "gate",
    "type": "http",
    "login": "me",
    "password": "a secret",
    "format": "json",
    "send": {
        "url": "https://gate.example/send?key={password}",
        "headers": {"Authorization": "Bearer {password}"},
        "body": '{"to": "{recipient}", "text": "{text}"}',
    },
    "answer": {"check": "json:ok", "equals": ["true"], "id": "json:id", "price": "json:price", "error": "json:code",
               "busy": ["later"]},
}  # fmt: skip
SMPP = {"name": "smsc", "host": "smsc.example", "system_id": "me"}
TEST = ("--to", "79161234500", "--text", "Привет")


def tolmach(*words: str, links: list[dict[str, Any]] | None = None, stdin: str = "") -> Ran:
    env: dict[str, str | None] = {"TOLMACH_LINKS": json.dumps(links or [PRONTO, GATE, SMPP])}
    return run("link", *words, env=env, stdin=stdin)


def test_the_links_of_the_settings_are_listed() -> None:
    nothing = {"state": "stale", "at": None, "condition": None, "added": False, "removing": False}
    assert tolmach("list", "--json").json == [
        {"name": "pronto", "type": "prontosms", "to": "http://127.0.0.1:9/xml/"} | nothing,
        {"name": "gate", "type": "http", "to": "http://unused.invalid/"} | nothing,
        {"name": "smsc", "type": "smpp", "to": "smsc.example:2775"} | nothing,
    ]
    assert "pronto" in tolmach("list").out


@pytest.mark.parametrize("name", ["pronto", "gate"])
def test_a_dry_run_prints_the_request_without_its_secrets(name: str) -> None:
    ran = tolmach("test", name, "--dry-run", *TEST)
    assert ran.code == 0
    assert ran.out.startswith("POST http")
    assert "79161234500" in ran.out
    assert "Привет" in ran.out
    assert "***" in ran.out
    assert "secret" not in ran.out + ran.err


def test_a_request_in_windows_1251_is_readable() -> None:
    mobil = link("mobilgroup", 9, name="mobil")
    assert "<message>Привет</message>" in tolmach("test", "mobil", "--dry-run", *TEST, links=[mobil]).out


@pytest.mark.parametrize(
    ("status", "pasted", "told", "code"),
    [
        ("200", '{"ok": true, "id": 57, "price": 1.5}', "taken, as 57 for 1.50", 0),
        ("200", '{"ok": true}', "lost: nobody knows whether it was taken (the answer names no id)", 1),
        ("200", '{"ok": false, "code": "later"}', "busy: later, in 30 seconds", 1),
        ("200", '{"ok": false, "code": "bad"}', "refused: error bad", 1),
    ],
)
def test_how_a_pasted_answer_would_be_read(status: str, pasted: str, told: str, code: int) -> None:
    ran = tolmach("test", "gate", "--dry-run", *TEST, "--answer", "-", "--status", status, stdin=pasted)
    assert (ran.code, ran.out.splitlines()[-1]) == (code, told)


def test_an_answer_about_the_whole_request() -> None:
    ran = tolmach("test", "gate", "--dry-run", *TEST, "--answer", "-", "--status", "403")
    assert ran.code == 1
    assert "the answer is about the request as a whole: HTTP 403" in ran.err


@pytest.mark.parametrize("kind", KINDS)
async def test_one_message_is_really_sent(live: Live, kind: str) -> None:
    links = [link(kind, live.port)]
    with capture_logs():
        ran = await asyncio.to_thread(tolmach, "test", kind, *TEST, "--sender", "INFORM", links=links)
    assert ran.code == 0, ran
    assert "taken, as " in ran.out
    assert (await live.phone("79161234500"))["text"] == "Привет"


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        (("nobody", "--dry-run"), "there is no link 'nobody'", 1),
        (("smsc", "--dry-run"), "smsc is a link over smpp", 2),
        (("gate", "--answer", "-"), "--answer needs --dry-run", 2),
        (("pronto",), "pronto: cannot connect", 1),
    ],
)
def test_what_cannot_be_tried(words: tuple[str, ...], told: str, code: int) -> None:
    assert told in complaint(tolmach("test", *words, *TEST), code)


def test_what_a_link_cannot_carry() -> None:
    mobil = link("mobilgroup", 9, name="mobil")
    ran = tolmach("test", "mobil", "--dry-run", "--to", "7", "--text", "я" * 65, links=[mobil])
    assert complaint(ran, 1) == "this link cannot carry it: text longer than 64 characters"


def test_links_that_are_in_force_are_printed_without_their_secrets_and_can_be_read_back() -> None:
    told = GATE | {"statuses": {"1": "delivered"}, "callback": {"id": "query:id", "status": "query:s"}}
    ran = run("settings", "--effective", env={"TOLMACH_LINKS": json.dumps([PRONTO, told, SMPP])})
    assert "a secret" not in ran.out
    assert PRONTO["hook"] not in ran.out
    links = Settings(links=tomllib.loads(ran.out)["links"]).links
    assert [(link.name, link.type) for link in links] == [("pronto", "prontosms"), ("gate", "http"), ("smsc", "smpp")]
    assert isinstance(links[1], GenericLink)
    assert links[1].statuses == {"1": Status.DELIVERED}
