import pytest

from tolmach.core.roles import EVERY_ROLE, BadRoles, ProcessRole, chosen, written


def test_roles_are_read_as_they_are_written() -> None:
    assert chosen(written(EVERY_ROLE).split(",")) == EVERY_ROLE
    assert written({ProcessRole.SUBMIT, ProcessRole.API}) == "api,submit"


@pytest.mark.parametrize("names", [[], ["api", "all"], [""]])
def test_others_do_not_exist(names: list[str]) -> None:
    with pytest.raises(BadRoles, match="some of api, web, submit, receipts, callbacks, upkeep"):
        chosen(names)
