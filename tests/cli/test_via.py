"""``tolmach message send --via``, against a gateway of our own."""

import asyncio

import pytest
from structlog.testing import capture_logs

from tests.cli.stage import Ran, complaint, run
from tests.gateway import Live
from tolmach.cli import via

PHONE = "79161234500"


async def ask(live: Live, *words: str, kind: str = "prontosms", password: str = "demo", folder: str = "/xml/") -> Ran:
    url = f"http://127.0.0.1:{live.port}{folder}"
    given = ["message", "send", "--via", kind, "--url", url, "--login", "demo", "--to", PHONE, *words]
    with capture_logs():  # the gateway's, which share the output with the command here
        return await asyncio.to_thread(run, *given, env={via.PASSWORD_VARIABLE: password})


@pytest.mark.parametrize(
    ("kind", "folder", "more"),
    [
        ("prontosms", "/xml/", ()),
        ("targetsms", "/xml/", ()),
        ("smspager", "/", ()),
        ("mobilgroup", "/extxml.php", ("--client", "1")),
    ],
)
async def test_a_message_goes_straight_to_a_provider(live: Live, kind: str, folder: str, more: tuple[str, ...]) -> None:
    words = ("--text", "Привет", "--sender", "INFORM", "--wait", "20", "--json", *more)
    ran = await ask(live, *words, kind=kind, folder=folder)
    assert ran.code == 0, ran
    (item,) = ran.json
    assert (item["to"], item["status"]) == (PHONE, "delivered")
    assert (await live.phone(PHONE))["text"] == "Привет"


async def test_a_table_for_people(live: Live) -> None:
    ran = await ask(live, "--viber-text", "Hello", "--sender", "INFORM", "--to", "+380671234500")
    assert ran.code == 0
    assert ran.out.count("accepted") == 2
    assert "380671234500" in ran.out


async def test_what_is_refused_ends_with_one(live: Live) -> None:
    ran = await ask(live, "--text", "Hello", "--sender", "Nobody")
    assert ran.code == 1
    assert "refused: the account does not have this sender" in ran.out
    ran = await ask(live, "--text", "Hello", "--sender", "Nobody", "--json")
    assert (ran.code, ran.json[0]["rejected"]) == (1, "unknown-sender")


async def test_a_wrong_password(live: Live) -> None:
    told = complaint(await ask(live, "--text", "Hello", password="wrong"), 1)
    assert told == "prontosms: the provider says: Неправильный логин или пароль"


def test_where_nobody_listens() -> None:
    words = ("message", "send", "--via", "targetsms", "--url", "http://127.0.0.1:9/", "--login", "x", "--to", PHONE)
    assert "cannot connect" in complaint(run(*words, "--text", "x", env={via.PASSWORD_VARIABLE: "x"}), 1)


def test_the_password_is_asked_for() -> None:
    words = ("message", "send", "--via", "targetsms", "--url", "http://127.0.0.1:9/", "--login", "x", "--to", PHONE)
    ran = run(*words, "--text", "x", stdin="secret\n")
    assert ran.err.startswith("Password at the provider:")
    assert "secret" not in ran.err + ran.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--via", "nobody", "--login", "x", "--text", "x"), "--via is one of prontosms"),
        (("--via", "prontosms", "--text", "x"), "needs --login"),
        (("--via", "mobilgroup", "--login", "x", "--text", "x"), "needs --client"),
        (("--via", "prontosms", "--login", "x", "--text", "x", "--viber-text", "y"), "takes one of"),
        (("--via", "prontosms", "--login", "x", "--text", "x", "--dry-run"), "takes one of"),
        (("--via", "prontosms", "--login", "x", "--text", "x", "--account", "demo"), "takes one of"),
        (("--text", "x"), "give --account"),
    ],
)
def test_what_does_not_go_together(words: tuple[str, ...], told: str) -> None:
    env: dict[str, str | None] = {via.PASSWORD_VARIABLE: "x"}
    assert told in complaint(run("message", "send", "--to", PHONE, *words, env=env), 2)


async def test_a_text_that_does_not_fit(live: Live) -> None:
    words = ("--text", "я" * 65, "--client", "1")
    told = complaint(await ask(live, *words, kind="mobilgroup", folder="/extxml.php"), 1)
    assert told == "refused: text longer than 64 characters"
