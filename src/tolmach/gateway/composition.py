"""What several processes can be made of; asked by the command line too, before anything is started."""

from tolmach.core.roles import EVERY_ROLE
from tolmach.settings import Settings


class NotReadyError(Exception):
    """The gateway cannot start; the text tells the operator why and what to do."""


def check_composition(settings: Settings) -> None:
    """Raise `NotReadyError` where several processes, or a part of the roles, cannot be."""
    parted = settings.every_role != EVERY_ROLE
    if settings.database_url is None:
        if parted:
            raise NotReadyError(
                f"{settings.database} is SQLite, on which one process works with all roles (others answer HTTP for it):"
                " for a part of the roles, keep the data in PostgreSQL (database_url)"
            )
    elif settings.sandbox.enabled and (parted or settings.processes > 1):
        raise NotReadyError(
            "the virtual phones live in one process that does everything: leave sandbox.enabled out, run"
            " `tolmach sandbox` beside the gateway, and link to it over SMPP"
        )
