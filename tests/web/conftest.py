"""Browsers over a gateway without sockets, at noon."""

import pytest

from tests.gateway import Inside
from tests.web.browser import Browser


@pytest.fixture
def browser(indoors: Inside) -> Browser:
    """Somebody who is not signed in."""
    return Browser(indoors)


@pytest.fixture
async def owner(indoors: Inside) -> Browser:
    """The owner of the demonstration's account, signed in."""
    browser = Browser(indoors)
    await browser.sign_in()
    return browser


@pytest.fixture
async def operator(indoors: Inside) -> Browser:
    """The demonstration's administrator, signed in."""
    browser = Browser(indoors)
    await browser.sign_in("operator")
    return browser
