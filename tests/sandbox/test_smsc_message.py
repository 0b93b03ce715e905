"""The values hold what the tables give back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.clock import NOON
from tests.sandbox.esme import message
from tolmach.codecs.smpp.constants import MessageState
from tolmach.sandbox.smsc_content import read
from tolmach.sandbox.smsc_message import Address, Known, Order, Owed
from tolmach.sandbox.smsc_tables import Tables
from tolmach.sandbox.storage import MEMORY, Storage


@pytest.fixture
def tables() -> Iterator[Tables]:
    storage = Storage(MEMORY)
    yield Tables(storage)
    storage.close()


def test_an_order_comes_back_as_what_is_known_and_owed(tables: Tables) -> None:
    order = Order("demo", read(message()).drafts, timedelta(seconds=1))
    ((identifier, (row,)),) = tables.take([order], NOON)
    later = NOON + timedelta(seconds=1)
    source, recipient = Address(5, 0, "Tolmach"), Address(1, 1, "79161234500")
    assert tables.find("demo", identifier, NOON) == Known(source, recipient, MessageState.ENROUTE, None)
    assert tables.find("demo", identifier, later) == Known(source, recipient, MessageState.DELIVERED, later)
    owed = Owed(row, identifier, MessageState.DELIVERED, NOON, later, source, recipient, "Hello")
    assert tables.exchange("demo", [], [], later, 10).receipts == [owed]
