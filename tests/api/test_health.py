import orjson
import pytest
from starlette.applications import Starlette

from tests.gateway import ask
from tolmach.api import health


@pytest.mark.parametrize("problem", [None, "stopped: intake"])
async def test_alive_whatever_is_wrong(problem: str | None) -> None:
    pages = Starlette(routes=health.routes(lambda: {"workers": problem}))
    answer = await ask(pages, "/health/live", [b""], "GET")
    assert (answer.status, orjson.loads(answer.body)) == (200, {"status": "live"})


async def test_ready_when_every_check_passes() -> None:
    pages = Starlette(routes=health.routes(lambda: {"migrations": None, "workers": None}))
    answer = await ask(pages, "/health/ready", [b""], "GET")
    assert answer.status == 200
    assert orjson.loads(answer.body) == {"status": "ready", "checks": {"migrations": "ok", "workers": "ok"}}


async def test_one_problem_is_enough() -> None:
    pages = Starlette(routes=health.routes(lambda: {"migrations": None, "workers": "stopped: intake"}))
    answer = await ask(pages, "/health/ready", [b""], "GET")
    assert answer.status == 503
    assert orjson.loads(answer.body)["checks"] == {"migrations": "ok", "workers": "stopped: intake"}
