"""How often transactions came to nothing."""

from sqlalchemy import event

from tolmach.store.database import Database


class Rollbacks:
    """Counts what is rolled back of what databases write, from now on."""

    def __init__(self, *databases: Database) -> None:
        self.count = 0
        for database in databases:
            event.listen(database.writer, "rollback", self._note)

    def _note(self, _connection: object) -> None:
        self.count += 1
