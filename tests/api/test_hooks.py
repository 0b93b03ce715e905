from pathlib import Path

import pytest

from tests.e2e.chain import HOOK, link
from tests.gateway import ask
from tolmach.api.hooks import LARGEST, routes
from tolmach.providers.http_contract import UnclearError
from tolmach.wire import WireRequest, WireResponse


class Told:
    """A link that keeps what it is told."""

    def __init__(self, hook: str = HOOK, error: Exception | None = None) -> None:
        self.hook = hook
        self.error = error
        self.requests: list[WireRequest] = []

    async def receive(self, request: WireRequest) -> WireResponse:
        if self.error is not None:
            raise self.error
        self.requests.append(request)
        return WireResponse(200, {"content-type": "text/xml"}, b"<ok/>")


async def call(one: Told, path: str, *pieces: bytes, method: str = "POST") -> tuple[int, bytes]:
    from starlette.applications import Starlette

    application = Starlette(routes=routes({"gate": one}.get))
    answer = await ask(application, path, pieces or (b"<request/>",), method)
    return answer.status, answer.body


async def test_what_is_told_is_confirmed() -> None:
    one = Told()
    assert await call(one, f"/hooks/gate/{HOOK}?id=5", b"<req", b"uest/>") == (200, b"<ok/>")
    assert (one.requests[0].body, one.requests[0].query) == (b"<request/>", "id=5")
    assert (await call(one, f"/hooks/gate/{HOOK}?id=6", method="GET"))[0] == 200


@pytest.mark.parametrize("path", [f"/hooks/other/{HOOK}", "/hooks/gate/wrong", f"/hooks/gate/{HOOK}x", "/hooks/gate/я"])
async def test_who_does_not_know_the_secret(path: str) -> None:
    one = Told()
    assert (await call(one, path))[0] == 404
    assert one.requests == []


async def test_a_link_without_a_hook() -> None:
    assert (await call(Told(hook=""), "/hooks/gate/"))[0] == 404


async def test_what_says_nothing_and_what_cannot_be_stored() -> None:
    assert (await call(Told(error=UnclearError("no XML")), f"/hooks/gate/{HOOK}"))[0] == 400
    assert (await call(Told(error=OSError("full")), f"/hooks/gate/{HOOK}"))[0] == 503
    assert (await call(Told(), f"/hooks/gate/{HOOK}", b"x" * LARGEST, b"x"))[0] == 413


async def test_a_gateway_has_the_hooks_of_its_links(installation: Path) -> None:
    from tests.gateway import settings
    from tolmach.app import build

    gateway = build(settings(installation, links=[link("prontosms", 9, hook=HOOK)]))
    try:
        assert (await ask(gateway, "/hooks/prontosms/wrong", [b""])).status == 404
        assert (await ask(gateway, f"/hooks/prontosms/{HOOK}", [b"nonsense"])).status == 400
    finally:
        gateway.database.close()
