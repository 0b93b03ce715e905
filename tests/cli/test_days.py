"""``tolmach day``."""

import pytest

from tests.cli.stage import NOON, Tolmach, complaint


def test_what_is_over_is_closed_once_and_shown(tolmach: Tolmach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tolmach.cli.days.now", lambda: NOON.replace(day=4))
    assert "from 2026-03-02 on" in tolmach("day", "list").out
    assert tolmach("day", "close", "--by", "Anna").out == "days closed: 2\n"
    assert tolmach("day", "close").out == "days closed: 0\n"
    (newer, older) = tolmach("day", "list", "--json").json
    assert (older["day"], older["closed_by"], older["sums"][0]["topped_up"]) == ("2026-03-02", "Anna", "1000.00")
    assert (newer["day"], newer["sums"]) == ("2026-03-03", [])
    assert len(tolmach("day", "list", "--before", "2026-03-03", "--json").json) == 1
    assert tolmach("day", "show", "2026-03-02", "--json").json[0]["account"] == "demo"
    assert "1000.00" in tolmach("day", "show", "2026-03-02").out
    assert "no closed day" in complaint(tolmach("day", "show", "2026-03-05"), 1)
