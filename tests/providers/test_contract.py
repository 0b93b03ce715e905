from tolmach.providers.contract import Ignored


def test_what_is_ignored_says_why() -> None:
    assert {one.value for one in Ignored} == {"intermediate", "unreadable"}
