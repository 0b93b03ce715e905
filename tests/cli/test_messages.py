"""``tolmach message``."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.stage import Tolmach, complaint

SEND = ("message", "send", "--account", "demo", "--text", "Hello")


def available(tolmach: Tolmach) -> str:
    return str(tolmach("account", "show", "demo", "--json").json["available"])


def test_send_list_and_show(tolmach: Tolmach) -> None:
    ran = tolmach(*SEND, "--to", "8 916 123-45-00", "--to", "380671234500", "--json")
    assert ran.code == 0
    assert ran.json == [
        {
            "to": "79161234500",
            "id": 10,
            "legs": [{"channel": "sms", "parts": 1, "price": "1.00"}],
            "price": "1.00",
        },
        {
            "to": "380671234500",
            "id": 20,
            "legs": [{"channel": "sms", "parts": 1, "price": "2.00"}],
            "price": "2.00",
        },
    ]
    assert available(tolmach) == "997.00"
    listed = tolmach("message", "list", "--json").json
    assert [(one["id"], one["to"], one["status"]) for one in listed] == [
        (20, "380671234500", "queued"),
        (10, "79161234500", "queued"),
    ]
    shown = tolmach("message", "show", "11")
    assert shown.out.startswith("message 10 of demo to 79161234500: queued\n")
    assert "over cli to 79161234500" in shown.out
    assert shown.out.splitlines()[-1] == "Waiting for a worker to take it up."


def test_send_a_cascade_prints_parts_and_price(tolmach: Tolmach) -> None:
    card = ("--viber-text", "Hi", "--viber-button", "Go", "--viber-link", "https://a.example/", "--until-read")
    ran = tolmach(*SEND, "--to", "79161234500", "--sender", "INFORM", *card)
    assert "1 + 1" in ran.out
    assert "2.50 RUB" in ran.out
    legs = tolmach("message", "show", "10", "--json").json["legs"]
    assert [(leg["channel"], leg["sender"], leg["text"]) for leg in legs] == [
        ("viber", "INFORM", "Hi"),
        ("sms", "INFORM", "Hello"),
    ]


def test_a_card_is_sent(tolmach: Tolmach, tmp_path: Path) -> None:
    path = tmp_path / "ivan.vcf"
    path.write_text("BEGIN:VCARD\nVERSION:2.1\nN:Ivan\nTEL;CELL:+79161234500\nEND:VCARD\n")
    ran = tolmach("message", "send", "--account", "demo", "--to", "79161234500", "--vcard", str(path))
    assert ran.code == 0
    (leg,) = tolmach("message", "show", "10", "--json").json["legs"]
    assert (leg["channel"], leg["text"], leg["parts"]) == ("sms", "Ivan", 1)


def test_a_dry_run_stores_nothing(tolmach: Tolmach) -> None:
    ran = tolmach(*SEND, "--to", "79161234500", "--dry-run")
    assert ran.code == 0
    assert "nothing was stored" in ran.out
    assert tolmach("message", "list", "--json").json == []
    assert available(tolmach) == "1000.00"


def test_refused_recipients_end_with_one(tolmach: Tolmach) -> None:
    ran = tolmach(*SEND, "--to", "79161234500", "--to", "74957271122")
    assert ran.code == 1
    assert "refused: the number is not a mobile one" in ran.out
    ran = tolmach(*SEND, "--to", "74957271122", "--json")
    assert ran.json == [{"to": "74957271122", "rejected": "not-mobile", "because": "the number is not a mobile one"}]


def test_a_time_is_that_of_the_account(tolmach: Tolmach) -> None:
    year = datetime.now(UTC).year + 1
    ran = tolmach(*SEND, "--to", "79161234500", "--at", f"{year}-12-31 09:00")
    assert ran.out.splitlines()[-1] == f"sending begins at {year}-12-31 09:00:00 (Europe/Moscow)"
    assert tolmach("message", "show", "10").out.splitlines()[-1] == f"Waiting for its time, {year}-12-31 09:00:00."


def test_an_account_with_networks_can_be_sent_for(tolmach: Tolmach) -> None:
    tolmach("account", "set", "demo", "--allow-ip", "10.20.0.0/16")
    assert tolmach(*SEND, "--to", "79161234500").code == 0


def test_list_by_account_number_and_limit(tolmach: Tolmach) -> None:
    tolmach(*SEND, "--to", "79161234500", "--to", "79161234501", "--to", "79161234500")
    ids = [one["id"] for one in tolmach("message", "list", "--to", "+79161234500", "--account", "demo", "--json").json]
    assert ids == [30, 10]
    assert [one["id"] for one in tolmach("message", "list", "--limit", "1", "--json").json] == [30]
    assert "79161234501" in tolmach("message", "list").out


def test_what_a_client_wrote_cannot_steer_the_terminal(tolmach: Tolmach) -> None:
    tolmach("message", "send", "--account", "demo", "--text", "a\nb\x1b[2J[red]", "--to", "79161234500")
    out = tolmach("message", "show", "10").out
    assert "\x1b" not in out
    assert "a⏎b�[2J[red]" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["send", "--account", "demo", "--text", "x"], 2, "--to"),
        (["send", "--to", "79161234500", "--text", "x"], 2, "--account"),
        (["send", "--account", "demo", "--to", "79161234500"], 2, "nothing to send"),
        (["send", "--account", "demo", "--to", "79161234500", "--viber-link", "x", "--text", "x"], 2, "--viber-text"),
        (["send", "--account", "demo", "--to", "79161234500", "--text", "x", "--at", "soon"], 2, "--at 'soon'"),
        (["send", "--account", "demo", "--to", "79161234500", "--text", "x", "--validity", "0"], 2, "--validity"),
        (["send", "--account", "nobody", "--to", "79161234500", "--text", "x"], 1, "there is no account 'nobody'"),
        (
            ["send", "--account", "demo", "--to", "79161234500", "--text", "x", "--at", "2999-01-01 00:00"],
            1,
            "the date makes no sense (more than five years ahead)",
        ),
        (["list", "--limit", "0"], 2, "limit"),
        (["list", "--to", "abc"], 2, "'abc'"),
        (["list", "--account", "nobody"], 1, "there is no account 'nobody'"),
        (["show", "abc"], 2, "'abc' is not the id of a message"),
        (["show", "10"], 1, "there is no message '10'"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: list[str], code: int, said: str) -> None:
    assert said in complaint(tolmach("message", *words), code)


def test_a_blocked_account_cannot_be_sent_for(tolmach: Tolmach) -> None:
    tolmach("account", "block", "demo")
    assert complaint(tolmach(*SEND, "--to", "79161234500"), 1) == "the account is blocked"
