"""The printed settings file and the page about settings hold every setting."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from tests.cli.stage import run
from tolmach.cli.settings import document
from tolmach.settings import Settings

DOCS = Path(__file__).parents[2] / "docs" / "operations" / "settings.md"


def fields() -> Iterator[tuple[str, str]]:
    """Yield (path, description) of every setting."""
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            for inner, inner_field in field.annotation.model_fields.items():
                yield f"{name}.{inner}", str(inner_field.description)
        else:
            yield name, str(field.description)


FIELDS = dict(fields())
NO_TABLES: dict[str, Any] = {
    "links": [],
    "listeners": [],
}  # a list that was written out could not be extended by [[links]]


def test_the_printed_file_is_the_defaults() -> None:
    printed = NO_TABLES | tomllib.loads(run("settings").out)
    assert Settings.model_construct().model_dump() == Settings.model_validate(printed).model_dump()
    paths = [f"{k}.{inner}" for k, v in printed.items() if isinstance(v, dict) for inner in v]
    assert sorted(paths + [k for k, v in printed.items() if not isinstance(v, dict)]) == sorted(FIELDS)


@pytest.mark.parametrize("path", FIELDS)
def test_every_setting_is_described_in_the_file_and_on_the_page(path: str) -> None:
    variable = f"TOLMACH_{path.replace('.', '__').upper()}"
    assert f"# {FIELDS[path]} [{variable}]" in document()
    row = next(line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{path}` |"))
    assert f"`{variable}`" in row
    assert FIELDS[path] in row


@pytest.mark.parametrize("path", FIELDS)
def test_the_page_tells_the_default(path: str) -> None:
    default = NO_TABLES | tomllib.loads("\n".join(document()))
    for name in path.split("."):
        default = default[name]
    row = next(line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{path}` |"))
    written = tomllib.loads(f"x = {row.split('|')[3].strip().strip('`')}")["x"]
    assert written == default


def test_the_values_in_force() -> None:
    environment: dict[str, str | None] = {"TOLMACH_DATA": 'odd "name"', "TOLMACH_CALLBACKS__DELAYS": "[1, 2.5]"}
    printed = tomllib.loads(run("settings", "--effective", env=environment).out)
    assert printed["data"] == 'odd "name"'
    assert printed["callbacks"]["delays"] == [1, 2.5]


def test_the_database_in_force_is_shown_without_its_password() -> None:
    server = {"TOLMACH_DATABASE_URL": "postgresql://tolmach:secret@db:6000/messages"}
    pooler = {"TOLMACH_DATABASE_POOLER_URL": "postgresql://tolmach:secret@pooler/messages?sslmode=require"}
    printed = tomllib.loads(run("settings", "--effective", env=server | pooler).out)
    assert printed["database_url"] == "postgresql://tolmach:••••@db:6000/messages"
    assert printed["database_pooler_url"] == "postgresql://tolmach:••••@pooler/messages?sslmode=require"


def test_a_link_in_force_is_shown_without_its_password() -> None:
    rules = '"content": {"long": "sar"}, "ids": {"text": "hex"}'
    link = f'{{"name": "one", "host": "h", "system_id": "i", "password": "secret", {rules}}}'
    out = run("settings", "--effective", env={"TOLMACH_LINKS": f"[{link}]"}).out
    assert "secret" not in out
    assert tomllib.loads(out)["links"] == [
        {"name": "one", "host": "h", "system_id": "i", "content": {"long": "sar"}, "ids": {"text": "hex"}}
    ]


def test_a_wrong_link_is_told_with_its_place() -> None:
    result = run(
        "settings",
        "--effective",
        env={"TOLMACH_LINKS": '[{"name": "one", "host": "h", "system_id": "i", "window": 0}]'},
    )
    assert result.code == 2
    assert "links.0.smpp: window must be 1 to 1000" in result.err
