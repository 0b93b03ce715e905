"""Links as administrators write them on the desk: TOML without the name, secrets masked on the way out.

A mask that comes back is the stored secret again, unless the link would lead elsewhere: then every secret has to be
written anew, so that nobody can have one sent to an address of his own.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from tolmach.core.sentences import say
from tolmach.services.administration import BadValueError
from tolmach.services.configuration import MASK, is_secretive, without_secrets

LONGEST: Final = 20_000
PLACES: Final = frozenset({"host", "port", "url", "tls", "type"})
"""What says where a link leads, at any depth."""

Table = Mapping[str, Any]


def read(text: str, name: str) -> dict[str, Any]:
    """Return the table that was written, with its name; BadValueError."""
    if len(text) > LONGEST:
        raise BadValueError(say("a link has at most %(longest)s characters", longest=LONGEST))
    try:
        table = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise BadValueError(say("this is no TOML: %(error)s", error=error)) from None
    if "links" in table or table.get("name", name) != name:
        raise BadValueError(say("write one link, without [[links]], under its own name"))
    return table | {"name": name}


def host_of(text: str) -> str:
    """Return the host of a link over SMPP, "" for any other: requests over HTTP have a guard of their own."""
    table = read(text, "")
    host = table.get("host", "")
    return host if table.get("type", "smpp") == "smpp" and isinstance(host, str) else ""


def not_public(host: str) -> BadValueError:
    """Return what is said of a host where links from the desk may not lead."""
    return BadValueError(say("%(host)s is not the name of a public address", host=host))


def write(table: Table) -> str:
    """Return a table as TOML, its name left out and its secrets masked."""
    shown = masked({key: value for key, value in table.items() if key != "name"})
    plain = [f"{key} = {_value(value)}" for key, value in shown.items() if not isinstance(value, dict)]
    for key, value in shown.items():
        if isinstance(value, dict):
            plain += ["", f"[{_key(key)}]", *(f"{_key(inner)} = {_value(one)}" for inner, one in value.items())]
    return "\n".join(plain) + "\n"


def masked(value: Any, name: str = "") -> Any:
    """Return a value without its secrets."""
    if isinstance(value, Mapping):
        return {key: masked(one, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [masked(one, name) for one in value]
    if is_secretive(name) and value not in ("", None):
        return MASK
    return without_secrets(value) if isinstance(value, str) else value


def restored(given: Table, stored: Table) -> dict[str, Any]:
    """Put the stored secrets where masks came back; BadValueError where there is none, or the link leads elsewhere."""
    if MASK in json.dumps(given, default=str, ensure_ascii=False) and _places(given) != _places(masked(stored)):
        raise BadValueError(say("the link leads elsewhere: write its secrets anew"))
    return {key: _restored(value, stored.get(key), key) for key, value in given.items()}


def to(table: Table) -> str:
    """Return where a link leads, in short."""
    if "host" in table:
        return f"{table['host']}:{table.get('port', 2775)}"
    return urlsplit(str(table.get("url", ""))).hostname or ""


def _restored(given: Any, stored: Any, name: str) -> Any:
    if isinstance(given, Mapping):
        known = stored if isinstance(stored, Mapping) else {}
        return {key: _restored(value, known.get(key), str(key)) for key, value in given.items()}
    if MASK not in json.dumps(given, default=str, ensure_ascii=False):
        return given
    if stored is None or masked(stored, name) != given:
        raise BadValueError(say("no secret is stored for %(name)s: write it", name=name))
    return stored


def _places(table: Any) -> list[tuple[str, str]]:
    return sorted(_walk(table))


def _walk(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in PLACES:
                yield key, json.dumps(inner, sort_keys=True, default=str)
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {_value(one)}' for key, one in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
