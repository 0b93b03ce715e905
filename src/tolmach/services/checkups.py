"""Checkups: is what is stored sound, and does it flow? Each check says what it found and what to do about it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tolmach.core.condition import LinkState
from tolmach.core.content import Channel
from tolmach.core.moments import duration_ms, from_ms, to_ms
from tolmach.core.money import ZERO, Money, fixed
from tolmach.core.results import SenderState
from tolmach.core.roles import EVERY_ROLE, written
from tolmach.services.links import View
from tolmach.services.memberships import Membership
from tolmach.store import (
    accounts,
    callbacks,
    inspection,
    ledger,
    messages,
    moderations,
    partitions,
    queue,
    registrations,
    routes,
    senders,
)
from tolmach.store.database import Tx
from tolmach.store.ledger import Balance
from tolmach.store.queue import Kind

LATE = timedelta(minutes=1)
TOO_LATE = timedelta(hours=1)
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # no installation is older than the software
TOLERANCE = timedelta(minutes=5)
UNDECIDED = timedelta(days=1)
MOST_TEXTS = 1_000


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


RECOVER = "stop the gateway, copy the file, and restore a backup or use sqlite3's .recover"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check; ``advice`` says what to do, empty when all is well."""

    check: str
    level: Level
    text: str
    advice: str = ""


def examine(tx: Tx, now: datetime) -> Sequence[Finding]:
    """Check everything that stands in the database."""
    return [
        _balances(tx),
        _holds(tx),
        _queue(tx, now),
        _moderation(tx, now),
        _clock(tx, now),
        *_accounts(tx),
        *_callbacks(tx, now),
        *_places(tx),
    ]


def _places(tx: Tx) -> Iterator[Finding]:
    """Messages have places for a while: a gateway makes partitions ahead of need."""
    if not partitions.cut(tx):
        return
    left = partitions.ahead(tx)
    text = f"{left} messages have a place in partitions that are there"
    if left >= partitions.size(tx):
        yield Finding("partitions", Level.OK, text)
    else:
        advice = "a running gateway makes partitions; see its log for what keeps it, and docs/operations/scaling.md"
        yield Finding("partitions", Level.WARN, text, advice)


def integrity(damage: Sequence[str]) -> Finding:
    """Tell what SQLite finds wrong with its file."""
    if not damage:
        return Finding("integrity", Level.OK, "SQLite finds the file sound")
    return Finding("integrity", Level.FAIL, f"SQLite finds the file damaged: {damage[0]}", RECOVER)


def _compared(tx: Tx) -> dict[str, tuple[Balance, Balance, Money]]:
    """Return login -> (balance, sum of the ledger, held for live messages)."""
    everyone = accounts.everyone(tx)
    stored = ledger.balances_of(tx, [account.id for account in everyone])
    sums, holds = ledger.sums(tx), inspection.open_holds(tx)
    nothing = Balance(ZERO, ZERO)
    return {
        account.login: (
            stored.get(account.id, nothing),
            sums.get(account.id, nothing),
            holds.get(account.id, ZERO),
        )
        for account in everyone
    }


def _balances(tx: Tx) -> Finding:
    found = _compared(tx)
    wrong = [
        f"{login} ({_money(stored)} against {_money(total)})"
        for login, (stored, total, _) in found.items()
        if stored != total
    ]
    if not wrong:
        return Finding("ledger", Level.OK, f"every balance is the sum of its entries (accounts: {len(found)})")
    advice = "stop the gateway and keep the file for inspection; the ledger, not the balance, tells the truth"
    return Finding("ledger", Level.FAIL, f"balances differ from the sums of their entries: {', '.join(wrong)}", advice)


def _holds(tx: Tx) -> Finding:
    wrong = [
        f"{login} ({fixed(stored.held)} held, {fixed(live)} for live messages)"
        for login, (stored, _, live) in _compared(tx).items()
        if stored.held != live
    ]
    if not wrong:
        return Finding("holds", Level.OK, "what is held equals the prices of live messages")
    advice = "look at the newest messages of these accounts with `tolmach message list` and `tolmach message show`"
    return Finding("holds", Level.FAIL, f"money is held for no live message, or not held: {', '.join(wrong)}", advice)


def _queue(tx: Tx, now: datetime) -> Finding:
    dues = [due for kind in Kind if (due := queue.next_due(tx, kind)) is not None]
    if not dues:
        return Finding("queue", Level.OK, "nothing waits")
    late = to_ms(now) - min(dues)
    if late <= duration_ms(LATE):
        return Finding("queue", Level.OK, f"nothing is overdue; the next is due at {_utc(min(dues))}")
    level = Level.FAIL if late > duration_ms(TOO_LATE) else Level.WARN
    advice = "start the gateway with `tolmach serve`, or look into its log when it runs"
    return Finding("queue", level, f"the oldest message is due since {_utc(min(dues))}", advice)


def _moderation(tx: Tx, now: datetime) -> Finding:
    waiting = [one.created_at for one in moderations.awaited(tx, MOST_TEXTS)] + [
        one.created_at for one in registrations.waiting(tx)
    ]
    if not waiting:
        return Finding("moderation", Level.OK, "no text and no sender waits for a decision")
    what = "1 text or sender waits" if len(waiting) == 1 else f"{len(waiting)} texts or senders wait"
    text = f"{what} for a decision, the first since {_utc(min(waiting))}"
    if to_ms(now) - min(waiting) <= duration_ms(UNDECIDED):
        return Finding("moderation", Level.OK, text)
    advice = "decide with `tolmach moderation list` and `tolmach sender queue`: what waits too long expires"
    return Finding("moderation", Level.WARN, text, advice)


def _clock(tx: Tx, now: datetime) -> Finding:
    advice = "set the machine's clock and keep it set (NTP): due moments, validity and leases depend on it"
    if now < EARLIEST:
        return Finding("clock", Level.FAIL, f"the machine's clock says {now:%Y-%m-%d %H:%M}", advice)
    newest = messages.latest(tx, 1)
    if newest and newest[0].accepted_at > to_ms(now + TOLERANCE):
        text = f"the newest message was accepted at {_utc(newest[0].accepted_at)}, which lies ahead"
        return Finding("clock", Level.FAIL, text, advice)
    return Finding("clock", Level.OK, f"the clock says {now:%Y-%m-%d %H:%M:%S} UTC")


def examine_routes(tx: Tx, links: Collection[str]) -> Finding:
    """Check that routes name links that exist."""
    rules = routes.everything(tx)
    missing = sorted({target.link for rule in rules for target in rule.targets} - set(links))
    if not missing:
        return Finding("routes", Level.OK, f"every link that a route names exists (routes: {len(rules)})")
    text = f"routes name links that do not exist: {', '.join(missing)}; what goes by them waits"
    return Finding("routes", Level.WARN, text, "add the links to the settings, or see `tolmach route list`")


def examine_roles(found: Sequence[Membership]) -> Iterator[Finding]:
    """Check that every role has a process; nobody knows while no gateway runs, and on SQLite one does everything."""
    alive = [one.process.roles for one in found if not one.gone]
    missing = EVERY_ROLE.difference(*alive)
    if not alive:
        return
    if missing:
        text = f"no process does {written(missing)}: that waits"
        yield Finding("roles", Level.WARN, text, "start one with these `--roles` (docs/operations/processes.md)")
    else:
        yield Finding("roles", Level.OK, "every role has a process")


def examine_links(views: Mapping[Channel, Sequence[View]]) -> Iterator[Finding]:
    """Check that each channel with links has one that is up; nobody knows while no gateway runs."""
    fine = True
    for channel, found in views.items():
        states = {one.state for one in found}
        if found and states != {LinkState.STALE} and LinkState.UP not in states:
            fine = False
            names = ", ".join(f"{one.name} ({one.state.value})" for one in found)
            advice = "see `tolmach link show NAME` for its last error, and try it with `tolmach link test NAME`"
            yield Finding("links", Level.WARN, f"no link that carries {channel.value} is up: {names}", advice)
    if fine:
        yield Finding("links", Level.OK, "every channel that links carry has one that is up, or no gateway runs")


def _accounts(tx: Tx) -> Iterator[Finding]:
    everyone = accounts.everyone(tx)
    if not everyone:
        yield Finding("accounts", Level.WARN, "there are no accounts", "add one with `tolmach account add`")
        return
    problems = False
    for account in everyone:
        approved = SenderState.COMPLETED in senders.of_account(tx, account.id).values()
        if account.tariff is None:
            problems = True
            advice = f"give it one with `tolmach account set {account.login} --tariff NAME`"
            yield Finding("accounts", Level.WARN, f"{account.login} has no tariff and cannot send", advice)
        if not approved and not account.any_sender:
            problems = True
            advice = f"add one with `tolmach sender add {account.login} NAME --approved`"
            yield Finding("accounts", Level.WARN, f"{account.login} has no approved sender and cannot send", advice)
    if not problems:
        yield Finding("accounts", Level.OK, f"every account has a tariff and a sender (accounts: {len(everyone)})")


def _callbacks(tx: Tx, now: datetime) -> Iterator[Finding]:
    counts, due = inspection.callback_counts(tx), callbacks.next_due(tx)
    pending, failed = counts.get(callbacks.PENDING, 0), counts.get(callbacks.FAILED, 0)
    if due is not None and to_ms(now) - due > duration_ms(LATE):
        advice = "start the gateway with `tolmach serve`, or look into its log when it runs"
        yield Finding("callbacks", Level.WARN, f"{pending} wait, the oldest since {_utc(due)}", advice)
    if failed:
        advice = "check the callback URLs with `tolmach account show`, and the clients' servers"
        yield Finding("callbacks", Level.WARN, f"{failed} failed for good, {pending} wait", advice)
    elif due is None or to_ms(now) - due <= duration_ms(LATE):
        yield Finding("callbacks", Level.OK, f"{pending} wait, none failed")


def _money(balance: Balance) -> str:
    return f"{fixed(balance.available)} + {fixed(balance.held)} held"


def _utc(ms: int) -> str:
    return f"{from_ms(ms):%Y-%m-%d %H:%M:%S} UTC"
