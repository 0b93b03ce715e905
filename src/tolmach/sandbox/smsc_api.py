"""The SMSC for programs: who is bound, what was counted, and the faults, as JSON."""

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tolmach.sandbox import parameters
from tolmach.sandbox.api import answer, body, guarded
from tolmach.sandbox.faults import Faults
from tolmach.sandbox.parameters import ParameterError
from tolmach.sandbox.smsc import Smsc


def routes(smsc: Smsc) -> list[BaseRoute]:
    """Return the routes under ``/sandbox/api/smsc``."""

    async def status(request: Request) -> Response:
        parameters.nothing(request.query_params.multi_items())
        return answer(await smsc.status())

    async def show(request: Request) -> Response:
        parameters.nothing(request.query_params.multi_items())
        return answer(smsc.book.describe())

    async def put(request: Request) -> Response:
        system = parameters.system(request.query_params.multi_items())
        smsc.book.put(_faults(await body(request)), system)
        return answer(smsc.book.describe())

    async def clear(request: Request) -> Response:
        smsc.book.clear(parameters.system(request.query_params.multi_items()))
        return answer(smsc.book.describe())

    return [
        Route("/sandbox/api/smsc", guarded(status), methods=["GET"]),
        Route("/sandbox/api/smsc/faults", guarded(show), methods=["GET"]),
        Route("/sandbox/api/smsc/faults", guarded(put), methods=["PUT"]),
        Route("/sandbox/api/smsc/faults", guarded(clear), methods=["DELETE"]),
    ]


def _faults(body: bytes) -> Faults:
    try:
        return Faults.model_validate_json(body)
    except ValidationError as error:
        told = [f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in error.errors()]
        raise ParameterError("; ".join(told)) from None
