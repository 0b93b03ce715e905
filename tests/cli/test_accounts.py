"""``tolmach account``."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.stage import Tolmach, complaint, opened
from tolmach.services import accounts, passwords

StoredHash = Callable[[], str]


@pytest.fixture
def stored_hash(data: Path) -> StoredHash:
    def read() -> str:
        with opened(data / "tolmach.sqlite") as database:
            return database.read_now(lambda tx: accounts.find(tx, "demo")).password_hash

    return read


def test_add_with_everything_and_show_it(tolmach: Tolmach) -> None:
    words = "account add shop --password secret --time-zone Asia/Tomsk --currency KZT --tariff demo --client-number 77"
    more = (
        "--callback-url https://shop.example/s?a=1 --any-sender --allow-ip 10.0.0.0/8 --allow-ip ::1 --no-deduplicate"
    )
    ran = tolmach(*words.split(), *more.split())
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "account shop added: client number 77, time zone Asia/Tomsk\n"
    assert tolmach("account", "show", "shop", "--json").json == {
        "login": "shop",
        "id": 2,
        "client_number": 77,
        "blocked": False,
        "available": "0.00",
        "held": "0.00",
        "currency": "KZT",
        "tariff": "demo",
        "time_zone": "Asia/Tomsk",
        "default_sender": None,
        "any_sender": True,
        "callback_url": "https://shop.example/s?a=1",
        "deduplicate": False,
        "moderation": "off",
        "networks": ["10.0.0.0/8", "::1/128"],
        "dialects": [],
        "parent": None,
        "traffic": "service",
        "credit": "0.00",
        "uncertain": "usual",
        "rate": None,
        "message_rate": None,
        "senders": [],
    }


def test_add_takes_the_next_client_number_and_says_that_a_tariff_is_missing(tolmach: Tolmach) -> None:
    ran = tolmach("account", "add", "shop", "--password", "secret")
    assert "client number 2, time zone Europe/Moscow" in ran.out
    assert "no tariff" in ran.err


def test_add_asks_for_the_password_twice(tolmach: Tolmach) -> None:
    assert tolmach("account", "add", "shop", stdin="secret\nsecret\n").code == 0
    assert "shop" in tolmach("account", "list").out


def test_a_prompt_that_ends_early_changes_nothing(tolmach: Tolmach) -> None:
    ran = tolmach("account", "add", "shop", stdin="")
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "tolmach: stopped"
    assert len(tolmach("account", "list", "--json").json) == 1


def test_add_generates_a_password(tolmach: Tolmach) -> None:
    ran = tolmach("account", "add", "shop", "--generate", "--tariff", "demo")
    word, value = ran.out.splitlines()[1].split()
    assert word == "password:"
    assert len(value) >= 12


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("add шоп --password x", 2, "login 'шоп'"),
        ("add demo --password x", 1, "there is an account 'demo' already"),
        ("add shop --password x --generate", 2, "contradict"),
        ("add shop --password x --time-zone Mars/Olympus", 2, "time zone 'Mars/Olympus' is not known"),
        ("add shop --password x --currency rub", 2, "currency 'rub'"),
        ("add shop --password x --tariff dem", 1, "there is no tariff 'dem'; did you mean demo?"),
        ("add shop --password x --callback-url ftp://a/", 2, "callback URL 'ftp://a/'"),
        ("add shop --password x --allow-ip 10.0.0.1/8", 2, "network '10.0.0.1/8'"),
        ("add shop --password x --allow-ip 10.0.0.300", 2, "network '10.0.0.300'"),
        ("add shop --password x --client-number 0", 2, "client number 0"),
        ("add shop --password x --client-number 1", 1, "client number 1 belongs to account 'demo'"),
        ("add shop --password x --client-number one", 2, "--client-number"),
        ("show dema", 1, "there is no account 'dema'; did you mean demo?"),
        ("block nobody", 1, "there is no account 'nobody'"),
        ("unblock nobody", 1, "there is no account 'nobody'"),
        ("password nobody --generate", 1, "there is no account 'nobody'"),
        ("set nobody --any-ip", 1, "there is no account 'nobody'"),
        ("set demo", 2, "nothing to change"),
        ("set demo --callback-url http://a/ --no-callback-url", 2, "contradict"),
        ("set demo --any-ip --allow-ip 10.0.0.1", 2, "contradict"),
        ("set demo --default-sender Shop", 1, "sender 'Shop' is not approved"),
        ("set demo --default-sender far-too-long-a-name", 2, "sender 'far-too-long-a-name'"),
        ("set demo --time-zone Moscow", 2, "time zone 'Moscow'"),
        ("set demo --nonsense", 2, "No such option: --nonsense"),
        ("top-up demo much", 2, "'much' is not an amount of money"),
        ("top-up demo 0", 2, "only a correction may be less"),
        ("top-up demo -50", 2, "only a correction may be less"),
        ("top-up nobody 10", 1, "there is no account 'nobody'"),
        ("top-up demo 1.23456", 2, "not an amount"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: str, code: int, said: str) -> None:
    assert said in complaint(tolmach("account", *words.split()), code)


@pytest.mark.parametrize("password", ["", " x", "x ", "a\tb", "x" * 129])
def test_a_password_that_dialects_would_change_is_refused(tolmach: Tolmach, password: str) -> None:
    assert "the password is not" in complaint(tolmach("account", "add", "shop", "--password", password), 2)


def test_an_empty_value_names_the_option_that_takes_it_away(tolmach: Tolmach) -> None:
    assert "--no-callback-url" in complaint(tolmach("account", "set", "demo", "--callback-url", ""), 2)


def test_list_is_a_table_or_json(tolmach: Tolmach) -> None:
    ran = tolmach("account", "list")
    assert "demo" in ran.out
    assert "1000.00" in ran.out
    (one,) = tolmach("account", "list", "--json").json
    assert (one["id"], one["login"]) == (1, "demo")


def test_show_never_shows_the_password(tolmach: Tolmach) -> None:
    ran = tolmach("account", "show", "demo")
    assert "Tolmach (completed)" in ran.out
    assert "argon2" not in ran.out


def test_block_and_unblock(tolmach: Tolmach) -> None:
    said = [tolmach("account", verb, "demo").out for verb in ("block", "block", "unblock", "unblock")]
    assert said == [
        "account demo is blocked\n",
        "account demo was already blocked\n",
        "account demo is open\n",
        "account demo was already open\n",
    ]


def test_top_up_and_adjustment(tolmach: Tolmach) -> None:
    assert tolmach("account", "top-up", "demo", "99,50").out.startswith("demo can spend 1099.50 RUB")
    ran = tolmach("account", "top-up", "demo", "-2000", "--adjust", "--note", "a mistake")
    assert ran.out == "demo can spend -900.50 RUB; 0.00 RUB is held\n"


def test_set_changes_only_what_is_named(tolmach: Tolmach) -> None:
    before = tolmach("account", "show", "demo", "--json").json
    words = (
        "--callback-url http://127.0.0.1:9/s --default-sender INFORM --time-zone UTC --any-sender --allow-ip 10.1.2.3"
    )
    assert tolmach("account", "set", "demo", *words.split()).out == "account demo changed\n"
    after = tolmach("account", "show", "demo", "--json").json
    changed = {name: value for name, value in after.items() if before[name] != value}
    assert changed == {
        "callback_url": "http://127.0.0.1:9/s",
        "default_sender": "INFORM",
        "time_zone": "UTC",
        "any_sender": True,
        "networks": ["10.1.2.3/32"],
    }
    words = "--no-callback-url --default-sender Tolmach --time-zone Europe/Moscow --no-any-sender --any-ip"
    assert tolmach("account", "set", "demo", *words.split()).code == 0
    assert tolmach("account", "show", "demo", "--json").json == before


def test_a_credit_limit_is_an_amount(tolmach: Tolmach) -> None:
    tolmach("account", "set", "demo", "--credit", "5000,5")
    assert tolmach("account", "show", "demo", "--json").json["credit"] == "5000.50"
    complaint(tolmach("account", "set", "demo", "--credit", "much"), 2)


def test_set_takes_the_default_sender_away(tolmach: Tolmach) -> None:
    assert tolmach("account", "set", "demo", "--no-default-sender").code == 0
    assert tolmach("account", "show", "demo", "--json").json["default_sender"] is None


def test_password_replaces_the_hash(tolmach: Tolmach, stored_hash: StoredHash) -> None:
    assert tolmach("account", "password", "demo", "--password", "new").out == "password of demo changed\n"
    assert passwords.matches(stored_hash(), "new")
    ran = tolmach("account", "password", "demo", "--generate")
    assert passwords.matches(stored_hash(), ran.out.splitlines()[1].removeprefix("password: "))


def test_dialects_and_resellers(tolmach: Tolmach) -> None:
    ran = tolmach("account", "add", "shop", "--generate", "--parent", "demo", "--dialects", "smspager, Mobilgroup")
    assert ran.code == 0, ran.err
    shown = tolmach("account", "show", "shop", "--json").json
    assert (shown["dialects"], shown["parent"]) == (["smspager", "mobilgroup"], "demo")
    assert [one["login"] for one in tolmach("account", "list", "--parent", "demo", "--json").json] == ["shop"]
    tolmach("account", "set", "shop", "--dialects", "all", "--no-parent")
    shown = tolmach("account", "show", "shop", "--json").json
    assert (shown["dialects"], shown["parent"]) == ([], None)
    assert "no dialect 'pager'" in complaint(tolmach("account", "set", "shop", "--dialects", "pager"), 1)
    assert "no account 'nobody'" in complaint(tolmach("account", "set", "shop", "--parent", "nobody"), 1)
    assert "own reseller" in complaint(tolmach("account", "set", "shop", "--parent", "shop"), 1)


def test_what_becomes_of_uncertain_messages(tolmach: Tolmach) -> None:
    tolmach("account", "set", "demo", "--uncertain", "hold")
    assert tolmach("account", "show", "demo", "--json").json["uncertain"] == "hold"
    complaint(tolmach("account", "set", "demo", "--uncertain", "never"), 2)


def test_limits_of_its_own(tolmach: Tolmach) -> None:
    def shown() -> tuple[object, object]:
        values = tolmach("account", "show", "demo", "--json").json
        return values["rate"], values["message_rate"]

    tolmach("account", "set", "demo", "--rate", "50", "--message-rate", "0")
    assert shown() == (50, 0)
    tolmach("account", "set", "demo", "--rate", "default")
    assert shown() == (None, 0)
    tolmach("account", "set", "demo", "--message-rate", "default")
    assert shown() == (None, None)
    assert tolmach("account", "show", "demo").out.count(" as the settings say") == 2
    assert "'many' is not a whole number" in complaint(tolmach("account", "set", "demo", "--rate", "many"), 2)
    assert "say default" in complaint(tolmach("account", "set", "demo", "--rate", ""), 2)


def test_a_new_account_with_limits_of_its_own(tolmach: Tolmach) -> None:
    words = ("--password", "secret", "--tariff", "demo", "--rate", "20", "--message-rate", "0")
    assert tolmach("account", "add", "shop", *words).code == 0
    values = tolmach("account", "show", "shop", "--json").json
    assert (values["rate"], values["message_rate"]) == (20, 0)
