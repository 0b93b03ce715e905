import os
from pathlib import Path

from tests.workers.stage import Stage
from tolmach.services.imports import Imports
from tolmach.store.folder import Folder
from tolmach.workers.imports import ImportsWorker


async def test_a_round_without_files_sweeps_and_rests(stage: Stage, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "imports")
    name = folder.put(b"phone\n79161234567\n")
    os.utime(folder.path / name, (1, 1))
    worker = ImportsWorker(stage.database, Imports(folder), stage.clock)
    assert not await worker.turn()
    await worker._round()
    assert list(folder.names()) == []
