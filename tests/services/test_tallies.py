import pytest

from tolmach.services import tallies
from tolmach.services.tallies import Tallies


def test_what_lasts_is_counted_once() -> None:
    kept, counted = Tallies(), []

    def count(lasts: bool) -> tuple[int, bool]:
        counted.append(lasts)
        return len(counted), lasts

    assert [kept.known("a", lambda: count(False)) for _ in range(2)] == [1, 2]
    assert [kept.known("a", lambda: count(True)) for _ in range(3)] == [3, 3, 3]
    assert kept.known("b", lambda: count(False)) == 4


def test_it_forgets_what_was_used_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "REMEMBERED", 2)
    kept = Tallies()
    for key in ("a", "b", "a", "c"):
        kept.known(key, lambda: (1, True))
    assert [kept.known(key, lambda: (2, False)) for key in ("a", "b", "c")] == [1, 2, 1]
