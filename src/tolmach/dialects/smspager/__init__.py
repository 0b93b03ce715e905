"""SMS-Pager.COM XML: four methods, each on two addresses. UTF-8 both ways."""

from typing import Any

from tolmach.dialects.contract import Endpoint
from tolmach.dialects.smspager.balance import Balance
from tolmach.dialects.smspager.cancel import Cancel
from tolmach.dialects.smspager.report import Report
from tolmach.dialects.smspager.send import Send
from tolmach.dialects.smspager.vocabulary import NAME

__all__ = ["NAME", "endpoints"]


def endpoints() -> tuple[Endpoint[Any], ...]:
    """Return every address that the dialect answers on."""
    return (Send(), Report(), Balance(), Cancel())
