import pytest

from tests.cli.stage import Tolmach, complaint


def test_periods(tolmach: Tolmach) -> None:
    assert "for ever" in tolmach("retention", "list").out
    assert tolmach("retention", "set", "demo", "30").out == "messages of demo are kept for 30 days\n"
    assert tolmach("retention", "list", "--json").json == [{"account": "demo", "days": 30, "own": True}]
    assert tolmach("retention", "set", "demo", "default").out == "messages of demo are kept as the settings say\n"
    assert tolmach("retention", "list", "--json").json == [{"account": "demo", "days": 0, "own": False}]


def test_one_day_is_no_days(tolmach: Tolmach) -> None:
    assert tolmach("retention", "set", "demo", "1").out == "messages of demo are kept for 1 day\n"
    assert "for 1 day " in tolmach("retention", "list").out


def test_no_such_period_or_account(tolmach: Tolmach) -> None:
    assert "neither a number of days" in complaint(tolmach("retention", "set", "demo", "x"), 2)
    assert "nobody" in complaint(tolmach("retention", "set", "nobody", "3"), 1)


def test_what_is_too_old_leaves_now(tolmach: Tolmach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLMACH_RETENTION__DAYS", "30")
    assert tolmach("retention", "run").out == "0 messages have left\n"
