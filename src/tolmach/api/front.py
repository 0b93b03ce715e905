"""What somebody sees who opens the bare address: what this is, and where to go on."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from tolmach import __version__


def routes(places: dict[str, str]) -> list[BaseRoute]:
    """Return ``/``; ``places`` are paths with what is there."""
    lines = [f"Tolmach {__version__}, a messaging gateway.", ""]
    lines += [f"{path:<16}{what}" for path, what in places.items()]

    async def front(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("\n".join(lines) + "\n")

    return [Route("/", front)]
