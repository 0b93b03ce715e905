"""What several processes can be made of; asked by the command line too, before anything is started."""

from tolmach.core.roles import EVERY_ROLE, LISTENING, written
from tolmach.settings import Settings


class NotReadyError(Exception):
    """The gateway cannot start; the text tells the operator why and what to do."""


def check_composition(settings: Settings) -> None:
    """Raise `NotReadyError` where several processes, or a part of the roles, cannot be."""
    whole = settings.processes == 1 and settings.every_role == EVERY_ROLE
    if not whole and settings.database_url is None:
        raise NotReadyError(
            f"{settings.database} is SQLite, on which one process works, with all roles (fronts may answer HTTP for"
            " it): for several, or a part of the roles, keep the data in PostgreSQL (database_url)"
        )
    if not whole and settings.sandbox.enabled:
        raise NotReadyError(
            "the virtual phones live in one process that does everything: leave sandbox.enabled out, run"
            " `tolmach sandbox` beside the gateway, and link to it over SMPP"
        )
    if settings.fronts and not settings.every_role & LISTENING:
        raise NotReadyError(f"fronts answer HTTP for api, web and receipts, not for {written(settings.every_role)}")
