"""``tolmach inbox``."""

from pathlib import Path

from tests.cli.stage import NOON, Tolmach, complaint, opened
from tolmach.core.delivery import Inbound
from tolmach.core.inbox import InboxPolicy
from tolmach.services.catalogue import Catalogue
from tolmach.services.delivery import Delivery
from tolmach.services.inbox import Inbox
from tolmach.settings import Settings

PHONE, OURS = "79161234567", "79612222222"


def write(data: Path, *texts: str) -> None:
    catalogue = Catalogue()
    keeper = Inbox(catalogue, Delivery(catalogue, Settings().grace_period), InboxPolicy())
    with opened(data / "tolmach.sqlite") as database:
        events = [Inbound("carrier", PHONE, OURS, text, NOON) for text in texts]
        database.write_now(lambda tx: keeper.receive(tx, events, NOON))


def test_messages_are_listed_and_shown(data: Path, tolmach: Tolmach) -> None:
    write(data, "Hello\nthere", "x" * 80)
    listed = tolmach("inbox", "list").out
    assert "Hello there" in listed
    assert "nobody" in listed
    assert "x" * 61 not in listed
    found = tolmach("inbox", "list", "--account", "nobody", "--limit", "1", "--json").json
    assert [one["text"] for one in found] == ["x" * 80]
    assert tolmach("inbox", "list", "--account", "demo", "--json").json == []
    shown = tolmach("inbox", "show", "1")
    assert "received_at: 2026-03-02 09:00:00 UTC" in shown.out
    assert tolmach("inbox", "show", "1", "--json").json == {
        "id": 1,
        "received_at": "2026-03-02 09:00:00 UTC",
        "from": PHONE,
        "to": OURS,
        "account": "nobody",
        "prefix": "",
        "link": "carrier",
        "text": "Hello\nthere",
    }
    assert "7" in complaint(tolmach("inbox", "show", "7"), 1)


def test_what_is_nobodys_is_handed_out(data: Path, tolmach: Tolmach) -> None:
    write(data, "Hello", "STOP", "start")
    assert tolmach("inbox", "assign", "1", "demo").out == "incoming message 1 is demo's\n"
    assert tolmach("inbox", "assign", "2", "demo").out.endswith("; its sender is on the stop list now\n")
    assert tolmach("stop", "list", "--account", "demo").out == f"{PHONE}\n"
    assert tolmach("inbox", "assign", "3", "demo").out.endswith("; its sender is off the stop list now\n")
    assert complaint(tolmach("inbox", "assign", "1", "demo"), 1) == "incoming message 1 is already demo's"
