"""What several processes can be made of; asked by the command line too, before anything is started."""

from tolmach.core.roles import EVERY_ROLE
from tolmach.settings import Settings


class NotReadyError(Exception):
    """The gateway cannot start; the text tells the operator why and what to do."""


def check_composition(settings: Settings) -> None:
    """Raise `NotReadyError` where several processes, or a part of the roles, cannot be."""
    whole = settings.processes == 1 and settings.every_role == EVERY_ROLE
    if not whole and settings.database_url is None:
        raise NotReadyError(
            f"{settings.database} is SQLite, which has one process for everything: for several processes, or a part of"
            " the roles, keep the data in PostgreSQL (database_url)"
        )
    if not whole and settings.sandbox.enabled:
        raise NotReadyError(
            "the virtual phones live in one process that does everything: leave sandbox.enabled out, run"
            " `tolmach sandbox` beside the gateway, and link to it over SMPP"
        )
