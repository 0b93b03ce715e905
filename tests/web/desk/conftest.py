"""The staff, one of each role."""

from collections.abc import Awaitable, Callable

import pytest

from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.core.users import Role
from tolmach.services import people

Staff = Callable[[Role], Awaitable[Browser]]


@pytest.fixture
def staff(indoors: Inside) -> Staff:
    """Make somebody of the staff and sign him in."""

    async def hire(role: Role) -> Browser:
        user = await indoors.read(lambda tx: people.find(tx, "operator"))
        hashed, now = user.password_hash, indoors.gateway.clock.now()
        await indoors.write(lambda tx: people.add(tx, role.value, hashed, role, None, now))
        browser = Browser(indoors)
        await browser.sign_in(role.value)
        return browser

    return hire
