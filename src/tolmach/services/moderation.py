"""Moderation of texts as an operator does it: what waits, decisions, and the stop words.

A decision is one transaction; what follows for the messages goes in batches (`carry_out`), by whoever decided and by
the running gateway, so that a text with a hundred thousand messages holds nobody up and a crash loses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tolmach.core.moderation import Ruling, Verdict, fold
from tolmach.core.moments import to_ms
from tolmach.core.sentences import say
from tolmach.services import accounts
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError
from tolmach.services.delivery import Delivery
from tolmach.services.progress import Effects
from tolmach.store import accounts as stored_accounts
from tolmach.store import messages, moderations
from tolmach.store.database import Tx
from tolmach.store.moderations import Moderation

BATCH = 500
SHOWN = 10  # recipients of a text
LARGEST_PAGE = 10_000
LONGEST_WORD = 100
_DECIDED = (Ruling.APPROVING, Ruling.APPROVED, Ruling.REJECTING, Ruling.REJECTED)
_SETTLED = {Ruling.APPROVING: Ruling.APPROVED, Ruling.REJECTING: Ruling.REJECTED}


@dataclass(frozen=True, slots=True)
class Listed:
    """A text with its account's login, and the first recipients where they were asked for."""

    login: str
    moderation: Moderation
    recipients: Sequence[str] = ()


def listing(tx: Tx, login: str | None = None, *, decided: bool = False, limit: int = 100) -> Sequence[Listed]:
    """Return the texts that messages wait for, or those that were decided on; BadValueError, NotFoundError."""
    if not 0 < limit <= LARGEST_PAGE:
        raise BadValueError(say("the limit is not between 1 and %(largest_page)s", largest_page=LARGEST_PAGE))
    logins = {one.id: one.login for one in stored_accounts.everyone(tx)}
    account = None if login is None else accounts.find(tx, login).id
    texts = moderations.listed(tx, _DECIDED, limit, account) if decided else moderations.awaited(tx, limit, account)
    return [Listed(logins[one.account], one) for one in texts]


def shown(tx: Tx, number: int) -> Listed:
    """Return a text with its first recipients; NotFoundError."""
    found = _find(tx, number)
    known = messages.by_ids(tx, moderations.waiting(tx, number, SHOWN))
    account = stored_accounts.by_id(tx, found.account)
    assert account is not None
    return Listed(account.login, found, [known[id_].recipient for id_ in sorted(known)])


def decide(tx: Tx, number: int, verdict: Verdict, now: datetime, *, revise: bool = False) -> Moderation:
    """Decide on a text; NotFoundError, ConflictError when somebody has decided before (unless ``revise``).

    The messages follow with `carry_out`. Those that an earlier decision has let go, or refused, stay as they are.
    """
    found = _find(tx, number)
    earlier = (Ruling.WAITING, Ruling.APPROVED, Ruling.REJECTED) if revise else (Ruling.WAITING,)
    if not moderations.decide(tx, number, earlier, verdict, to_ms(now)):
        word = say("approved") if found.state in (Ruling.APPROVING, Ruling.APPROVED) else say("rejected")
        raise ConflictError(
            say(
                "text %(number)s has been %(word)s already by %(decided_by)s",
                number=number,
                word=word,
                decided_by=found.decided_by,
            )
        )
    return found


def carry_out(tx: Tx, delivery: Delivery, now: datetime, limit: int = BATCH) -> tuple[Effects, int]:
    """Let go, or refuse, a batch of messages whose texts were decided on; also return how many there were.

    0 means that nothing is left to do.
    """
    effects, done = Effects(), 0
    for number, state in moderations.unsettled(tx):
        ids = moderations.waiting(tx, number, limit - done)
        act = delivery.release if state is Ruling.APPROVING else delivery.decline
        effects |= act(tx, ids, now)
        done += len(ids)
        if done >= limit:
            break
        moderations.settle(tx, number, state, _SETTLED[state])
    return effects, done


def add_words(tx: Tx, new: Sequence[str], now: datetime) -> int:
    """Add stop words or phrases; return how many were new; BadValueError."""
    return moderations.add_words(tx, [_word(text) for text in new], to_ms(now))


def remove_words(tx: Tx, gone: Sequence[str]) -> int:
    """Take stop words away; return how many were there; BadValueError."""
    return moderations.remove_words(tx, [_word(text) for text in gone])


def _word(text: str) -> str:
    word = fold(text)
    if not 0 < len(word) <= LONGEST_WORD:
        raise BadValueError(
            say(
                "stop word %(text)r has no letter or digit, or more than %(longest_word)s characters",
                text=text,
                longest_word=LONGEST_WORD,
            )
        )
    return word


def _find(tx: Tx, number: int) -> Moderation:
    found = moderations.by_id(tx, number)
    if found is None:
        raise NotFoundError("text in moderation", str(number))
    return found
