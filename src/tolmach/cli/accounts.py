"""``tolmach account``: who may send, and how."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from tolmach.cli import console
from tolmach.cli.errors import MISUSED, CommandError
from tolmach.cli.opening import DEFAULT, AsJson, Data, Login, database, now
from tolmach.cli.passwords import choose_password
from tolmach.core.money import fixed
from tolmach.services import accounts, fields, ledger, passwords, senders
from tolmach.services.accounts import DEFAULT_CURRENCY, DEFAULT_ZONE, Changes, Overview
from tolmach.services.senders import Listed

app = typer.Typer(name="account", help="Accounts: who may send, and how.", no_args_is_help=True)

Password = Annotated[str | None, typer.Option(help="Password; asked for when neither this nor --generate is given.")]
Generate = Annotated[bool, typer.Option("--generate", help="Make up a password and print it.")]
Url = Annotated[str | None, typer.Option("--callback-url", help="Address that statuses are posted to.")]
Zone = Annotated[str | None, typer.Option("--time-zone", help="IANA time zone, as in Asia/Novosibirsk.")]
AnySender = Annotated[bool | None, typer.Option("--any-sender/--no-any-sender", help="Allow every well-formed sender.")]
Networks = Annotated[
    list[str] | None, typer.Option("--allow-ip", help="Address or network that may use the account; repeatable.")
]
Deduplicate = Annotated[
    bool | None,
    typer.Option("--deduplicate/--no-deduplicate", help="Answer a repeated client id with the earlier message."),
]
Tariff = Annotated[str | None, typer.Option(help="Name of its tariff.")]
Dialects = Annotated[
    str | None, typer.Option(help="Protocols that it may speak, as in prontosms,smspager; all of them: all.")
]
Moderation = Annotated[str | None, typer.Option(help="Which of its texts a moderator looks at: off, pattern or all.")]
Parent = Annotated[str | None, typer.Option(help="Login of the reseller whose sub-account it is.")]
TrafficClass = Annotated[
    str | None, typer.Option("--traffic", help="Class of its messages: otp goes first, then service, then advert.")
]
UncertainMessages = Annotated[
    str | None,
    typer.Option("--uncertain", help="What becomes of messages whose answer was lost: usual, resend or hold."),
]
Rate = Annotated[
    str | None,
    typer.Option("--rate", metavar="N", help="Requests a second; 0 is any number, default that of the settings."),
]
MessageRate = Annotated[
    str | None,
    typer.Option(
        "--message-rate", metavar="N", help="Messages a second; 0 is any number, default that of the settings."
    ),
]
Credit = Annotated[str | None, typer.Option(help="How far below zero its balance may go, as in 5000.")]
ClientNumber = Annotated[int | None, typer.Option("--client-number", help="Its Mobilgroup user_id.")]


@app.command("add", epilog="Example: tolmach account add shop --generate --tariff basic")
def add(
    *,
    login: Login,
    password: Password = None,
    generate: Generate = False,
    time_zone: Zone = DEFAULT_ZONE,
    currency: Annotated[str, typer.Option(help="Currency of its balance.")] = DEFAULT_CURRENCY,
    tariff: Tariff = None,
    callback_url: Url = None,
    any_sender: AnySender = None,
    allow_ip: Networks = None,
    deduplicate: Deduplicate = None,
    client_number: ClientNumber = None,
    dialects: Dialects = None,
    parent: Parent = None,
    moderation: Moderation = None,
    traffic: TrafficClass = None,
    rate: Rate = None,
    message_rate: MessageRate = None,
    data: Data = None,
) -> None:
    """Add an account with an empty balance."""
    changes = Changes(
        callback_url=callback_url,
        time_zone=time_zone,
        any_sender=any_sender,
        networks=tuple(allow_ip) if allow_ip else None,
        deduplicates=deduplicate,
        tariff=tariff,
        client_number=client_number,
        dialects=_dialects(dialects),
        moderation=moderation,
        parent=parent,
        traffic=traffic,
        request_rate=_rate(rate),
        message_rate=_rate(message_rate),
    )
    fields.login(login)
    with database(data) as store:
        chosen = choose_password(password, generate=generate)
        concealed = passwords.conceal(chosen)
        account = store.write_now(lambda tx: accounts.add(tx, login, concealed, changes, now(), currency))
    console.say(f"account {login} added: client number {account.client_number}, time zone {account.time_zone}")
    if generate:
        console.say(f"password: {chosen}")
    if account.tariff is None:
        console.warn(f"it has no tariff and cannot send yet: `tolmach account set {login} --tariff NAME`")


@app.command("list", epilog="Example: tolmach account list --json")
def list_accounts(
    parent: Annotated[str | None, typer.Option(help="Only the sub-accounts of this reseller.")] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the accounts with their balances."""
    with database(data) as store:
        found = store.read_now(lambda tx: accounts.everyone(tx, parent))
    if as_json:
        console.data([_values(one) for one in found])
        return
    rows = [
        [
            one.account.login,
            str(one.account.client_number),
            fixed(one.balance.available),
            fixed(one.balance.held),
            one.account.currency,
            one.tariff or "",
            one.account.time_zone,
            "blocked" if one.account.blocked else "open",
            one.parent or "",
        ]
        for one in found
    ]
    columns = ("login", "number", "available", "held", "currency", "tariff", "time zone", "state", "parent")
    console.table(columns, rows, right=("number", "available", "held"))


@app.command("show", epilog="Example: tolmach account show demo")
def show(login: Login, as_json: AsJson = False, data: Data = None) -> None:
    """Show everything about one account, except its password."""
    with database(data) as store:
        one, its_senders = store.read_now(lambda tx: (accounts.overview(tx, login), senders.listing(tx, login)))
    values = _values(one) | {"senders": [{"name": each.name, "state": each.state} for each in its_senders]}
    if as_json:
        console.data(values)
        return
    words = {name: _word(value) for name, value in values.items()} | {"senders": _senders(its_senders)}
    words |= {name: "as the settings say" for name in ("rate", "message_rate") if values[name] is None}
    console.table(("account", login), [[name.replace("_", " "), word] for name, word in words.items()])


@app.command("block", epilog="Example: tolmach account block shop")
def block(login: Login, data: Data = None) -> None:
    """Refuse everything that the account asks for from now on; what was accepted is still sent."""
    _set_blocked(login, data, blocked=True)


@app.command("unblock", epilog="Example: tolmach account unblock shop")
def unblock(login: Login, data: Data = None) -> None:
    """Let a blocked account send again."""
    _set_blocked(login, data, blocked=False)


@app.command("password", epilog="Example: tolmach account password shop --generate")
def password(login: Login, password: Password = None, generate: Generate = False, data: Data = None) -> None:
    """Set a new password; the old one ends at once."""
    with database(data) as store:
        store.read_now(lambda tx: accounts.find(tx, login))  # before anybody types
        chosen = choose_password(password, generate=generate)
        concealed = passwords.conceal(chosen)
        store.write_now(lambda tx: accounts.set_password(tx, login, concealed))
    console.say(f"password of {login} changed")
    if generate:
        console.say(f"password: {chosen}")


@app.command(
    "top-up",
    epilog="Example: tolmach account top-up shop 1000 --note invoice-17",
    context_settings={"ignore_unknown_options": True},  # a negative amount is no option
)
def top_up(
    login: Login,
    amount: Annotated[
        str, typer.Argument(metavar="AMOUNT", help="Amount in the account's currency, as in 1000 or 99.50.")
    ],
    note: Annotated[str, typer.Option(help="What it is for; kept in the ledger.")] = "",
    adjust: Annotated[
        bool, typer.Option("--adjust", help="It is a correction: the amount may be zero or less.")
    ] = False,
    data: Data = None,
) -> None:
    """Add money to a balance, with an entry in the ledger."""
    money = ledger.read_amount(amount)
    with database(data) as store:
        store.write_now(lambda tx: ledger.top_up(tx, login, money, note, now(), adjust=adjust))
        one = store.read_now(lambda tx: accounts.overview(tx, login))
    balance, currency = one.balance, one.account.currency
    console.say(f"{login} can spend {fixed(balance.available)} {currency}; {fixed(balance.held)} {currency} is held")


@app.command("set", epilog="Example: tolmach account set shop --callback-url https://shop.example/statuses")
def change(
    *,
    login: Login,
    callback_url: Url = None,
    no_callback_url: Annotated[bool, typer.Option("--no-callback-url", help="Post statuses nowhere.")] = False,
    default_sender: Annotated[
        str | None, typer.Option(help="Sender of messages that name none in SMS-Pager or Mobilgroup.")
    ] = None,
    no_default_sender: Annotated[bool, typer.Option("--no-default-sender", help="Have no default sender.")] = False,
    time_zone: Zone = None,
    any_sender: AnySender = None,
    allow_ip: Networks = None,
    any_ip: Annotated[bool, typer.Option("--any-ip", help="Allow every address.")] = False,
    deduplicate: Deduplicate = None,
    tariff: Tariff = None,
    client_number: ClientNumber = None,
    dialects: Dialects = None,
    parent: Parent = None,
    moderation: Moderation = None,
    no_parent: Annotated[bool, typer.Option("--no-parent", help="Make it nobody's sub-account.")] = False,
    traffic: TrafficClass = None,
    credit: Credit = None,
    uncertain: UncertainMessages = None,
    rate: Rate = None,
    message_rate: MessageRate = None,
    data: Data = None,
) -> None:
    """Change an account; what is not named stays as it is."""
    networks = tuple(allow_ip) if allow_ip else None
    if any_ip and networks:
        raise CommandError("--allow-ip and --any-ip contradict each other", MISUSED)
    changes = Changes(
        callback_url=_or_none(callback_url, no_callback_url, "callback-url"),
        default_sender=_or_none(default_sender, no_default_sender, "default-sender"),
        time_zone=time_zone,
        any_sender=any_sender,
        networks=() if any_ip else networks,
        deduplicates=deduplicate,
        tariff=tariff,
        client_number=client_number,
        dialects=_dialects(dialects),
        moderation=moderation,
        parent=_or_none(parent, no_parent, "parent"),
        traffic=traffic,
        credit=None if credit is None else ledger.read_amount(credit),
        uncertain=uncertain,
        request_rate=_rate(rate),
        message_rate=_rate(message_rate),
    )
    with database(data) as store:
        store.write_now(lambda tx: accounts.change(tx, login, changes))
    console.say(f"account {login} changed")


def _set_blocked(login: str, data: Data, *, blocked: bool) -> None:
    with database(data) as store:
        changed = store.write_now(lambda tx: accounts.set_blocked(tx, login, blocked=blocked))
    console.say(f"account {login} {'is' if changed else 'was already'} {'blocked' if blocked else 'open'}")


def _or_none(value: str | None, removed: bool, name: str) -> str | None:
    """Return the new value, "" to take it away, None to leave it."""
    if value is not None and removed:
        raise CommandError(f"--{name} and --no-{name} contradict each other", MISUSED)
    if value == "":
        raise CommandError(f"--{name} is empty; say --no-{name} to take it away", MISUSED)
    return "" if removed else value


def _dialects(written: str | None) -> tuple[str, ...] | None:
    """Return the names of a list with commas; "all" is no restriction."""
    if written is None:
        return None
    names = tuple(name.strip().lower() for name in written.split(","))
    return () if names == ("all",) else names


def _rate(written: str | None) -> str | None:
    """Return the new value, "" for that of the settings, None to leave it."""
    if written == "":
        raise CommandError(f"a rate is empty; say {DEFAULT} for that of the settings", MISUSED)
    return "" if written == DEFAULT else written


def _values(one: Overview) -> dict[str, Any]:
    account = one.account
    return {
        "id": account.id,
        "login": account.login,
        "client_number": account.client_number,
        "blocked": account.blocked,
        "available": fixed(one.balance.available),
        "held": fixed(one.balance.held),
        "currency": account.currency,
        "tariff": one.tariff,
        "time_zone": account.time_zone,
        "default_sender": account.default_sender,
        "any_sender": account.any_sender,
        "callback_url": account.callback_url,
        "deduplicate": account.deduplicates,
        "moderation": account.moderation,
        "networks": [str(network) for network in account.networks],
        "dialects": list(account.dialects),
        "parent": one.parent,
        "traffic": account.traffic.value,
        "credit": fixed(account.credit),
        "uncertain": account.uncertain.value,
        "rate": account.pace.requests,
        "message_rate": account.pace.messages,
    }


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(map(str, value)) or "any"
    return "" if value is None else str(value)


def _senders(found: Sequence[Listed]) -> str:
    return ", ".join(f"{each.name} ({each.state})" for each in found)
