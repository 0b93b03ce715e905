"""Health: is the process alive, and is it ready to take messages?"""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

# name of a check -> None when it passes, else what is wrong
Checks = Callable[[], dict[str, str | None]]


def routes(checks: Checks, warnings: Callable[[], Mapping[str, str]] = dict) -> list[BaseRoute]:
    """Return ``/health/live`` and ``/health/ready``; warnings are told, and make nothing unready."""

    async def live(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "live"})

    async def ready(_request: Request) -> JSONResponse:
        results = checks()
        healthy = all(problem is None for problem in results.values())
        body: dict[str, object] = {
            "status": "ready" if healthy else "not ready",
            "checks": {name: problem or "ok" for name, problem in results.items()},
        }
        told = warnings()
        if told:
            body["warnings"] = told
        return JSONResponse(body, status_code=200 if healthy else 503)

    return [Route("/health/live", live), Route("/health/ready", ready)]
