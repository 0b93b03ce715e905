"""``tolmach settings``: every setting with its description, as a TOML file to start from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from tolmach.cli.opening import load_settings
from tolmach.services.configuration import without_password
from tolmach.settings import Settings

_TELLING = {("type", kind) for kind in ("prontosms", "targetsms", "smspager", "mobilgroup", "http")}
_HEAD = (
    "# Settings of Tolmach. Name this file in TOLMACH_CONFIG, or start `tolmach --config FILE serve`.",
    "# The environment wins over the file: TOLMACH_PORT, TOLMACH_SANDBOX__ENABLED and so on.",
)


def show(
    effective: Annotated[
        bool, typer.Option("--effective", help="Print the values in force here instead of the defaults.")
    ] = False,
) -> None:
    """Print a commented TOML file with every setting."""
    typer.echo("\n".join(document(load_settings() if effective else None)))


def document(values: Settings | None = None) -> Iterator[str]:
    """Yield the lines of a TOML file that holds ``values`` (None: the defaults), each under its description."""
    yield from _HEAD
    sections: list[tuple[str, FieldInfo]] = []
    for name, field in Settings.model_fields.items():
        if _is_section(field):
            sections.append((name, field))
        else:
            yield from _entry(name, field, _value(values, name, field), f"TOLMACH_{name}")
    for name, field in sections:
        section = _value(values, name, field)
        yield ""
        yield f"# {field.description}"
        yield f"[{name}]"
        for inner, inner_field in type(section).model_fields.items():
            yield from _entry(inner, inner_field, getattr(section, inner), f"TOLMACH_{name}__{inner}")


def _is_section(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _value(values: Settings | None, name: str, field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True) if values is None else getattr(values, name)


def _entry(name: str, field: FieldInfo, value: Any, variable: str) -> Iterator[str]:
    yield ""
    yield f"# {field.description} [{variable.upper()}]"
    if value == ():
        yield f"# [[{name}]]"  # a list that is written out could not be extended by tables
    else:
        yield f"{name} = {_toml(value)}"


def _toml(value: Any) -> str:
    """Write a value; a JSON string, number, truth value and list are TOML too. Nothing is "off"."""
    if value is None:
        return '"off"'
    if isinstance(value, tuple | list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{json.dumps(name)} = {_toml(item)}' for name, item in value.items())}}}"
    if is_dataclass(value):
        return _inline(value)
    if isinstance(value, Enum):
        return _toml(value.value)
    if isinstance(value, SecretStr):
        return _toml(without_password(value.get_secret_value()))
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)


def _inline(value: Any) -> str:
    """Write a table in one line: what differs from the defaults, and no password."""
    shown = [
        one.name
        for one in fields(value)
        # what a table is comes from its type, except that an untyped link is SMPP
        if one.repr and (getattr(value, one.name) != one.default or (one.name, one.default) in _TELLING)
    ]
    return f"{{{', '.join(f'{name} = {_toml(getattr(value, name))}' for name in shown)}}}"
