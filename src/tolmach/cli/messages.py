"""``tolmach message``: sent on behalf of an account, listed, and one of them told from its acceptance to its end."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from tolmach.cli import console, via
from tolmach.cli.errors import FAILED, MISUSED, CommandError
from tolmach.cli.opening import AsJson, Data, database, now
from tolmach.cli.quotes import quote
from tolmach.cli.steps import HELP, read_step
from tolmach.codecs import walltime
from tolmach.core.accounts import Account
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.drafts import Draft, For, Step, Success
from tolmach.core.money import Money, fixed
from tolmach.core.results import Accepted, SendItem, SendResult
from tolmach.core.results.timelines import Timeline
from tolmach.services import messages, timelines
from tolmach.services.explanations import REJECTIONS

app = typer.Typer(name="message", help="Messages: send, list, and show what happened.", no_args_is_help=True)

LONGEST_VALIDITY = 7 * 24 * 60


@app.command("send", epilog="Example: tolmach message send --account demo --to 79161234500 --text Hello")
def send(
    *,
    account: Annotated[str | None, typer.Option(help="Login of the account that sends and pays.")] = None,
    to: Annotated[list[str], typer.Option(help="Phone number in any usual form; repeatable.")],
    text: Annotated[str | None, typer.Option(help="Text of the SMS.")] = None,
    vcard: Annotated[Path | None, typer.Option(metavar="FILE", help="A vCard to send as SMS.")] = None,
    step: Annotated[list[str] | None, typer.Option("--step", help=HELP)] = None,
    viber_text: Annotated[str | None, typer.Option(help="Text of a Viber message, tried before the SMS.")] = None,
    viber_button: Annotated[str, typer.Option(help="Caption of its button.")] = "",
    viber_link: Annotated[str, typer.Option(help="Link of its button.")] = "",
    viber_image: Annotated[str, typer.Option(help="Address of its picture; needs a button.")] = "",
    until_read: Annotated[bool, typer.Option("--until-read", help="Send the SMS unless the Viber is read.")] = False,
    sender: Annotated[str | None, typer.Option(help="Sender; the account's default when left out.")] = None,
    at: Annotated[str | None, typer.Option(help="Local time of the account, as in '2026-12-31 09:00'.")] = None,
    validity: Annotated[int, typer.Option(min=1, max=LONGEST_VALIDITY, help="Minutes that a step is valid.")] = 1440,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and price, send nothing.")] = False,
    provider: Annotated[
        str | None,
        typer.Option("--via", help="Send straight through prontosms, targetsms, smspager or mobilgroup instead."),
    ] = None,
    url: Annotated[str | None, typer.Option(help="With --via: its address, when it is another than usual.")] = None,
    login: Annotated[str | None, typer.Option(help="With --via: login of the account there.")] = None,
    client: Annotated[str | None, typer.Option(help="With --via mobilgroup: user_id.")] = None,
    wait: Annotated[float, typer.Option(min=0, help="With --via: seconds to wait for the statuses.")] = 0,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Accept messages on behalf of an account; the running gateway sends them. Ends with 1 when one is refused.

    With --via they go straight to a provider, without any gateway. The password is that of TOLMACH_VIA_PASSWORD, or it
    is asked for.
    """
    card = None if viber_text is None else ViberCard(viber_text, viber_button, viber_link, viber_image)
    if card is None and (viber_button or viber_link or viber_image or until_read):
        raise CommandError("options of a Viber message need --viber-text", MISUSED)
    steps = [read_step(one, sender, validity) for one in [*(step or ()), *([f"vcard={vcard}"] if vcard else [])]]
    if not steps or text is not None or card is not None:
        steps += _steps(text, card, sender, validity, until_read=until_read)
    if provider is not None:
        if len(steps) > 1 or at is not None or dry_run or account is not None:
            raise CommandError(
                "--via takes one of --text, --viber-text and --vcard, and no --account, --at, --dry-run", MISUSED
            )
        straight = [via.message(number, steps[0].content, sender, validity) for number in to]
        via.send(via.Provider(provider, url, login, client), straight, wait, as_json=as_json)
        return
    if account is None:
        raise CommandError("give --account, or --via and --login", MISUSED)
    due = None if at is None else _moment(at)
    drafts = tuple(Draft(number, tuple(steps), due=due) for number in to)
    command = SendMessages(drafts, messages.DIALECT, dry_run=dry_run)
    with database(data) as store:
        owner, result = store.write_now(lambda tx: messages.post(tx, account, command, now()))
    _print_items(owner, to, result, dry_run=dry_run, as_json=as_json)
    if not all(isinstance(item, Accepted) for item in result.items):
        raise typer.Exit(FAILED)


app.command("quote", epilog="Example: tolmach message quote --account demo --to 79161234500 --text 'Sale — 20 %'")(
    quote
)


@app.command("list", epilog="Example: tolmach message list --account demo --to 79161234500 --limit 5")
def list_messages(
    account: Annotated[str | None, typer.Option(help="Only of this account.")] = None,
    to: Annotated[str | None, typer.Option(help="Only to this number.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.")] = 20,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the newest messages, newest first."""
    with database(data) as store:
        found = store.read_now(lambda tx: messages.latest(tx, limit, account, to))
    if as_json:
        console.data(
            [
                {
                    "id": one.id,
                    "account": one.login,
                    "to": one.recipient,
                    "channels": [channel.value for channel in one.channels],
                    "sender": one.sender,
                    "status": one.status.value,
                    "accepted_at": one.accepted_at.isoformat(),
                    "dialect": one.dialect,
                }
                for one in found
            ]
        )
        return
    rows = [
        [
            str(one.id),
            f"{one.accepted_at:%Y-%m-%d %H:%M:%S}",
            one.login,
            one.sender,
            one.recipient,
            ", ".join(one.channels),
            one.status.value,
        ]
        for one in found
    ]
    console.table(("id", "accepted", "account", "sender", "to", "channels", "status"), rows, right=("id",))


@app.command("show", epilog="Example: tolmach message show 10")
def show(
    message_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a message, or of one of its legs.")],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Tell everything that happened to one message, in its account's local time."""
    number = timelines.read_id(message_id)
    with database(data) as store:
        found = store.read_now(lambda tx: timelines.timeline(tx, number, now()))
    if as_json:
        console.data(_values(found))
        return
    console.say(f"message {found.id} of {found.login} to {found.recipient}: {found.status}")
    for step, leg in enumerate(found.legs, 1):
        price = f"{leg.parts} part{'' if leg.parts == 1 else 's'}, {fixed(leg.price)} {found.currency}"
        console.say(f"  step {step}: {leg.channel} from {leg.sender}, {price}: {leg.text}")
    if found.request:
        console.say(f"request {found.request}{f', trace {found.trace}' if found.trace else ''}")
    for check in found.checks:
        console.say(f"check: {check}")
    for route in found.routes:
        console.say(route)
    console.say(f"times are those of {found.zone}")
    rows = [
        [_time(moment.at), moment.event.value, str(moment.step) if moment.step else "", moment.detail]
        for moment in found.moments
    ]
    console.table(("time", "event", "step", "detail"), rows)
    console.say(found.conclusion)


def _steps(
    text: str | None, card: ViberCard | None, sender: str | None, minutes: int, *, until_read: bool
) -> list[Step]:
    """Return the Viber message, if there is one, and the SMS after it."""
    lasts, steps = For(timedelta(minutes=minutes)), []
    if card is not None:
        success = Success.READ if until_read else Success.DELIVERED
        steps.append(Step(Channel.VIBER, card, sender, lasts, success))
    if text is not None:
        steps.append(Step(Channel.SMS, SmsText(text), sender, lasts))
    if not steps:
        raise CommandError("nothing to send: give --text, --viber-text, --vcard or --step", MISUSED)
    return steps


def _moment(text: str) -> datetime:
    try:
        return walltime.read(text)
    except ValueError:
        raise CommandError(f"--at {text!r} is not a time of the form 2026-12-31 09:00", MISUSED) from None


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"


def _print_items(owner: Account, to: list[str], result: SendResult, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        console.data([_item(number, item) for number, item in zip(to, result.items, strict=True)])
        return
    rows = [_row(number, item, owner.currency) for number, item in zip(to, result.items, strict=True)]
    console.table(("to", "id", "parts", "price", "outcome"), rows, right=("id", "parts", "price"))
    if dry_run:
        console.say("checked only: nothing was stored")
    elif any(isinstance(item, Accepted) for item in result.items):
        console.say(f"sending begins at {result.sends_at:%Y-%m-%d %H:%M:%S} ({owner.time_zone})")


def _row(number: str, item: SendItem, currency: str) -> list[str]:
    if not isinstance(item, Accepted):
        return [number, "", "", "", f"refused: {REJECTIONS[item.reason]}"]
    identity = str(item.id) if item.id else ""
    return [item.recipient, identity, _parts(item), f"{fixed(_price(item))} {currency}", "accepted"]


def _item(number: str, item: SendItem) -> dict[str, Any]:
    if not isinstance(item, Accepted):
        return {"to": number, "rejected": item.reason.value, "because": REJECTIONS[item.reason]}
    legs = [{"channel": leg.channel.value, "parts": leg.parts, "price": fixed(leg.price)} for leg in item.legs]
    return {"to": item.recipient, "id": item.id or None, "legs": legs, "price": fixed(_price(item))}


def _parts(item: Accepted) -> str:
    return " + ".join(str(leg.parts) for leg in item.legs)


def _price(item: Accepted) -> Money:
    """Everything that is held: the price of every step."""
    return Money(sum(leg.price for leg in item.legs))


def _values(found: Timeline) -> dict[str, Any]:
    return {
        "id": found.id,
        "account": found.login,
        "to": found.recipient,
        "dialect": found.dialect,
        "client_key": found.client_key,
        "request": found.request,
        "trace": found.trace,
        "status": found.status.value,
        "currency": found.currency,
        "legs": [
            {
                "channel": leg.channel.value,
                "sender": leg.sender,
                "text": leg.text,
                "parts": leg.parts,
                "price": fixed(leg.price),
            }
            for leg in found.legs
        ],
        "timeline": [
            {
                "at": moment.at.isoformat(timespec="milliseconds"),
                "event": moment.event.value,
                "step": moment.step,
                "detail": moment.detail,
                "amount": fixed(moment.amount) if moment.amount else None,
            }
            for moment in found.moments
        ],
        "checks": list(found.checks),
        "routes": list(found.routes),
        "conclusion": found.conclusion,
    }
