"""What a demonstration starts with: an account that can send at once to Russia and Ukraine, and its people."""

from datetime import datetime

from tolmach.core.content import Channel
from tolmach.core.money import parse_money
from tolmach.core.users import Role
from tolmach.services import accounts, inboxes, ledger, people, senders, tariffs
from tolmach.services.accounts import Changes
from tolmach.services.pricelists import PriceList
from tolmach.store import accounts as stored_accounts
from tolmach.store import users
from tolmach.store.database import Tx
from tolmach.store.tariffs import PriceRow

LOGIN = "demo"
PASSWORD = "demo"  # noqa: S105 - printed on the screen; the demonstration listens on this machine alone
OPERATOR = "operator"
PEOPLE = ((LOGIN, Role.OWNER, LOGIN), (OPERATOR, Role.ADMIN, None))
CLIENT_NUMBER = 1
TARIFF = "demo"
SENDER, OTHER_SENDER = "Tolmach", "INFORM"
NUMBER = "79611111111"
"""Subscribers write to it."""
BALANCE = parse_money("1000.00")
PRICES = (
    PriceRow("Россия", ("79",), Channel.SMS, parse_money("1.00")),
    PriceRow("Россия", (), Channel.VIBER, parse_money("1.50")),
    PriceRow("Россия", (), Channel.WHATSAPP, parse_money("3.00")),
    PriceRow("Россия", (), Channel.VK, parse_money("0.80")),
    PriceRow("Украина", ("380",), Channel.SMS, parse_money("2.00")),
    PriceRow("Украина", (), Channel.VIBER, parse_money("2.50")),
)


def seeded(tx: Tx) -> bool:
    """Tell whether everything is there already; then nothing of it is touched again."""
    return stored_accounts.by_login(tx, LOGIN) is not None and users.by_login(tx, LOGIN) is not None


def belongs_to_others(tx: Tx) -> bool:
    """Tell whether there are accounts, and the demonstration's is none of them: such a database is in use."""
    return stored_accounts.by_login(tx, LOGIN) is None and bool(stored_accounts.page(tx, "", "", 1))


def seed(tx: Tx, password_hash: str, now: datetime) -> bool:
    """Create what is not there yet of account and people in one transaction; return False when all was there."""
    if seeded(tx):
        return False
    if stored_accounts.by_login(tx, LOGIN) is None:
        _seed_account(tx, password_hash, now)
    for login, role, account in PEOPLE:
        if users.by_login(tx, login) is None:
            people.add(tx, login, password_hash, role, account, now)
    return True


def _seed_account(tx: Tx, password_hash: str, now: datetime) -> None:
    """Account, tariff, senders and balance."""
    tariffs.import_prices(tx, TARIFF, PriceList(PRICES, tuple(range(len(PRICES)))))
    accounts.add(tx, LOGIN, password_hash, Changes(client_number=CLIENT_NUMBER, tariff=TARIFF), now)
    for name in (SENDER, OTHER_SENDER):
        senders.add(tx, LOGIN, name, now, approved=True)
    accounts.change(tx, LOGIN, Changes(default_sender=SENDER))
    for number in (SENDER, OTHER_SENDER, NUMBER):  # a virtual phone can answer a name
        inboxes.add_number(tx, number, LOGIN, "", now)
    ledger.top_up(tx, LOGIN, BALANCE, "demonstration", now)
