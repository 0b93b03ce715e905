"""Counters: blocks of ids, and the revision of everything that changes seldom (accounts, senders, tariffs ...)."""

from weakref import WeakSet

from sqlalchemy import Executable, Transaction, bindparam, select, update

from tolmach.store.database import Tx
from tolmach.store.flavours import FLAVOURS, Flavour, flavour
from tolmach.store.prepared import Prepared
from tolmach.store.schema import counters

MESSAGES = "messages"
CAMPAIGNS = "campaigns"
BASES = "bases"
FILES = "files"
IMPORTS = "imports"
INVOICES = "invoices"
PATTERNS = "patterns"
REVISION = "revision"
SERIES = "series"
TRIAL = "trial"

_MOVED: WeakSet[Transaction] = WeakSet()

_VALUE = Prepared(select(counters.c.value).where(counters.c.name == bindparam("name")))


def _taking(of: Flavour) -> Executable:
    first = of.insert(counters).values(name=bindparam("name"), value=bindparam("count"))
    more = {"value": counters.c.value + first.excluded.value}
    return first.on_conflict_do_update(index_elements=["name"], set_=more).returning(counters.c.value)


_TAKE = {name: Prepared(_taking(of)) for name, of in FLAVOURS.items()}

_GIVE_BACK = Prepared(
    update(counters)
    .where(counters.c.name == bindparam("b_name"), counters.c.value == bindparam("b_last"))
    .values(value=counters.c.value - bindparam("b_count"))
)


def value(tx: Tx, name: str) -> int:
    """Return a counter (0 before its first use)."""
    return _VALUE.scalar(tx, name=name) or 0


def reserve(tx: Tx, name: str, count: int) -> int:
    """Take ``count`` numbers for good and return the first; the very first number is 1.

    Several writers do not wait for each other's transactions here; numbers of one that fails are not given again.
    """
    return flavour(tx).apart(tx, lambda own: _take(own, name, count)) - count + 1


def give_back(tx: Tx, name: str, last: int, count: int) -> None:
    """Return the numbers up to ``last`` that were reserved and not used, unless somebody has got later ones."""
    flavour(tx).apart(tx, lambda own: _GIVE_BACK.run(own, b_name=name, b_last=last, b_count=count))


def touch_revision(tx: Tx) -> None:
    """Tell every process that cached settings of accounts are out of date."""
    _take(tx, REVISION, 1)
    if (transaction := tx.get_transaction()) is not None:
        _MOVED.add(transaction)


def moved_revision(tx: Tx) -> bool:
    """Tell whether the transaction has moved the revision: what it reads may never come to be."""
    return tx.get_transaction() in _MOVED


def series(tx: Tx, drawn: int) -> int:
    """Return the number of this installation: ``drawn`` at its first use, and the same for ever after."""
    found = value(tx, SERIES)
    if not found:
        tx.execute(flavour(tx).insert(counters).values(name=SERIES, value=drawn).on_conflict_do_nothing())
        found = value(tx, SERIES)
    return found


def put(tx: Tx, name: str, number: int) -> None:
    """Give a counter a value."""
    stored = flavour(tx).insert(counters).values(name=name, value=number)
    tx.execute(stored.on_conflict_do_update(index_elements=["name"], set_={"value": number}))


def _take(tx: Tx, name: str, count: int) -> int:
    taken: int = _TAKE[tx.dialect.name].scalar(tx, name=name, count=count)
    return taken
