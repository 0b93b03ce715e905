"""Questions of `bench.pages`: how a page is asked in process, how a download's beginning, how a dialect."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.addresses import Document, Known, documents, is_file, paths
from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.app import Gateway
from tolmach.services import demo

KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and how; the answer is (status, octets)."""

    title: str
    path: str
    ask: Callable[[], Awaitable[tuple[int, int]]]


class FirstKilobyte:
    """An application of whose answers only the beginning is taken: nobody waits for all of a download here."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an answer on until there is enough of it, then go away."""
        size, enough = 0, asyncio.Event()

        async def passing(message: Message) -> None:
            nonlocal size
            if enough.is_set():
                await asyncio.Event().wait()
            await send(message)
            size += len(message.get("body", b""))
            if size >= KILOBYTE:
                enough.set()

        async def answer() -> None:
            await self._application(scope, receive, passing)

        works = [asyncio.create_task(answer()), asyncio.create_task(enough.wait())]
        await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)


async def questions(gateway: Gateway, known: Known) -> list[Question]:
    """Return everything that is asked, by the people of the demonstration and by its programs."""
    found = []
    for login in (demo.LOGIN, demo.OPERATOR, ""):
        browser = Browser(Inside(gateway))
        if login:
            await browser.sign_in(login)
        downloads = Browser(Inside(cast("Gateway", FirstKilobyte(gateway))), cookies=browser.cookies)
        found += [_get(downloads if is_file(path) else browser, path) for path in paths(login, known)]
    return found + [_post(Inside(gateway), one) for one in documents(known)]


def _get(browser: Browser, path: str) -> Question:
    async def ask() -> tuple[int, int]:
        shown = await browser.get(path)
        return shown.status, len(shown.body)

    return Question(path, path, ask)


def _post(inside: Inside, document: Document) -> Question:
    async def ask() -> tuple[int, int]:
        answer = await inside.ask(document.path, document.body.encode())
        return answer.status, len(answer.body)

    return Question(f"{document.path} ({document.title})" if document.title else document.path, document.path, ask)
