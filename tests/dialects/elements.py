"""Elements of a dialect's own names, for documents that nobody would write."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

DEPTH = 3


def trees(names: Sequence[str], attributes: Sequence[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return elements with any values, four deep at the most, nearly always well-formed."""

    @st.composite
    def elements(draw: Any, depth: int = DEPTH) -> str:
        name = draw(st.sampled_from(names))
        found = draw(st.dictionaries(st.sampled_from(attributes), values, max_size=3))
        given = "".join(f' {key}="{escaped(value)}"' for key, value in found.items())
        inner = draw(st.lists(elements(depth - 1), max_size=3)) if depth else []
        return f"<{name}{given}>{escaped(draw(values))}{''.join(inner)}</{name}>"

    return elements()


def escaped(value: str) -> str:
    """Return a text for an element or an attribute."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
