import os
from pathlib import Path

from tests.workers.stage import Stage
from tolmach.services.files import Files
from tolmach.store.folder import Folder
from tolmach.workers.files import FilesWorker


async def test_orphans_are_swept(stage: Stage, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "files")
    name = folder.put(b"x")
    worker = FilesWorker(stage.database, Files(folder), stage.clock)
    os.utime(folder.path / name, (1, 1))
    assert await worker.turn() == 1
    assert await worker.turn() == 0
