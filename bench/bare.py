"""A bare ASGI callable on the gateway's HTTP server: reads a request and always says the same. Prints its port."""

import asyncio

import uvloop
from starlette.types import Receive, Scope, Send

from bench import smpp
from bench.intake import load
from bench.load import ACCEPTED
from tolmach.api.server import HttpServer
from tolmach.api.sockets import listen

BODY = b'<response><information number_sms="0" id_sms="10" parts="1"' + ACCEPTED + b"</response>"
HEADERS = [(b"content-type", b"text/xml"), (b"content-length", str(len(BODY)).encode())]


async def answer(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


async def serve() -> None:
    """Serve until the process is ended."""
    listener = listen("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    await asyncio.gather(HttpServer(answer, listener).run_until_stopped())


def answers_per_second(seconds: float) -> float:
    """Return the requests that it answers at 64 connections, asked by the generator that asks the gateway."""
    with smpp.served("bench.bare") as port:
        return load(port, 64, 1, seconds, ahead=False)["requests_per_second"]


if __name__ == "__main__":
    uvloop.run(serve())
