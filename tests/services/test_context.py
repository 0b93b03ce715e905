import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tolmach.core import commands
from tolmach.core.commands import Command, SendMessages, StoreFile
from tolmach.core.commands.callbacklog import TryCallback
from tolmach.core.commands.composing import ComposeMessages
from tolmach.core.commands.imports import PutImport
from tolmach.services import desk, selfservice
from tolmach.services.dispatch import PUBLIC, READERS, WRITERS


def every_command() -> Iterator[type[Command[Any]]]:
    """Every command that a module of `tolmach.core.commands` defines."""
    for module in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):
        for found in vars(import_module(module.name)).values():
            if isinstance(found, type) and issubclass(found, Command) and found.__module__ == module.name:
                yield found


def test_every_command_has_one_handler() -> None:
    tables = [READERS, WRITERS, PUBLIC, selfservice.READERS, selfservice.WRITERS, desk.DESK]
    handled = [command for table in tables for command in table]
    assert set(handled) == set(every_command()) - {
        Command,
        ComposeMessages,
        PutImport,
        SendMessages,
        StoreFile,
        TryCallback,
    }
    assert len(handled) == len(set(handled))
