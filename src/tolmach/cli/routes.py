"""``tolmach route``: which links carry which messages."""

from collections.abc import Mapping
from typing import Annotated

import typer

from tolmach.cli import console, linkstates
from tolmach.cli.opening import AsJson, Data, database, load_settings
from tolmach.core.content import Channel
from tolmach.core.ids import AccountId
from tolmach.core.route import Conditions, Rule, Subject
from tolmach.core.traffic import Traffic
from tolmach.services import accounts, numbering, routing, stoplist
from tolmach.store.database import Tx

app = typer.Typer(name="route", help="Routes: rules, in order, that name links for messages.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ROUTE", help="Id of the route, as `tolmach route list` shows it.")]
AnyChannel = Annotated[Channel | None, typer.Option("--channel", help="Channel of the message.")]
AnyTraffic = Annotated[Traffic | None, typer.Option("--traffic", help="Class of traffic.")]
AnyAccount = Annotated[str | None, typer.Option("--account", metavar="LOGIN", help="Account that sends.")]
AnySender = Annotated[str, typer.Option("--sender", help="Sender of the message.")]


@app.command("add", epilog="Example: tolmach route add cheap=3 solid=1 --direction Россия --traffic advert")
def add(
    *,
    links: Annotated[list[str], typer.Argument(metavar="LINK[=WEIGHT]...", help="Links; a weight is 1 if not given.")],
    channel: AnyChannel = None,
    direction: Annotated[str, typer.Option(help="Direction of the price lists.")] = "",
    operator: Annotated[str, typer.Option(help="Operator by the numbering plan.")] = "",
    prefix: Annotated[str, typer.Option(help="First digits of the recipient.")] = "",
    account: AnyAccount = None,
    sender: AnySender = "",
    traffic: AnyTraffic = None,
    on_undelivered: Annotated[
        bool, typer.Option("--on-undelivered", help="What a link did not deliver is sent again by the next one.")
    ] = False,
    patience: Annotated[float, typer.Option(help="Seconds a link may be without room before the next is asked.")] = 10,
    place: Annotated[int | None, typer.Option(help="Place among the routes, from 1; last when left out.")] = None,
    data: Data = None,
) -> None:
    """Add a rule. The first rule whose conditions all hold decides; without one, any link of the channel will do."""
    targets = tuple(routing.read_target(text) for text in links)

    def work(tx: Tx) -> Rule:
        owner = None if account is None else accounts.find(tx, account).id
        about = Conditions(channel, direction, operator, prefix, owner, sender, traffic)
        return routing.add(tx, Rule(0, 0, about, targets, on_undelivered, patience), place)

    with database(data) as store:
        added = store.write_now(work)
    console.say(f"route {added.id} stands at place {added.position}")
    unknown = [target.link for target in targets if target.link not in _links(data)]
    if unknown:
        console.warn(f"there is no link {', '.join(unknown)} yet: what goes by this route waits for it")


@app.command("list", epilog="Example: tolmach route list")
def list_routes(as_json: AsJson = False, data: Data = None) -> None:
    """List the rules in their order."""
    with database(data) as store:
        found = store.read_now(routing.everything)
        logins = store.read_now(accounts.logins)
    if as_json:
        console.data([_plain(rule, logins) for rule in found])
        return
    rows = [
        [str(rule.position), str(rule.id), _conditions(rule, logins), _targets(rule), _manners(rule)] for rule in found
    ]
    console.table(("place", "route", "messages", "links", "note"), rows, right=("place", "route"))


@app.command("move", epilog="Example: tolmach route move 3 1")
def move(
    route: Number,
    place: Annotated[int, typer.Argument(metavar="PLACE", help="Place among the routes, from 1.")],
    data: Data = None,
) -> None:
    """Give a rule another place in the order."""
    with database(data) as store:
        moved = store.write_now(lambda tx: routing.move(tx, route, place))
    console.say(f"route {moved.id} stands at place {moved.position}")


@app.command("remove", epilog="Example: tolmach route remove 3")
def remove(route: Number, data: Data = None) -> None:
    """Forget a rule. What waits to be sent goes by the other rules from now on."""
    with database(data) as store:
        store.write_now(lambda tx: routing.remove(tx, route))
    console.say(f"route {route} is removed")


@app.command("explain", epilog="Example: tolmach route explain +79161234567 --account shop --sender MyShop")
def explain(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Recipient in any usual form.")],
    account: AnyAccount = None,
    sender: AnySender = "",
    channel: Annotated[Channel, typer.Option("--channel", help="Channel of the message.")] = Channel.SMS,
    traffic: AnyTraffic = None,
    data: Data = None,
) -> None:
    """Tell which rule decides for a message, and why those before it do not."""
    (phone,) = stoplist.read_numbers([number])

    def work(tx: Tx) -> routing.Explanation:
        return routing.explain(
            tx, numbering.current(tx), routing.subject(tx, phone, account or "", sender, channel, traffic)
        )

    with database(data) as store:
        found = store.read_now(work)
        logins = store.read_now(accounts.logins)
    subject = found.subject
    console.say(
        f"{phone}: {subject.channel}, {subject.traffic}, direction {subject.direction or 'unknown'}, "
        f"operator {subject.operator or 'unknown'}"
    )
    if found.note:
        console.say(found.note)
    for look in found.looks:
        console.say(f"  route {look.rule.id} ({_conditions(look.rule, logins)}): {_missed(look.missed, subject)}")
    console.say(_verdict(found, data))


def _missed(name: str, subject: Subject) -> str:
    if not name:
        return "decides"
    unnamed = (name == "account" and not subject.account) or (name == "sender" and not subject.sender)
    return f"passed over: no {name} is named" if unnamed else f"passed over: another {name}"


def _verdict(found: routing.Explanation, data: Data) -> str:
    if found.rule is None:
        able = ", ".join(_links(data)) or "none"
        return f"No route decides: any link of the channel carries it, in the order of the settings ({able})."
    total = sum(target.weight for target in found.rule.targets)
    shares = [
        f"{target.link} {100 * target.weight // total} %{'' if target.link in _links(data) else ' (no such link)'}"
        for target in found.rule.targets
    ]
    after = "; what one does not deliver goes to the next" if found.rule.on_undelivered else ""
    return f"First asked: {', '.join(shares)}; the others follow when it is down or refuses{after}."


def _links(data: Data) -> list[str]:
    return list(linkstates.known(load_settings(data=data)))


def _conditions(rule: Rule, logins: Mapping[AccountId, str]) -> str:
    about = rule.conditions
    words = []
    for name in about.given:
        value = getattr(about, name)
        words.append(f"{name} {logins.get(value, value) if name == 'account' else value}")
    return ", ".join(words) or "all"


def _targets(rule: Rule) -> str:
    return ", ".join(f"{one.link}={one.weight}" if len(rule.targets) > 1 else one.link for one in rule.targets)


def _manners(rule: Rule) -> str:
    return "again when not delivered" if rule.on_undelivered else ""


def _plain(rule: Rule, logins: Mapping[AccountId, str]) -> dict[str, object]:
    about = rule.conditions
    return {
        "route": rule.id,
        "place": rule.position,
        "channel": about.channel,
        "direction": about.direction or None,
        "operator": about.operator or None,
        "prefix": about.prefix or None,
        "account": None if about.account is None else logins.get(about.account),
        "sender": about.sender or None,
        "traffic": about.traffic,
        "links": [{"link": one.link, "weight": one.weight} for one in rule.targets],
        "on_undelivered": rule.on_undelivered,
        "patience": rule.patience,
    }
