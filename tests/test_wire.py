from dataclasses import FrozenInstanceError

import pytest

from tolmach.wire import WireRequest, WireResponse


def test_a_request_needs_no_more_than_method_and_path() -> None:
    request = WireRequest("GET", "/xml/")
    assert (request.query, dict(request.headers), request.body, request.remote) == ("", {}, b"", "")


def test_an_answer_is_a_success_unless_it_says_otherwise() -> None:
    assert WireResponse() == WireResponse(200, {}, b"")


def test_neither_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        WireRequest("GET", "/").path = "/other"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        WireResponse().status = 500  # type: ignore[misc]
