from tolmach.store.crowd import Crowd


def test_a_crowd_is_there_for_as_long_as_it_was_said() -> None:
    now = 100.0
    crowd = Crowd(lambda: now)
    assert not crowd
    crowd.gather(2)
    now = 101.9
    assert crowd
    now = 102.0
    assert not crowd


def test_what_was_said_last_holds() -> None:
    now = 100.0
    crowd = Crowd(lambda: now)
    crowd.gather(10)
    crowd.gather(0)
    assert not crowd
