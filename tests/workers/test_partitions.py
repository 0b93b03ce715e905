from tests.workers.stage import Stage
from tolmach.store import counters, partitions
from tolmach.workers.partitions import PartitionWorker


async def test_places_are_made_before_they_are_needed(stage: Stage) -> None:
    database = stage.database
    worker = PartitionWorker(database)
    assert await worker.turn() == 0
    await database.write(lambda tx: counters.put(tx, counters.MESSAGES, 2 * partitions.SIZE))
    cut = database.writer.dialect.name == "postgresql"
    assert (await worker.turn() > 0) is cut
    assert await worker.turn() == 0
    assert await database.read(partitions.enough)
