"""A browser before the sandbox: its page, its API and its SMSC."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page
from starlette.routing import BaseRoute

from tests.chromium import chromium, quiet_page
from tests.clock import FakeClock
from tests.sandbox.conftest import Site
from tolmach.sandbox import page, reply_api, smsc_api
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.replies import Replies
from tolmach.sandbox.smsc import Smsc
from tolmach.web.look import Look


@pytest.fixture
def site_routes(phones: Phones, smsc: Smsc, look: Look, clock: FakeClock) -> list[BaseRoute]:
    pages = page.routes(phones, look, smsc=True, replies=True)
    replies = reply_api.routes(Replies(phones), clock)
    return [*look.assets.routes(), *smsc_api.routes(smsc), *pages, *replies]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest.fixture
async def screen(browser: Browser, site: Site) -> AsyncIterator[Page]:
    async with quiet_page(browser, site.url) as opened:
        yield opened
