from tolmach.core.content import Channel
from tolmach.core.status import Status
from tolmach.web import words


def test_there_is_a_word_and_a_colour_for_everything() -> None:
    assert words.STATUSES.keys() == set(Status) == words.COLOURS.keys()
    assert words.CHANNELS.keys() == set(Channel)
