"""Every table is an account's, with the account in its keys, or is listed as something else with the reason."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.schema import CreateTable

from tolmach.store.schema import metadata
from tolmach.store.schema.placement import LOCAL, PARTITIONED, REFERENCE, TENANT

SCALING = Path(__file__).parents[2] / "docs" / "operations" / "scaling.md"
HOW = ("create_reference_table", "colocate_with", "citus_add_local_table_to_metadata")
KEY = re.compile(r"CONSTRAINT \S+ (PRIMARY KEY|UNIQUE) \(([^)]*)\)")
TENANTS = [table for table in metadata.sorted_tables if table.name not in LOCAL and table.name not in REFERENCE]


def keys(table: Table) -> list[tuple[str, list[str]]]:
    """Return the keys that PostgreSQL is told of."""
    said = str(CreateTable(table).compile(dialect=PGDialect_psycopg()))  # type: ignore[no-untyped-call]
    return [(kind, columns.split(", ")) for kind, columns in KEY.findall(said)]


def test_every_table_has_one_place() -> None:
    assert not set(LOCAL) & set(REFERENCE)
    assert set(LOCAL) | set(REFERENCE) <= {table.name for table in metadata.sorted_tables}
    assert all(LOCAL.values())
    assert all(REFERENCE.values())
    assert set(PARTITIONED) <= {table.name for table in TENANTS}


@pytest.mark.parametrize("table", TENANTS, ids=lambda table: table.name)
def test_the_account_is_in_every_key(table: Table) -> None:
    found = keys(table)
    assert [kind for kind, _ in found].count("PRIMARY KEY") == 1
    assert all(TENANT in columns for _, columns in found)
    assert not table.columns[TENANT].nullable


@pytest.mark.parametrize("table", TENANTS, ids=lambda table: table.name)
def test_what_an_account_has_names_only_what_everybody_has_or_its_own(table: Table) -> None:
    assert {key.column.table.name for key in table.foreign_keys} <= set(REFERENCE)
    assert not any(index.unique for index in table.indexes)


def test_the_statements_for_several_servers_name_every_table_where_it_belongs() -> None:
    pieces = SCALING.read_text("utf-8").partition("## Several servers")[2].split(";")
    named = {how: re.findall(r"'([a-z_]+)'", piece) for how in HOW for piece in pieces if how in piece}
    assert sorted(named["create_reference_table"]) == sorted(REFERENCE)
    assert sorted(named["citus_add_local_table_to_metadata"]) == sorted(LOCAL)
    assert set(named["colocate_with"]) - {TENANT} == {table.name for table in TENANTS}


@pytest.mark.parametrize("name", PARTITIONED)
def test_ranges_are_in_every_key(name: str) -> None:
    assert all(PARTITIONED[name] in columns for _, columns in keys(metadata.tables[name]))
