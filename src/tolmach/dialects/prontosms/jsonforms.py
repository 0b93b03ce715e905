"""What the JSON interface calls things: per ``type`` the form of its request and the shape of its answer.

Rows up to ``patterns`` are those of the engine's JSON documentation. It says nothing of the others: they keep the names
of their XML, with the text of an element under the name that stands here. A method that has no row is reached by the
name of its script, and its answer is written as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tolmach.dialects.engine.jsontree import SECURITY, Form, Row, Shape


class Method(NamedTuple):
    """The two halves of a method's JSON."""

    form: Form
    shape: Shape


def _request(*, text: str = "", **inner: Form) -> Form:
    return Form("request", text=text, inner={"security": SECURITY, **inner})


def _inside(tag: str, **inner: Form) -> Form:
    """Return the form of a document whose own values stand in an element of the XML."""
    return Form(tag, inner={"security": SECURITY, **inner})


def _rows(tag: str, key: str, text: str = "", around: str = "") -> Shape:
    return Shape({tag: Row(key, text)}, frozenset({around} if around else ()))


_MESSAGE: Final = Form(
    "message",
    elements=True,
    attributes=frozenset({"type", "type_send_1", "type_send_2"}),
    inner={"abonent": Form("abonent", scalar="phone")},
)
_BASES: Final = _request(
    bases=Form("base", "bases", text="text_birth"),
    delete_bases=Form("base", "delete_bases", scalar="id_base"),
)
_STOP: Final = _request(
    add_stop=Form("phone", "add_stop", scalar="phone"), delete_stop=Form("phone", "delete_stop", scalar="phone")
)
_PATTERNS: Final = _request(
    patterns=Form("pattern", "patterns", text="pattern"),
    delete_patterns=Form("pattern", "delete_patterns", scalar="id_pattern"),
)
_STATS: Final = Method(_request(), _rows("stat", "stats", around="stats"))

METHODS: Final[Mapping[str, Method]] = {
    "sms": Method(_request(message=_MESSAGE), _rows("information", "sms", "action")),
    "state": Method(_request(get_state=Form("id_sms", "get_state")), _rows("state", "state", "state")),
    "balance": Method(_request(), _rows("sms", "sms", "number")),
    "originator": Method(_request(), _rows("originator", "list_originator", "originator", "list_originator")),
    "incoming": Method(_request(), _rows("sms", "sms", "text_sms")),
    "def": Method(_request(phones=Form("phone", "phones")), _rows("phone", "phones", "phone")),
    "list_bases": Method(_request(), _rows("base", "base", "text_birth")),
    "bases": Method(_BASES, _rows("base", "bases", "action")),
    "list_phones": Method(_request(), _rows("phone", "phones", around="phones")),
    "phones": Method(_inside("base", phones=Form("phone", scalar="phone")), _rows("phone", "phones", "action", "base")),
    "list_stop": Method(_request(), _rows("phone", "phones")),
    "stop": Method(_STOP, _rows("phone", "phones", "action")),
    "list_scheduled": Method(_inside("scheduled"), _rows("scheduled", "scheduled", around="phones")),
    "scheduled": Method(
        _request(delete_schedule=Form("schedule", "delete_schedule", scalar="id_sms")),
        _rows("scheduled", "scheduled", "action"),
    ),
    "time": Method(_request(), Shape()),
    "list_stats": _STATS,
    "stats": _STATS,
    "list_patterns": Method(_request(), _rows("pattern", "patterns", "pattern")),
    "patterns": Method(_PATTERNS, _rows("pattern", "patterns", "action")),
    # no documentation of the JSON interface has these
    "add_originator": Method(
        _request(originator=Form("originator", text="originator")), _rows("originator", "originator", "action")
    ),
    "list_registry_originator": Method(_request(), _rows("operator", "operator", around="registry_originator")),
    "registry_originator": Method(
        _request(
            registry_originator=Form("originator", "registry_originator"),
            delete_registry_originator=Form("originator", "delete_registry_originator"),
        ),
        Shape(),
    ),
    "get_state": Method(_request(get_state=Form("get_state", text="url")), Shape()),
    "add_balance": Method(_request(), _rows("transaction", "transaction")),
    "check_change": Method(_request(), Shape()),
}
OTHER: Final = Method(_request(), Shape())
_ALIASES: Final[Mapping[str, Sequence[str]]] = {"": ("sms",), "index": (), "stats": ("list_stats", "stats")}


def method_of(paths: Sequence[str]) -> dict[str, Method]:
    """Return the types by which the method on these addresses is asked for."""
    scripts = [path.removeprefix("/xml").strip("/").removesuffix(".php") for path in paths]
    return {type_: METHODS.get(type_, OTHER) for script in scripts for type_ in _ALIASES.get(script, (script,))}
