"""The phones for programs: how one is set, and what a person does with its messages, as JSON."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tolmach.sandbox import parameters
from tolmach.sandbox.api import answer, body, describe, from_elsewhere, guarded
from tolmach.sandbox.handset import RESET, Handset, words
from tolmach.sandbox.message import WAITING, MessageQuery, PhoneMessage
from tolmach.sandbox.parameters import MAX_LIMIT
from tolmach.sandbox.phones import Phones


def routes(phones: Phones) -> list[BaseRoute]:
    """Return the routes of single phones, and of what is done with messages."""

    async def show(request: Request) -> Response:
        return answer(await _shown(phones, phones.handset(_number(request))))

    async def change(request: Request) -> Response:
        number = _number(request)
        return answer(await _shown(phones, await phones.set(number, parameters.change(await body(request)))))

    async def reset(request: Request) -> Response:
        return answer(await _shown(phones, await phones.set(_number(request), RESET)))

    async def reset_all(request: Request) -> Response:
        parameters.nothing(request.query_params.multi_items())
        changed = phones.set_handsets()
        for handset in changed:
            await phones.set(handset.number, RESET)
        return answer({"reset": len(changed)})

    async def read(request: Request) -> Response:
        return answer(describe(await phones.read(_message(request))))

    async def press(request: Request) -> Response:
        pressed = await phones.press(_message(request))
        return answer({**describe(pressed), "opens": _link(pressed)})

    return [
        Route("/sandbox/api/phones", guarded(reset_all), methods=["DELETE"]),
        Route("/sandbox/api/phones/{number}", guarded(show), methods=["GET"]),
        Route("/sandbox/api/phones/{number}", guarded(change), methods=["PATCH"]),
        Route("/sandbox/api/phones/{number}", guarded(reset), methods=["DELETE"]),
        Route("/sandbox/api/messages/{id}/read", guarded(read), methods=["POST"]),
        Route("/sandbox/api/messages/{id}/press", guarded(press), methods=["POST"]),
    ]


def setting(handset: Handset) -> dict[str, object]:
    """Return how a phone is set as the API shows it; ``outcome`` has only what somebody chose."""
    return {"phone": handset.number, "on": handset.on, "outcome": words(handset.chosen)}


async def _shown(phones: Phones, handset: Handset) -> dict[str, object]:
    query = MessageQuery(phone=handset.number, outcome=WAITING, limit=MAX_LIMIT)
    return {**setting(handset), "waiting": len(await phones.messages(query))}


def _number(request: Request) -> str:
    parameters.nothing(request.query_params.multi_items())
    return parameters.number(request.path_params["number"])


def _message(request: Request) -> int:
    from_elsewhere(request)
    parameters.nothing(request.query_params.multi_items())
    return parameters.message(request.path_params["id"])


def _link(message: PhoneMessage) -> str:
    return message.card.button_url or str(getattr(message.what(), "url", ""))
