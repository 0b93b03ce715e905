"""Money that an operator gives to an account or takes from it: an entry of the ledger, never an edit of a balance."""

from datetime import datetime

from tolmach.core.moments import to_ms
from tolmach.core.money import Money, parse_money
from tolmach.core.sentences import say
from tolmach.services import accounts
from tolmach.services.administration import BadValueError
from tolmach.store import ledger
from tolmach.store.database import Tx
from tolmach.store.ledger import Balance, Entry, Movement

LONGEST_NOTE = 255


def read_amount(text: str) -> Money:
    """Read an amount of money; BadValueError."""
    try:
        return parse_money(text)
    except ValueError:
        raise BadValueError(
            say("%(text)r is not an amount of money: write it as in 1000 or 99.50", text=text)
        ) from None


def top_up(tx: Tx, login: str, amount: Money, note: str, now: datetime, *, adjust: bool = False) -> Balance:
    """Change what an account can spend and return its new balance; BadValueError or NotFoundError.

    ``adjust`` allows what is no top-up: zero or less.
    """
    account = accounts.find(tx, login)
    if amount <= 0 and not adjust:
        raise BadValueError(say("a top-up is more than zero; only a correction may be less"))
    if len(note) > LONGEST_NOTE or not note.isprintable():
        raise BadValueError(
            say("the note is not one line of at most %(longest_note)s printable characters", longest_note=LONGEST_NOTE)
        )
    ledger.append(tx, [Entry(account.id, Movement.TOP_UP, amount, 0, to_ms(now), note=note)])
    return ledger.balances_of(tx, [account.id])[account.id]
