from typing import Any

import pytest

from tests.services.world import URL, World
from tolmach.core.commands import GetCallbackUrl, SetCallbackUrl
from tolmach.core.errors import Failure, RequestError
from tolmach.services import callbackurls
from tolmach.services.context import Context
from tolmach.store import counters


def context(world: World, tx: Any) -> Context:
    return Context(tx, world.catalogue.at(tx), world.account(), world.clock.now(), world.delivery)


def change(world: World, url: str) -> str:
    return world.write(lambda tx: callbackurls.change(context(world, tx), SetCallbackUrl(url)).url)


def shown(world: World) -> str:
    return world.read(lambda tx: callbackurls.show(context(world, tx), GetCallbackUrl()).url)


def test_it_is_shown_set_and_taken_away(world: World) -> None:
    assert shown(world) == URL
    assert change(world, "http://shop.example:8080/s?a=1") == "http://shop.example:8080/s?a=1"
    assert world.account().callback_url == shown(world) == "http://shop.example:8080/s?a=1"
    assert change(world, "") == shown(world) == ""
    assert world.account().callback_url is None
    assert world.account(world.other).callback_url is None


def test_the_same_again_changes_nothing(world: World) -> None:
    before = world.read(lambda tx: counters.value(tx, counters.REVISION))
    assert change(world, URL) == URL
    assert world.read(lambda tx: counters.value(tx, counters.REVISION)) == before


@pytest.mark.parametrize(
    "url", ["x", "ftp://a/", "javascript:alert(1)", "file:///etc/passwd", "http://", "http://a b/"]
)
def test_what_is_no_address(world: World, url: str) -> None:
    with pytest.raises(RequestError) as told:
        change(world, url)
    assert told.value.failure is Failure.BAD_FIELD
    assert shown(world) == URL
