"""``tolmach sender registry``: senders at mobile operators."""

from typing import Annotated

import typer

from tolmach.cli import console
from tolmach.cli.deciding import By, Reason, name_of
from tolmach.cli.opening import AsJson, Data, Login, database, now
from tolmach.core.moments import from_ms
from tolmach.core.registry import OPERATORS, RegistryState
from tolmach.services import registry
from tolmach.services.registry import Standing

app = typer.Typer(name="registry", help="Registrations of senders at mobile operators.", no_args_is_help=True)

STATES = ", ".join(RegistryState)


@app.command("list", epilog="Example: tolmach sender registry list --state posted_for_approval")
def list_registry(
    account: Annotated[str | None, typer.Option(help="Only of this account.")] = None,
    state: Annotated[str | None, typer.Option(help=f"Only in this state: {STATES}.")] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List registrations, those that changed longest ago first."""
    with database(data) as store:
        found = store.read_now(lambda tx: registry.listing(tx, account, state))
    if as_json:
        console.data(
            [
                {
                    "account": one.login,
                    "sender": one.row.sender,
                    "operator": one.row.operator,
                    "state": one.row.state.value,
                    "legal_entity": one.row.legal_entity,
                    "inn": one.row.inn,
                    "comment": one.row.comment,
                    "changed_at": from_ms(one.row.changed_at).isoformat(),
                    "changed_by": one.row.changed_by,
                    "reason": one.row.reason,
                }
                for one in found
            ]
        )
        return
    rows = [
        [
            one.login,
            one.row.sender,
            one.row.operator,
            one.row.state.value,
            one.row.legal_entity,
            one.row.inn,
            f"{from_ms(one.row.changed_at):%Y-%m-%d %H:%M}",
            one.row.reason,
        ]
        for one in found
    ]
    console.table(("account", "sender", "operator", "state", "entity", "INN", "changed (UTC)", "reason"), rows)


@app.command("set", epilog="Example: tolmach sender registry set shop MyShop mts approval")
def change(
    *,
    login: Login,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The sender.")],
    operator: Annotated[str, typer.Argument(metavar="OPERATOR", help=f"One of {', '.join(OPERATORS)}.")],
    state: Annotated[str, typer.Argument(metavar="STATE", help=f"One of {STATES}.")],
    by: By = None,
    reason: Reason = "",
    data: Data = None,
) -> None:
    """Say how far the registration of a sender at an operator has come."""
    standing = Standing(state, name_of(by), reason)
    with database(data) as store:
        store.write_now(lambda tx: registry.decide(tx, login, name, operator, standing, now()))
    console.say(f"sender {name} of {login} at {operator}: {state}")
