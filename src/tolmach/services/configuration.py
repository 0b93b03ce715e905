"""The settings in force, as they are shown: each with its description, secrets masked.

Descriptions are sentences (`tolmach.core.sentences`), so that a page can say them in its own language.

A secret is a `SecretStr`, a field that its class keeps out of its own representation (``repr=False``), the user and
password of an address, and a header or a parameter of an address that is called like one.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from tolmach.core.results.installation import Section, Setting, SettingsResult

MASK: Final = "••••"
_USERINFO = re.compile(r"(?<=://)[^/@\s]+@")
_SCHEME = re.compile(r"[a-z]+://")
_PASSWORD = re.compile(r"(?<=://)([^:@/?]*):.*@", re.DOTALL)
_SECRETIVE = re.compile(r"auth|cookie|hook|key|pass|pwd|secret|token", re.IGNORECASE)
_PARAMETER = re.compile(rf"([?&][^=&\s]*(?:{_SECRETIVE.pattern})[^=&\s]*=)[^&\s\"{{]+", re.IGNORECASE)


def is_secretive(name: str) -> bool:
    """Tell whether a setting, a header or a parameter is called like a secret."""
    return _SECRETIVE.search(name) is not None


def without_secrets(text: str) -> str:
    """Return a text with what its addresses have of users, passwords and secret parameters masked."""
    return _PARAMETER.sub(rf"\1{MASK}", _USERINFO.sub(f"{MASK}@", text))


def without_password(secret: str) -> str:
    """Return an address with its password masked, and whatever is no address masked whole.

    What ends a password is the last @: one that nobody has written as %40 must not show half of it.
    """
    if _SCHEME.match(secret) is None:
        return MASK
    return _PARAMETER.sub(rf"\1{MASK}", _PASSWORD.sub(rf"\1:{MASK}@", secret))


def described(settings: BaseModel, prefix: str = "TOLMACH") -> SettingsResult:
    """Return every setting of a model, its own ones first and then those of its sections."""
    own, sections = [], []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            inner = list(_settings(value, f"{prefix}_{name}__"))
            sections.append(Section(name, field.description or "", inner))
        else:
            own.append(_setting(name, field, value, f"{prefix}_{name}"))
    return SettingsResult([Section("", "", own), *sections])


def _settings(section: BaseModel, prefix: str) -> Iterator[Setting]:
    for name, field in type(section).model_fields.items():
        yield _setting(name, field, getattr(section, name), prefix + name)


def _setting(name: str, field: FieldInfo, value: Any, variable: str) -> Setting:
    default = field.get_default(call_default_factory=True)
    shown = _shown(value) if field.repr else MASK
    return Setting(name, shown, field.description or "", variable.upper(), changed=value != default)


def _shown(value: Any) -> str:
    """Write a value as it may stand in the file; what is secret in it is masked. Nothing is "off"."""
    if value is None:
        return '"off"'
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, Mapping):
        shown = [f"{name} = {MASK if _SECRETIVE.search(str(name)) else _shown(item)}" for name, item in value.items()]
        return f"{{{', '.join(shown)}}}"
    if is_dataclass(value):
        return _table(value)
    if isinstance(value, Enum):
        return _shown(value.value)
    text = json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)
    return without_secrets(text)


def _table(value: Any) -> str:
    """Write a table: what differs from the defaults."""
    shown = []
    for one in fields(value):
        content = getattr(value, one.name)
        if content != one.default:
            shown.append(f"{one.name} = {_shown(content) if one.repr else MASK}")
    return f"{{{', '.join(shown)}}}"
