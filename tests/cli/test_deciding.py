import getpass

import pytest

from tolmach.cli.deciding import name_of, verdict
from tolmach.core.moderation import Verdict


def test_who_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")
    assert name_of(None) == "ann"
    assert verdict(approved=True, by="bob", reason="why") == Verdict(approved=True, by="bob", reason="why")


def test_a_user_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no username set")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert name_of(None) == "operator"
