from sqlalchemy import insert

from tolmach.core.ids import CampaignId
from tolmach.store import pauses, queue
from tolmach.store.database import Tx
from tolmach.store.queue import Entry, Kind
from tolmach.store.schema import messages

SPRING, AUTUMN = CampaignId(1), CampaignId(2)
SUBMIT, PAUSED = Kind.SUBMIT, Kind.PAUSED


def message(tx: Tx, number: int, campaign: CampaignId, entry: Entry) -> None:
    row = {"id": number, "account_id": 1, "campaign_id": campaign, "dialect": "web", "client_key": "", "label": ""}
    row |= {"recipient": "79161234500", "plan": "[]", "charge_on": "sent", "accepted_at": 0, "due_at": entry.due_at}
    tx.execute(insert(messages), row)
    queue.add(tx, [entry])


def test_what_is_untouched_of_a_campaign_is_held_and_let_go(tx: Tx) -> None:
    message(tx, 1, SPRING, Entry(1, SUBMIT, 10, 1, 900))
    message(tx, 2, SPRING, Entry(2, SUBMIT, 500, 1, 900, attempts=2))
    message(tx, 3, SPRING, Entry(3, SUBMIT, 10, 1, 900, claimed_by="worker"))
    message(tx, 4, SPRING, Entry(4, SUBMIT, 10, 1, 900, uncertain=True))
    message(tx, 5, SPRING, Entry(5, SUBMIT, 10, 2, 900))
    message(tx, 6, SPRING, Entry(6, Kind.GIVE_UP, 10, 1, 900))
    message(tx, 7, AUTUMN, Entry(7, SUBMIT, 10, 1, 900))
    before = queue.by_ids(tx, range(1, 8))
    assert pauses.hold(tx, SPRING) == 2
    held = queue.by_ids(tx, range(1, 8))
    assert {id_ for id_, entry in held.items() if entry != before[id_]} == {1, 2}
    assert {(held[id_].kind, held[id_].due_at) for id_ in (1, 2)} == {(PAUSED, 900)}
    assert pauses.hold(tx, SPRING) == 0
    assert pauses.let_go(tx, AUTUMN, 100) == 0
    assert pauses.let_go(tx, SPRING, 100) == 2
    freed = queue.by_ids(tx, [1, 2])
    assert [(freed[id_].kind, freed[id_].due_at) for id_ in (1, 2)] == [(SUBMIT, 100), (SUBMIT, 500)]
