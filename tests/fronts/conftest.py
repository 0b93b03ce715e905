"""The gateway of these tests is behind a front."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.conftest import receiver, telling
from tests.gateway import Live, running_behind_a_front

__all__ = ["receiver", "telling"]


@pytest.fixture
async def live(installation: Path) -> AsyncIterator[Live]:
    """A gateway whose HTTP a front reads and writes."""
    async with running_behind_a_front(installation) as gateway:
        yield gateway
