from datetime import timedelta

import pytest

from tests.services.world import World
from tolmach.core.moments import to_ms
from tolmach.services import tokens
from tolmach.services.administration import BadValueError, ConflictError, NotFoundError

DAY = timedelta(days=1)


def add(world: World, login: str = "demo", name: str = "crm", days: int | None = None) -> str:
    value, now = tokens.make(), world.clock.now()
    end = None if days is None else now + days * DAY
    world.write(lambda tx: tokens.add(tx, login, name, value, now, end))
    return value


def test_an_account_has_as_many_as_it_likes(world: World) -> None:
    values = [add(world), add(world, name="site", days=1), add(world, "other")]
    assert len(set(values)) == 3
    first, second = world.read(lambda tx: tokens.listing(tx, "demo"))
    assert (first.name, first.expires_at, first.used_at) == ("crm", None, None)
    assert (second.name, second.expires_at) == ("site", to_ms(world.clock.now() + DAY))
    assert [token.name for token in world.read(lambda tx: tokens.listing(tx, "other"))] == ["crm"]


def test_only_a_digest_is_stored(world: World) -> None:
    value = add(world)
    (token,) = world.read(lambda tx: tokens.listing(tx, "demo"))
    assert token.digest == tokens.digest(value)
    assert value not in repr(token)


def test_revoking(world: World) -> None:
    add(world)
    with pytest.raises(NotFoundError, match="there is no token 'crn'; did you mean crm"):
        world.write(lambda tx: tokens.revoke(tx, "demo", "crn"))
    world.write(lambda tx: tokens.revoke(tx, "demo", "crm"))
    assert world.read(lambda tx: tokens.listing(tx, "demo")) == []
    with pytest.raises(NotFoundError):
        world.write(lambda tx: tokens.revoke(tx, "demo", "crm"))


@pytest.mark.parametrize("name", ["", " ", "a b", "я", "-a", "a" * 65, "a\n"])
def test_bad_names(world: World, name: str) -> None:
    with pytest.raises(BadValueError, match="token name"):
        add(world, name=name)


def test_what_cannot_be(world: World) -> None:
    add(world)
    with pytest.raises(ConflictError, match="has a token 'crm' already"):
        add(world)
    with pytest.raises(BadValueError, match="expired already"):
        add(world, name="late", days=0)
    for function in (lambda: add(world, "nobody"), lambda: world.read(lambda tx: tokens.listing(tx, "nobody"))):
        with pytest.raises(NotFoundError, match="there is no account 'nobody'"):
            function()
