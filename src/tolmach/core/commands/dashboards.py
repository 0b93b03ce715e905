"""How an account fares, at a glance."""

from dataclasses import dataclass

from tolmach.core.commands.command import Command
from tolmach.core.results.dashboards import DashboardResult


@dataclass(frozen=True, slots=True)
class GetDashboard(Command[DashboardResult]):
    """Money, today and the days before it (``days`` in all), and what needs attention."""

    days: int = 14
