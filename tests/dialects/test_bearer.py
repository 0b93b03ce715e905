import pytest

from tolmach.core.accounts import Token
from tolmach.dialects.bearer import bearer
from tolmach.wire import WireRequest


def head(value: str) -> Token | None:
    return bearer(WireRequest("POST", "/", headers={"authorization": value}))


@pytest.mark.parametrize("value", ["Bearer key", "bearer key", "BEARER   key  "])
def test_a_token_in_the_head(value: str) -> None:
    assert head(value) == Token("key")


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer  ", "Basic a2V5", "key", "Bearerkey"])
def test_other_heads_have_none(value: str) -> None:
    assert head(value) is None
    assert bearer(WireRequest("POST", "/")) is None
