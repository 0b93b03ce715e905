"""``Authorization: Bearer``: a token in the head of a request, where a dialect documents it."""

from tolmach.core.accounts import Token
from tolmach.wire import WireRequest


def bearer(request: WireRequest) -> Token | None:
    """Return the token of the head, None when there is none (RFC 6750: the word's case does not matter)."""
    scheme, _, value = request.headers.get("authorization", "").strip().partition(" ")
    value = value.strip()
    return Token(value) if scheme.lower() == "bearer" and value else None
