"""Mobilgroup's extxml.php: three commands on one address. windows-1251 both ways."""

from typing import Any

from tolmach.dialects.contract import Endpoint
from tolmach.dialects.mobilgroup.extxml import Extxml
from tolmach.dialects.mobilgroup.vocabulary import NAME

__all__ = ["NAME", "endpoints"]


def endpoints() -> tuple[Endpoint[Any], ...]:
    """Return every address that the dialect answers on."""
    return (Extxml(),)
