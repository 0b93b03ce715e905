import typing
from enum import Enum

from tolmach.codecs.smpp import events


def test_every_event_is_in_the_union() -> None:
    named = {
        one
        for one in vars(events).values()
        if isinstance(one, type) and one.__module__ == events.__name__ and not issubclass(one, Enum)
    }
    assert named == set(typing.get_args(events.Event))
