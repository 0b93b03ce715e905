from tolmach.codecs.smpp.waiting import REMEMBERED, Request, Waiting

SUBMIT, SUBMIT_RESP, QUERY_RESP, NACK = 4, 0x80000004, 0x80000003, 0x80000000


def filled(*sequences: int) -> Waiting:
    waiting = Waiting()
    for sequence in sequences:
        waiting.add(sequence, Request(f"tag{sequence}", SUBMIT, float(sequence)))
    waiting.handed_over()
    return waiting


def test_answers_in_any_order_once() -> None:
    waiting = filled(1, 2, 3)
    assert waiting.answer(3, SUBMIT_RESP) == (Request("tag3", SUBMIT, 3.0), False)
    assert waiting.answer(1, NACK) == (Request("tag1", SUBMIT, 1.0), False)
    assert waiting.answer(1, SUBMIT_RESP) is None
    assert waiting.answer(2, QUERY_RESP) is None
    assert len(waiting) == 1
    assert waiting.oldest() == 2.0


def test_expired_requests_leave_the_window_but_are_remembered() -> None:
    waiting = filled(1, 2, 3)
    assert [sequence for sequence, _ in waiting.expire(2.0)] == [1, 2]
    assert len(waiting) == 1
    assert 1 in waiting
    assert waiting.answer(1, SUBMIT_RESP) == (Request("tag1", SUBMIT, 1.0), True)
    assert 1 not in waiting


def test_what_was_not_handed_over_neither_expires_nor_has_a_deadline() -> None:
    waiting = filled(1)
    waiting.add(2, Request("fresh", SUBMIT, 2.0))
    assert [sequence for sequence, _ in waiting.expire(9.0)] == [1]
    assert waiting.oldest() is None
    assert [(sequence, sent) for sequence, _, sent in waiting.drain()] == [(2, False)]
    assert len(waiting) == 0


def test_memory_of_expired_requests_is_bounded() -> None:
    waiting = filled(*range(REMEMBERED + 5))
    waiting.expire(REMEMBERED + 5.0)
    assert [sequence in waiting for sequence in (0, 4, 5, REMEMBERED + 4)] == [False, False, True, True]
