"""``tolmach user``."""

from pathlib import Path

import pytest

from tests.cli.stage import Tolmach, complaint, opened
from tolmach.services import passwords, people
from tolmach.store import audit


def test_a_user_s_life(tolmach: Tolmach, data: Path) -> None:
    ran = tolmach("user", "add", "anna", "--account", "demo", "--role", "sender", "--generate")
    assert ran.out.startswith("user anna added: sender of demo\npassword: ")
    password = ran.out.partition("password: ")[2].strip()
    with opened(data / "tolmach.sqlite") as database:
        user = database.read_now(lambda tx: people.find(tx, "anna"))
        assert passwords.matches(user.password_hash, password)
    assert tolmach("user", "block", "anna").out == "user anna is blocked\n"
    assert tolmach("user", "block", "anna").out == "user anna was already blocked\n"
    assert tolmach("user", "unblock", "anna").out == "user anna may sign in\n"
    assert tolmach("user", "password", "anna", "--password", "another one").code == 0
    assert tolmach("user", "reset-totp", "anna").out == "the second factor of user anna was off already\n"
    with opened(data / "tolmach.sqlite") as database:
        log = database.read_now(lambda tx: audit.everything(tx, 0, 10))
    assert [entry.action for entry in log][::-1] == [
        "AddUser", "BlockUser", "BlockUser", "UnblockUser", "ChangePassword", "ResetTotp",
    ]  # fmt: skip
    assert log[-1].detail == "login=anna role=sender"
    assert {entry.user for entry in log} == {None}


def test_listing(tolmach: Tolmach) -> None:
    listed = {one["login"]: one for one in tolmach("user", "list", "--json").json}
    assert listed["demo"] == {
        "login": "demo", "account": "demo", "role": "owner", "second_factor": False, "blocked": False,
        "signed_in_at": None,
    }  # fmt: skip
    assert listed["operator"]["account"] is None
    assert "operator" in tolmach("user", "list").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("add anna --role king --generate", 2, "'king' is no role of the staff"),
        ("add anna --role admin --account demo --generate", 2, "is no role of an account"),
        ("add demo --role owner --account demo --generate", 1, "there is a user 'demo' already"),
        ("add anna --role owner --account nobody --generate", 1, "there is no account 'nobody'"),
        ("add anna --role admin --generate --password x", 2, "contradict"),
        ("block nobody", 1, "there is no user 'nobody'"),
        ("password nobody --generate", 1, "there is no user 'nobody'"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: str, code: int, said: str) -> None:
    assert said in complaint(tolmach("user", *words.split()), code)
