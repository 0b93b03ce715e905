from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel
from tolmach.core.status import Status
from tolmach.services import selfservice
from tolmach.services.desk import DESK
from tolmach.services.dispatch import WRITERS
from tolmach.web import words


def test_there_is_a_word_and_a_colour_for_everything() -> None:
    assert words.STATUSES.keys() == set(Status) == words.COLOURS.keys()
    assert words.CHANNELS.keys() == set(Channel)


def test_every_change_has_words_in_the_audit_log() -> None:
    changes = {*WRITERS, *selfservice.WRITERS, SendMessages, *(kind for kind, one in DESK.items() if one.writes)}
    assert {kind.__name__ for kind in changes} - words.ACTIONS.keys() == set()
