from datetime import timedelta

from structlog.testing import capture_logs

from tests.gateway import until
from tests.workers.stage import PHONE, Stage, working
from tolmach.core.delivery import Inbound, Piece
from tolmach.core.inbox import GAP
from tolmach.store import inbox
from tolmach.workers.inbox import InboxWorker


async def test_late_parts_go_to_the_inbox(stage: Stage) -> None:
    now = stage.clock.now()
    half = Inbound("carrier", PHONE, "79611111111", "half", now, Piece(1, 2, 1))
    stage.database.write_now(lambda tx: stage.inbox.receive(tx, [half], now))
    worker = InboxWorker(stage.database, stage.inbox, stage.clock)
    assert await worker.turn() == 0
    stage.clock.advance(timedelta(minutes=20))
    with capture_logs() as logs:
        assert await worker.turn() == 1
    assert await worker.turn() == 0
    assert [(entry["event"], entry["messages"]) for entry in logs] == [("inbox-parts-missing", 1)]
    (letter,) = stage.database.read_now(lambda tx: inbox.newest(tx, None, 10, everybody=True))
    assert letter.text == f"half{GAP}"


async def test_it_works_until_cancelled_and_outlives_errors(stage: Stage) -> None:
    class Broken:
        turns = 0

        def sweep(self, *_: object) -> int:
            self.turns += 1
            raise OSError("disk full")

    broken = Broken()

    async def tried() -> bool:
        return broken.turns > 0

    worker = InboxWorker(stage.database, broken, stage.clock)  # type: ignore[arg-type]
    with capture_logs() as logs:
        async with working(worker.run()):
            await until(tried)
    assert logs[0]["event"] == "the inbox cannot be swept"
