"""Tariffs and directions on the desk; the rules are those of `tolmach.services.tariffs`."""

from collections.abc import Sequence
from datetime import datetime

from tolmach.core.commands.prices import GetTariff, ImportPrices, ListTariffs, OpenDirection
from tolmach.core.results.prices import DirectionRow, PriceImport, TariffResult, TariffsResult
from tolmach.services import pricelists, tariffs
from tolmach.services.tariffs import Priced
from tolmach.store.database import Tx


def listing(tx: Tx, _command: ListTariffs, _now: datetime) -> TariffsResult:
    """Return all tariffs and directions."""
    return TariffsResult(tariffs.names(tx), _rows(tariffs.directions(tx)))


def show(tx: Tx, command: GetTariff, _now: datetime) -> TariffResult:
    """Return a tariff; NotFoundError."""
    return TariffResult(command.name, _rows(tariffs.show(tx, command.name)))


def replace(tx: Tx, command: ImportPrices, _now: datetime) -> PriceImport:
    """Replace the prices of a tariff; with one bad row nothing is stored; BadValueError for the tariff's name."""
    found = pricelists.read(command.content)
    faults = tariffs.import_prices(tx, command.name, found)
    return PriceImport(0 if faults else len(found.rows), [(fault.line, fault.problem) for fault in faults])


def open_direction(tx: Tx, command: OpenDirection, _now: datetime) -> None:
    """Open or close a direction; NotFoundError."""
    tariffs.set_open(tx, command.direction, command.login or None, is_open=command.is_open)


def _rows(found: Sequence[Priced]) -> Sequence[DirectionRow]:
    return [DirectionRow(one.name, one.prefixes, one.open, one.prices) for one in found]
