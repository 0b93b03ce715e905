"""What the operator's staff asks about tariffs and directions."""

from dataclasses import dataclass, field

from tolmach.core.commands.command import Command
from tolmach.core.results.prices import PriceImport, TariffResult, TariffsResult


@dataclass(frozen=True, slots=True)
class ListTariffs(Command[TariffsResult]):
    """All tariffs and directions."""


@dataclass(frozen=True, slots=True)
class GetTariff(Command[TariffResult]):
    """One tariff."""

    name: str


@dataclass(frozen=True, slots=True)
class ImportPrices(Command[PriceImport]):
    """Replace the prices of a tariff, which is created when it is new, by those of a CSV file."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenDirection(Command[None]):
    """Open or close a direction: for one account, or ("") for everybody."""

    direction: str
    is_open: bool
    login: str = ""
