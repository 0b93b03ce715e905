"""``kill -9`` in the middle of carrying out a moderator's decision: nothing is lost, sent or paid back twice."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.clock import NOON
from tests.counting import from_one
from tests.databases import place_of
from tests.services.world import BALANCE, SMS_PRICE, World, command, draft, seed, sms
from tolmach.core.moderation import Verdict
from tolmach.core.status import Status
from tolmach.services import moderation
from tolmach.store import migrate, moderations
from tolmach.store.database import Database

COUNT = 60
# carries out three messages a transaction and says so, until it is killed
CODE = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tests.databases import place_of
from tolmach.services import moderation
from tolmach.services.catalogue import Catalogue
from tolmach.services.delivery import Delivery
from tolmach.store.database import Database

database, now = Database(place_of(Path(sys.argv[1]))), datetime.fromisoformat(sys.argv[2])
delivery = Delivery(Catalogue(), timedelta(hours=1))
while database.write_now(lambda tx: moderation.carry_out(tx, delivery, now, 3))[1]:
    print("some", flush=True)
print("all", flush=True)
"""


CASES = [
    *(("sqlite", approved, after) for approved in (True, False) for after in (1, 4, 9)),
    ("postgresql", True, 4),
]


@pytest.mark.parametrize(("blank", "approved", "after"), CASES, indirect=["blank"])
def test_a_decision_is_carried_out_once_whoever_dies(blank: Path, approved: bool, after: int) -> None:
    place = place_of(blank)
    migrate.upgrade(place)
    database = Database(place)
    database.write_now(from_one)
    database.write_now(seed)
    database.close()
    world = World(place)
    world.change(moderation="all")
    world.result(command(*(draft(f"790300{n:05d}", sms("x")) for n in range(COUNT))))
    world.write(lambda tx: moderation.decide(tx, 1, Verdict(approved), world.clock.now()))
    world.close()

    for _ in range(2):  # the second one goes on where the first was killed, and is killed too
        words = [sys.executable, "-c", CODE, str(blank), NOON.isoformat()]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(after):
                process.stdout.readline()
            process.kill()

    world = World(place)
    world.wait(seconds=1)
    world.money()  # checks the books
    while world.write(lambda tx: moderation.carry_out(tx, world.delivery, world.clock.now()))[1]:
        pass
    assert world.read(moderations.unsettled) == []
    ids = [number * 10 for number in range(1, COUNT + 1)]
    expected = Status.QUEUED if approved else Status.REFUSED
    assert {state.status for state in world.states(*ids) if state is not None} == {expected}
    assert world.money() == ((BALANCE - COUNT * SMS_PRICE, COUNT * SMS_PRICE) if approved else (BALANCE, 0))
    assert all(world.told(id_) == ([] if approved else [Status.REFUSED]) for id_ in ids)
    assert len(world.claim(limit=1_000)) == (COUNT if approved else 0)
    world.close()
