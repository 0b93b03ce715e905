"""The menus: what stands on the left of every page, for whom."""

from dataclasses import dataclass
from typing import Any

from tolmach.core.commands import Command
from tolmach.core.commands.composing import ComposeMessages
from tolmach.core.commands.dashboards import GetDashboard
from tolmach.core.commands.desk import ListEveryChange
from tolmach.core.commands.messages import ListMessages
from tolmach.web.languages import N_


@dataclass(frozen=True, slots=True)
class Item:
    """A page in a menu; it is shown to those who may give the command."""

    path: str
    title: str
    icon: str
    needs: type[Command[Any]]


CABINET = (
    Item("/cabinet/", N_("Overview"), "dashboard", GetDashboard),
    Item("/cabinet/compose", N_("Compose"), "send", ComposeMessages),
    Item("/cabinet/messages", N_("Messages"), "messages", ListMessages),
)
DESK = (Item("/desk/changes", N_("Audit log"), "history", ListEveryChange),)
