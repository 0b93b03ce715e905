import pytest
from sqlalchemy import bindparam, delete, insert, literal_column, select, update

from tolmach.store import callbacks, campaigns, counters, ledger, legs, messages, parts, queue, stops
from tolmach.store.database import Tx
from tolmach.store.prepared import Prepared, insertion, one_of
from tolmach.store.schema import counters as table

INSERT = insertion(table)
VALUES = Prepared(select(table.c.name, table.c.value).where(one_of(table.c.name, "names")).order_by(table.c.name))
EVERY = {
    f"{module.__name__.rsplit('.', 1)[1]}.{name}": value
    for module in (callbacks, campaigns, counters, ledger, legs, messages, parts, queue, stops)
    for name, value in vars(module).items()
    if isinstance(value, Prepared)
}


@pytest.fixture
def filled(tx: Tx) -> Tx:
    INSERT.run_many(tx, [("a", 1), ("b", 2), ("it's", 3)])
    return tx


def test_rows_are_plain_tuples(filled: Tx) -> None:
    assert VALUES.all(filled, names=["b", "a", "zz"]) == [("a", 1), ("b", 2)]
    assert VALUES.all(filled, names=[]) == []


@pytest.mark.parametrize("name", ["it's", '"', "\\", "];--", "ё", "\x01"])
def test_any_text_is_a_value(filled: Tx, name: str) -> None:
    insertion(table, ignore=True).run_many(filled, [(name, 3)])
    assert VALUES.all(filled, names=["x", name]) == [(name, 3)]


def test_numbers_are_found_among_numbers(filled: Tx) -> None:
    found = Prepared(select(table.c.name).where(one_of(table.c.value, "values")))
    assert found.all(filled, values=[1, 3, 2**53 - 1]) == [("a",), ("it's",)]


def test_one_value_or_none(filled: Tx) -> None:
    value = Prepared(select(table.c.value).where(table.c.name == bindparam("name")))
    assert value.scalar(filled, name="b") == 2
    assert value.scalar(filled, name="zz") is None


def test_changes_are_counted(filled: Tx) -> None:
    remove = Prepared(delete(table).where(one_of(table.c.name, "names")))
    assert remove.run(filled, names=["a", "b", "zz"]) == 2
    assert remove.run(filled, names=["a"]) == 0


def test_constants_of_a_statement_need_no_value(filled: Tx) -> None:
    raised = Prepared(
        update(table).where(table.c.name == bindparam("b_name"), table.c.value > 1).values(value=table.c.value + 40)
    )
    assert raised.run(filled, b_name="a") == 0
    assert raised.run(filled, b_name="b") == 1
    assert VALUES.all(filled, names=["b"]) == [("b", 42)]


def test_a_missing_value_is_a_mistake(filled: Tx) -> None:
    with pytest.raises(KeyError):
        VALUES.all(filled)


def test_parameters_are_named_in_their_order(tx: Tx) -> None:
    statement = update(table).where(table.c.name == bindparam("b_name")).values(value=bindparam("b_value"))
    assert Prepared(statement).names(tx) == ("b_value", "b_name")
    assert INSERT.names(tx) == ("name", "value")
    constant = insert(table).values(name=bindparam("name"), value=literal_column("0"))
    assert Prepared(constant).names(tx) == ("name",)


def test_an_insertion_that_ignores_keeps_what_is_there(filled: Tx) -> None:
    insertion(table, ignore=True).run_many(filled, [("a", 99), ("c", 4)])
    assert VALUES.all(filled, names=["a", "c"]) == [("a", 1), ("c", 4)]
    with pytest.raises(Exception, match=r"(?i)unique"):
        INSERT.run_many(filled, [("a", 99)])


@pytest.mark.parametrize("name", EVERY)
def test_every_statement_of_the_store_can_be_compiled(tx: Tx, name: str) -> None:
    names = EVERY[name].names(tx)
    assert all(names), names
    assert len(EVERY) >= 25
