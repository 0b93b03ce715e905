"""``tolmach receipt``: receipts that match no message, and matching them when a carrier's way with ids is known."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from tolmach.cli import console, linkstates
from tolmach.cli.errors import CommandError
from tolmach.cli.opening import AsJson, Data, database, load_settings, now
from tolmach.codecs.smpp.receipt import IdForm
from tolmach.core.links import IdRules, Prefer, SmppLink
from tolmach.core.moments import from_ms
from tolmach.services import rematching
from tolmach.services.catalogue import Catalogue
from tolmach.services.delivery import Delivery
from tolmach.services.rematching import Page, Rematching
from tolmach.store import rematching as kept_receipts
from tolmach.store.database import Database
from tolmach.store.rematching import Kept

MOST: Final = 100
EXAMPLES: Final = 5

app = typer.Typer(name="receipt", help="Receipts that match no message.", no_args_is_help=True)


@app.command("list", epilog="Example: tolmach receipt list --link carrier")
def list_kept(
    link: Annotated[str | None, typer.Option(help="Only those of this link.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = MOST,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the receipts that are kept because they match no message, with their ids as the carrier wrote them."""
    with database(data) as store:
        found = store.read_now(lambda tx: kept_receipts.newest(tx, link, most))
        counts = store.read_now(kept_receipts.counts)
    if as_json:
        console.data([_plain(one) for one in found])
        return
    columns = ("link", "id in the text", "id in the TLV", "status", "of", "received")
    console.table(columns, [_row(one) for one in found])
    total = counts.get(link, 0) if link else sum(counts.values())
    if total > len(found):
        console.say(f"{total} in all")


@app.command("rematch", epilog="Example: tolmach receipt rematch carrier --answer hex --text decimal --dry-run")
def rematch(
    link: Annotated[str, typer.Argument(metavar="LINK", help="Name of the link.")],
    *,
    answer: Annotated[IdForm | None, typer.Option(help="How the carrier writes ids in its answers.")] = None,
    text: Annotated[IdForm | None, typer.Option(help="In the text of its receipts.")] = None,
    tlv: Annotated[IdForm | None, typer.Option(help="In the TLV of its receipts.")] = None,
    prefer: Annotated[Prefer | None, typer.Option(help="Whose id counts when a receipt has two.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would match, change nothing.")] = False,
    data: Data = None,
) -> None:
    """Match the kept receipts of a link by other rules than those of its settings (left out: as they are there).

    The rules hold for this once: those of the settings are for what comes. When they change there, the gateway matches
    what it keeps by itself, at its next start.
    """
    settings = load_settings(data=data)
    with database(data) as store:
        configured = _rules(store, linkstates.configured(settings), link)
        forms = (answer or configured.answer, text or configured.text, tlv or configured.tlv)
        rules = IdRules(answer=forms[0], text=forms[1], tlv=forms[2], prefer=prefer or configured.prefer)
        asked = store.read_now(lambda tx: rematching.plan(tx, link, rules, configured))
        delivery = Delivery(Catalogue(), settings.grace_period)
        seen, matched, examples = _work(store, delivery, asked, dry_run=dry_run)
    for came, part in examples:
        console.say(f"{came} is {part}")
    console.say(f"{matched} of {seen} kept receipts {'would match' if dry_run else 'match'}")


def _work(
    store: Database, delivery: Delivery, asked: Rematching, *, dry_run: bool
) -> tuple[int, int, Sequence[tuple[str, str]]]:
    seen, matched, last = 0, 0, 0
    examples: list[tuple[str, str]] = []
    while True:
        page = _page(store, delivery, asked, last, dry_run=dry_run)
        if not page.seen:
            return seen, matched, examples[:EXAMPLES]
        seen, matched, last = seen + page.seen, matched + len(page.matched), page.last
        examples += page.matched[:EXAMPLES]


def _page(store: Database, delivery: Delivery, asked: Rematching, last: int, *, dry_run: bool) -> Page:
    if dry_run:
        return store.read_now(lambda tx: rematching.look(tx, asked, last)[0])
    return store.write_now(lambda tx: rematching.rematch(tx, delivery, asked, now(), last))


def _rules(store: Database, links: Sequence[Any], name: str) -> IdRules:
    """Return the rules of a link: those of its settings, or the last known of one that is no longer there."""
    for link in links:
        if link.name == name:
            if isinstance(link, SmppLink):
                return link.ids
            raise CommandError(f"{name} is no link over SMPP: its ids need no rules")
    known = store.read_now(lambda tx: kept_receipts.rules(tx, name))
    if known is None:
        raise CommandError(f"there is no link {name!r}")
    return known


def _row(one: Kept) -> list[str]:
    orphan = one.orphan
    ids = [orphan.text_id or ("" if orphan.tlv_id else orphan.provider_id), orphan.tlv_id]
    moments = [f"{from_ms(at):%Y-%m-%d %H:%M:%S}" for at in (orphan.at, orphan.received_at)]
    return [orphan.link, *ids, orphan.status.value, *moments]


def _plain(one: Kept) -> dict[str, Any]:
    orphan = one.orphan
    return {
        "id": one.id,
        "link": orphan.link,
        "kept_as": orphan.provider_id,
        "text_id": orphan.text_id,
        "tlv_id": orphan.tlv_id,
        "status": orphan.status.value,
        "at": from_ms(orphan.at).isoformat(),
        "received_at": from_ms(orphan.received_at).isoformat(),
    }
