from tolmach.dialects.engine import vocabulary as engine
from tolmach.dialects.prontosms import vocabulary


def test_the_words_are_those_of_the_engine() -> None:
    assert vocabulary.FAILURES is engine.FAILURES
    assert vocabulary.REJECTIONS is engine.REJECTIONS
    assert vocabulary.STATUSES is engine.STATUSES
