"""The rest is shown through the pages: `tests/web/test_profile.py`."""

from tests.services.visiting import person
from tests.services.world import PASSWORD, World
from tolmach.core.commands.users import (
    ChangePassword,
    DropSecondFactor,
    EndSession,
    GetProfile,
    ListSessions,
    SetPreferences,
    SetSecondFactor,
)
from tolmach.core.results.users import SelfChange
from tolmach.core.users import Role
from tolmach.services import secondfactor


async def test_preferences(world: World) -> None:
    anna = await person(world, "anna", Role.VIEWER)
    await anna.ask(SetPreferences("ru", "dark"))
    await anna.ask(SetPreferences("xx", "pink"))
    await anna.ask(SetPreferences())
    user = (await anna.ask(GetProfile())).user
    assert (user.language, user.theme) == ("ru", "dark")
    await anna.ask(SetPreferences(theme=""))
    assert (await anna.ask(GetProfile())).user.theme == ""


async def test_a_password_that_is_no_good(world: World) -> None:
    anna = await person(world, "anna", Role.VIEWER)
    for new in ("short", " with spaces at the ends ", "x" * 129):
        assert await anna.ask(ChangePassword(PASSWORD, new)) is SelfChange.BAD_PASSWORD


async def test_a_second_factor_takes_the_place_of_the_earlier_one(world: World) -> None:
    anna = await person(world, "anna", Role.VIEWER)
    step = secondfactor.step_at(world.clock.now())
    seen: set[str] = set()
    for _ in range(2):
        secret = secondfactor.make_secret()
        assert not (await anna.ask(SetSecondFactor(secret, "1"))).codes
        seen |= set((await anna.ask(SetSecondFactor(secret, secondfactor.code(secret, step)))).codes)
        assert (await anna.ask(GetProfile())).user.totp_secret == secret
    assert len(seen) == 2 * secondfactor.RECOVERY_CODES
    assert (await anna.ask(GetProfile())).codes_left == secondfactor.RECOVERY_CODES
    assert await anna.ask(DropSecondFactor(PASSWORD)) is SelfChange.DONE
    assert (await anna.ask(GetProfile())).codes_left == 0


async def test_sessions(world: World) -> None:
    first, second = await person(world, "anna", Role.VIEWER), await person(world, "anna", Role.VIEWER)
    listed = (await first.ask(ListSessions())).sessions
    assert [one.here for one in listed].count(True) == 1
    (other,) = [one.id for one in listed if not one.here]
    stranger = await person(world, "boris", Role.VIEWER)
    assert await stranger.ask(EndSession(other)) is SelfChange.NOT_FOUND
    assert await first.ask(EndSession(other)) is SelfChange.DONE
    assert await second.entrance.visitor(second.cookie, "") is None
