"""What is locked is named by version and digest alone: where it comes from is the affair of whoever installs it."""

import pytest

from tests.architecture.source import ROOT

LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "src/tolmach/web/static/package-lock.json",
    "tests/peers/package-lock.json",
)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address(name: str) -> None:
    assert "://" not in (ROOT / name).read_text("utf-8")
