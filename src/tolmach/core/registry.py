"""The registry of senders at mobile operators: the words are those of the engine's protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class RegistryState(StrEnum):
    """How far the registration of a sender at an operator has come."""

    POSTED = "posted_for_approval"
    SENT = "send_for_approval"
    APPROVED = "approval"
    REFUSED = "not_approval"
    TO_DELETE = "send_for_delete"
    DELETED = "delete"


TO_DO: Final = (RegistryState.POSTED, RegistryState.SENT, RegistryState.TO_DELETE)
"""States in which somebody has to do something: tell the mobile operator, or write down what it answered."""

NEXT: Final[Mapping[RegistryState, RegistryState]] = {
    RegistryState.POSTED: RegistryState.SENT,
    RegistryState.SENT: RegistryState.APPROVED,
    RegistryState.TO_DELETE: RegistryState.DELETED,
}
"""What usually follows."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A mobile operator that keeps a registry: its word in the protocol, its name, its network."""

    word: str
    name: str
    network: tuple[str, str]


OPERATORS: Final[Mapping[str, Operator]] = {
    one.word: one
    for one in (
        Operator("mts", "МТС", ("250", "01")),
        Operator("mega", "Мегафон", ("250", "02")),
        Operator("tele2", "Теле2", ("250", "20")),
        Operator("beeline", "Билайн", ("250", "99")),
    )
}


def of_network(mcc: str, mnc: str) -> Operator | None:
    """Return the operator of a mobile country and network code; None when it keeps no registry that we know."""
    return next((one for one in OPERATORS.values() if one.network == (mcc, mnc.zfill(2))), None)
