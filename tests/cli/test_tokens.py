"""``tolmach token``."""

import pytest

from tests.cli.stage import Tolmach, complaint


def test_a_token_is_shown_once(tolmach: Tolmach) -> None:
    ran = tolmach("token", "add", "demo", "crm")
    value = ran.out.removeprefix("token crm of demo: ").strip()
    assert value.startswith("tolmach_")
    assert len(value) > 40
    assert "keep it now" in ran.err
    listed = tolmach("token", "list", "demo")
    assert value not in listed.out
    assert "crm" in listed.out
    assert "good" in listed.out


def test_its_life(tolmach: Tolmach) -> None:
    tolmach("token", "add", "demo", "crm", "--expires", "2999-12-31")
    (token,) = tolmach("token", "list", "demo", "--json").json
    assert (token["name"], token["expires_at"], token["used_at"]) == ("crm", "2999-12-31 20:59 UTC", None)
    assert tolmach("token", "revoke", "demo", "crm").out == "token crm of demo revoked\n"
    assert tolmach("token", "list", "demo", "--json").json == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("add nobody crm", 1, "there is no account 'nobody'"),
        ("add demo x/y", 2, "token name 'x/y'"),
        ("add demo crm --expires tomorrow", 2, "is not a day"),
        ("add demo crm --expires 2020-01-01", 2, "expired already"),
        ("revoke demo crm", 1, "there is no token 'crm'"),
        ("list nobody", 1, "there is no account 'nobody'"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: str, code: int, said: str) -> None:
    assert said in complaint(tolmach("token", *words.split()), code)
