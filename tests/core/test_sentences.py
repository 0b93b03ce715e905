from datetime import UTC, datetime

from tolmach.core.sentences import Moment, Sentence, say


def test_a_sentence_is_its_text_and_knows_what_it_was_made_of() -> None:
    inner = say("%(count)s times", count=2)
    sentence = say("busy %(times)s, 100%% sure", times=inner)
    assert sentence == "busy 2 times, 100% sure"
    assert isinstance(sentence, Sentence)
    assert (sentence.template, sentence.values) == ("busy %(times)s, 100%% sure", {"times": inner})


def test_without_places_it_is_taken_as_it_stands() -> None:
    assert say("100%") == "100%"
    assert say("100%").values == {}


def test_a_moment_is_written_to_the_second_and_kept() -> None:
    at = datetime(2026, 3, 2, 15, 0, 7, 9, tzinfo=UTC)
    assert say("at %(at)s", at=Moment(at)) == "at 2026-03-02 15:00:07"
    assert Moment(at).at == at
