from tolmach.core.sentences import Sentence, say


def test_a_sentence_is_its_text_and_knows_what_it_was_made_of() -> None:
    inner = say("%(count)s times", count=2)
    sentence = say("busy %(times)s, 100%% sure", times=inner)
    assert sentence == "busy 2 times, 100% sure"
    assert isinstance(sentence, Sentence)
    assert (sentence.template, sentence.values) == ("busy %(times)s, 100%% sure", {"times": inner})


def test_without_places_it_is_taken_as_it_stands() -> None:
    assert say("100%") == "100%"
    assert say("100%").values == {}
