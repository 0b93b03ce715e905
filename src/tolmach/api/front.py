"""What is at the bare address: people are sent to their pages, programs read what this is and where to go on."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from tolmach import __version__


def routes(places: dict[str, str], home: str = "") -> list[BaseRoute]:
    """Return ``/``; ``places`` are paths with what is there, ``home`` is where a browser is sent."""
    lines = [f"Tolmach {__version__}, a messaging gateway.", ""]
    lines += [f"{path:<16}{what}" for path, what in places.items()]

    async def front(request: Request) -> Response:
        if home and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(home, 303)
        return PlainTextResponse("\n".join(lines) + "\n")

    return [Route("/", front)]
