"""The addresses of all dialects."""

from collections.abc import Sequence
from typing import Any

from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms
from tolmach.dialects.contract import Endpoint


def every_endpoint() -> Sequence[Endpoint[Any]]:
    """Return what clients may call."""
    return [endpoint for dialect in (prontosms, targetsms, smspager, mobilgroup) for endpoint in dialect.endpoints()]
