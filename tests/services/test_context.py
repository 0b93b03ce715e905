from tolmach.core import commands
from tolmach.core.commands import Command, SendMessages, StoreFile
from tolmach.services.dispatch import PUBLIC, READERS, WRITERS


def test_every_command_has_one_handler() -> None:
    every = {
        found
        for name in commands.__all__
        if issubclass(found := getattr(commands, name), Command) and found not in (Command, SendMessages, StoreFile)
    }
    assert READERS.keys() | WRITERS.keys() | PUBLIC.keys() == every
    assert not READERS.keys() & WRITERS.keys()
