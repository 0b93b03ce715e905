"""The page at the bare address."""

from starlette.applications import Starlette

from tolmach import __version__
from tolmach.api import front


async def test_says_what_this_is_and_where_to_go() -> None:
    app = Starlette(routes=front.routes({"/sandbox/": "the virtual phones"}))
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    await app(scope, receive, send)  # type: ignore[arg-type]

    assert sent[0]["status"] == 200
    body = sent[1]["body"]
    assert isinstance(body, bytes)
    assert f"Tolmach {__version__}" in body.decode()
    assert "/sandbox/       the virtual phones" in body.decode()
