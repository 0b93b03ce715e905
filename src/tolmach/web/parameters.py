"""What the address of a page says beside its path."""

from starlette.requests import Request

from tolmach.core.ids import parse_id


def number(request: Request, name: str) -> int:
    """Return a number of the query, 0 for what is none."""
    return parse_id(request.query_params.get(name, "")) or 0


def text(request: Request, name: str, longest: int = 200) -> str:
    """Return a text of the query without white space at its ends, cut where it is too long."""
    return request.query_params.get(name, "").strip()[:longest]
