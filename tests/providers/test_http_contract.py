import pytest

from tolmach.providers.http_contract import LATER, OverloadedError, UnclearError, check_http
from tolmach.wire import WireResponse


@pytest.mark.parametrize("status", [200, 201, 202, 204, 400, 422])
def test_codes_that_say_nothing_by_themselves(status: int) -> None:
    check_http(WireResponse(status))


@pytest.mark.parametrize(("header", "seconds"), [("5", 5.0), ("soon", LATER), ("", LATER), ("99999", 3600.0)])
def test_a_provider_that_says_when(header: str, seconds: float) -> None:
    with pytest.raises(OverloadedError) as told:
        check_http(WireResponse(429, {"retry-after": header}))
    assert told.value.retry_after == seconds


def test_a_proxy_that_lost_its_server() -> None:
    with pytest.raises(UnclearError):
        check_http(WireResponse(504))
