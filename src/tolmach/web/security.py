"""What keeps pages safe: headers, cookies, and the tokens that forms carry.

A form's token is a digest of the cookie that came with it, which no other site can read. So nothing has to be kept.
"""

import hmac
import secrets
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
SESSION = "tolmach_session"
VISIT = "tolmach_visit"  # of somebody who is not signed in
YEAR = 365 * 24 * 3600
FIELD = "csrf"
OWN = {"same-origin", "none"}


class Cookies:
    """Cookies that scripts cannot read and other sites do not send; ``always_secure``: a proxy speaks TLS for us."""

    def __init__(self, *, always_secure: bool) -> None:
        self._always_secure = always_secure

    def read(self, request: Request, name: str) -> str:
        """Return a cookie, "" when there is none."""
        return request.cookies.get(self._name(request, name), "")

    def write(self, request: Request, response: Response, name: str, value: str, age: int | None = None) -> None:
        """Set a cookie, until the browser is closed or for ``age`` seconds."""
        response.set_cookie(
            self._name(request, name),
            value,
            max_age=age,
            path="/",
            secure=self._secure(request),
            httponly=True,
            samesite="lax",
        )

    def drop(self, request: Request, response: Response, name: str) -> None:
        """Take a cookie away."""
        response.delete_cookie(
            self._name(request, name), path="/", secure=self._secure(request), httponly=True, samesite="lax"
        )

    def _secure(self, request: Request) -> bool:
        return self._always_secure or request.url.scheme == "https"

    def _name(self, request: Request, name: str) -> str:
        """A browser takes a ``__Host-`` cookie only from the host itself, over TLS."""
        return f"__Host-{name}" if self._secure(request) else name


def make_visit() -> str:
    """Return what tells an anonymous browser from others."""
    return secrets.token_urlsafe(24)


def form_token(cookie: str) -> str:
    """Return the token for the forms of a browser."""
    return sha256(f"form {cookie}".encode()).hexdigest()


def is_own(request: Request, cookie: str, token: str) -> bool:
    """Tell whether a form comes from one of our pages."""
    if request.headers.get("sec-fetch-site", "same-origin") not in OWN:
        return False
    return bool(cookie) and hmac.compare_digest(form_token(cookie).encode(), token.encode("utf-8", "replace"))
