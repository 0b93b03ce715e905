from tests.store.rows import message
from tolmach.core.ids import AccountId, CampaignId
from tolmach.store import messagepages, messages
from tolmach.store.database import Tx
from tolmach.store.messagepages import Span

MINE = AccountId(3)
ALL = Span(MINE, 0, 1_000)


def seed(tx: Tx) -> None:
    rows = [message(number, recipient=f"7903{number:07}") for number in range(10, 60, 10)]
    messages.add(tx, [*rows, message(60, account=4), message(70, campaign=CampaignId(9), recipient="380501234567")])


def ids(tx: Tx, span: Span, limit: int = 99) -> list[int]:
    return [one.id for one in messagepages.newest(tx, span, limit)]


def test_newest_first_within_ids(tx: Tx) -> None:
    seed(tx)
    assert ids(tx, ALL) == [70, 50, 40, 30, 20, 10]
    assert ids(tx, ALL, 2) == [70, 50]
    assert ids(tx, ALL._replace(first=20, end=50)) == [40, 30, 20]


def test_by_the_beginning_of_a_number(tx: Tx) -> None:
    seed(tx)
    assert ids(tx, ALL._replace(recipient="380")) == [70]
    assert ids(tx, ALL._replace(recipient="79030000010")) == [10]
    assert ids(tx, ALL._replace(recipient="79")) == [50, 40, 30, 20, 10]


def test_of_a_campaign_of_the_account(tx: Tx) -> None:
    seed(tx)
    assert ids(tx, ALL._replace(campaign=9)) == [70]
    assert ids(tx, Span(AccountId(4), 0, 1_000, campaign=9)) == []


def test_from_a_sender(tx: Tx) -> None:
    seed(tx)
    stored = '[{"channel":"sms","sender":"Other","parts":1,"price":1,"lasts":1,"text":"x"}]'
    messages.add(tx, [message(80)._replace(stored_plan=stored)])
    assert ids(tx, ALL._replace(sender="Other")) == [80]
    assert ids(tx, ALL._replace(sender="Nobody")) == []


def test_where_a_search_rests(tx: Tx) -> None:
    seed(tx)
    assert messagepages.edge(tx, ALL, 2) == 50
    assert messagepages.edge(tx, ALL, 6) == 10
    assert messagepages.edge(tx, ALL, 7) == 0
