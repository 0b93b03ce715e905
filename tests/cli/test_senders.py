"""``tolmach sender``."""

import pytest

from tests.cli.stage import Tolmach, complaint


def states(tolmach: Tolmach) -> dict[str, str]:
    return {one["sender"]: one["state"] for one in tolmach("sender", "list", "demo", "--json").json}


def test_a_sender_waits_and_is_decided_on(tolmach: Tolmach) -> None:
    assert tolmach("sender", "add", "demo", "My Shop").out == "sender My Shop of demo waits for approval\n"
    assert states(tolmach)["My Shop"] == "order"
    assert tolmach("sender", "approve", "demo", "My Shop").out == "sender My Shop of demo is approved\n"
    assert states(tolmach)["My Shop"] == "completed"
    assert tolmach("sender", "reject", "demo", "My Shop").err == ""
    assert states(tolmach)["My Shop"] == "rejected"


def test_a_sender_is_approved_at_once(tolmach: Tolmach) -> None:
    assert tolmach("sender", "add", "demo", "79161234567", "--approved").code == 0
    assert states(tolmach)["79161234567"] == "completed"


def test_rejecting_the_default_sender_says_what_follows(tolmach: Tolmach) -> None:
    ran = tolmach("sender", "reject", "demo", "Tolmach")
    assert ran.code == 0
    assert "default sender" in ran.err


def test_the_list_covers_all_accounts(tolmach: Tolmach) -> None:
    tolmach("account", "add", "shop", "--password", "x")
    tolmach("sender", "add", "shop", "Shop")
    assert {one["account"] for one in tolmach("sender", "list", "--json").json} == {"demo", "shop"}
    ran = tolmach("sender", "list")
    assert "default" in ran.out
    assert "Shop" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "demo", "Tolmach"], 1, "has the sender 'Tolmach' already (completed)"),
        (["add", "demo", "twelve-chars"], 2, "sender 'twelve-chars'"),
        (["add", "demo", ""], 2, "sender ''"),
        (["add", "demo", "a\nb"], 2, "sender"),
        (["add", "nobody", "Shop"], 1, "there is no account 'nobody'"),
        (["approve", "demo", "Tolmac"], 1, "did you mean Tolmach?"),
        (["reject", "demo", "Shop"], 1, "there is no sender 'Shop'"),
        (["list", "nobody"], 1, "there is no account 'nobody'"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: list[str], code: int, said: str) -> None:
    assert said in complaint(tolmach("sender", *words), code)


def test_the_queue_and_what_is_known_of_a_sender(tolmach: Tolmach) -> None:
    tolmach("sender", "add", "demo", "My Shop")
    assert [one["sender"] for one in tolmach("sender", "queue", "--json").json] == ["My Shop"]
    assert "My Shop" in tolmach("sender", "queue").out
    tolmach("sender", "reject", "demo", "My Shop", "--by", "ann", "--reason", "not theirs")
    assert tolmach("sender", "queue", "--json").json == []
    shown = tolmach("sender", "show", "demo", "My Shop", "--json").json
    assert (shown["state"], shown["decided_by"], shown["reason"]) == ("rejected", "ann", "not theirs")
    assert "reason: not theirs\n" in tolmach("sender", "show", "demo", "My Shop").out
    assert "there is no sender" in complaint(tolmach("sender", "show", "demo", "Nobody"), 1)
