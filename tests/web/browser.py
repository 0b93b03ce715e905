"""A browser without a screen: it keeps cookies, follows where it is sent, and fills in the forms that it is shown."""

import asyncio
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from lxml import html
from starlette.types import Message, Scope

from tests.gateway import Inside

PASSWORD = "demo"


@dataclass
class Shown:
    """What a browser was answered."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: list[str]

    @property
    def text(self) -> str:
        """The page as it came."""
        return self.body.decode()

    @property
    def page(self) -> Any:
        """The page as a tree."""
        return html.fromstring(self.text)

    @property
    def location(self) -> str:
        """Where the browser is sent."""
        return self.headers.get("location", "")

    def said(self, selector: str = "//main") -> str:
        """What a person reads at a place, its white space folded."""
        return " ".join(" ".join(self.page.xpath(selector)[0].itertext()).split())


@dataclass
class Browser:
    """One browser of one person."""

    inside: Inside
    language: str = "en"
    scheme: str = "http"
    remote: str = "192.0.2.7"
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    token: str = ""

    async def get(self, path: str, **headers: str) -> Shown:
        """Open a page."""
        return await self._ask("GET", path, b"", headers)

    async def post(self, path: str, form: Any = (), **headers: str) -> Shown:
        """Send a form, with the token of the page that was shown last. Pairs, or a dictionary."""
        pairs = list(form.items() if isinstance(form, dict) else form)
        body = urlencode([("csrf", self.token), *pairs]).encode()
        return await self._ask("POST", path, body, {"content-type": "application/x-www-form-urlencoded"} | headers)

    async def upload(self, path: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> Shown:
        """Send a form with files."""
        pieces = []
        for name, value in ({"csrf": self.token} | fields).items():
            pieces.append(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
        for name, (filename, content) in files.items():
            head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
            pieces.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join(pieces) + b"--x--\r\n"
        return await self._ask("POST", path, body, {"content-type": "multipart/form-data; boundary=x"})

    async def sign_in(self, login: str = "demo", password: str = PASSWORD) -> Shown:
        """Sign in by the form, and return the first page."""
        await self.get("/sign-in")
        shown = await self.post("/sign-in", {"login": login, "password": password})
        assert shown.status == 303, shown.said()
        return await self.follow(shown)

    async def follow(self, shown: Shown) -> Shown:
        """Go where the browser is sent, to the end."""
        while shown.status == 303:
            shown = await self.get(shown.location)
        return shown

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Shown:
        given = {
            "host": "gateway.example",
            "accept-language": self.language,
            "user-agent": "A browser",
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "content-length": str(len(body)),
            **self.headers,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": self.scheme,
            "path": path.partition("?")[0],
            "query_string": path.partition("?")[2].encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": (self.remote, 40_000),
            "server": ("gateway.example", 80),
        }
        incoming: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        outgoing: list[Message] = []

        async def receive() -> Message:
            if not incoming:
                await asyncio.Event().wait()  # the browser stays until it has everything
            return incoming.pop(0)

        async def send(message: Message) -> None:
            outgoing.append(message)

        await self.inside.gateway(scope, receive, send)
        return self._shown(outgoing)

    def _shown(self, outgoing: list[Message]) -> Shown:
        heads = [(name.decode().lower(), value.decode()) for name, value in outgoing[0]["headers"]]
        cookies = [value for name, value in heads if name == "set-cookie"]
        for cookie in cookies:
            for name, morsel in SimpleCookie(cookie).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.coded_value
        body = b"".join(message.get("body", b"") for message in outgoing[1:])
        shown = Shown(outgoing[0]["status"], dict(heads), body, cookies)
        if "text/html" in shown.headers.get("content-type", "") and body.strip():
            tokens = shown.page.xpath("//input[@name='csrf']/@value")
            self.token = tokens[0] if tokens else self.token
        return shown
