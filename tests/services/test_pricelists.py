"""Price lists: bytes to rows, every bad row named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.content import Channel
from tolmach.core.money import Money
from tolmach.services.pricelists import read
from tolmach.store.tariffs import PriceRow

HEADER = "direction,prefixes,channel,price\n"
RUSSIA = PriceRow("Россия", ("79", "7900"), Channel.SMS, Money(12_500))


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "Россия,79 7900,sms,1.25",
        HEADER + "\r\n\r\n Россия , 79  7900 ,SMS, 1.25 \r\n",
        HEADER.upper() + 'Россия,+79 7900 79,sms,"1,25"\n',
        "price;channel;direction;prefixes;note\n1,2500;sms;Россия;79 7900;x\n",
        '"direction","prefixes","channel","price"\n"Россия","79 7900","sms","1.25"\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251", "utf-16"])
def test_read(text: str, encoding: str) -> None:
    found = read(text.encode(encoding))
    assert (found.rows, found.faults) == ((RUSSIA,), ())


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "the header lacks direction, prefixes, channel, price"),
        ("direction,price\n", 1, "the header lacks prefixes, channel"),
        (HEADER, 1, "there are no prices"),
        (HEADER + "A,1,sms", 2, "3 fields instead of 4"),
        (HEADER + "A,1,sms,1,25", 2, "5 fields instead of 4"),
        (HEADER + ",1,sms,1", 2, "the direction"),
        (HEADER + f"{'A' * 129},1,sms,1", 2, "the direction"),
        (HEADER + "A,1x,sms,1", 2, "prefix '1x'"),
        (HEADER + "A,0049,sms,1", 2, "prefix '0049'"),
        (HEADER + "A,٣,sms,1", 2, "prefix '٣'"),
        (HEADER + "A,1234567890123456,sms,1", 2, "prefix '1234567890123456'"),
        (HEADER + "A,1,fax,1", 2, "channel 'fax' is not one of sms, viber"),
        (HEADER + "A,1,sms,", 2, "price ''"),
        (HEADER + "A,1,sms,1.00001", 2, "price '1.00001'"),
        (HEADER + "A,1,sms,-0.5", 2, "price -0.5 is below zero"),
        (HEADER + "A,1,sms,1\n\nA,,SMS,2", 4, "A has a price for sms already, on line 2"),
        (HEADER + "A,1,sms,1\nB,1,sms,1", 3, "prefix 1 belongs to A already, on line 2"),
        (HEADER + 'A,1,sms,1\n"B\nC",2,sms,1\nD,3,fax,1', 5, "channel 'fax'"),
        (HEADER + 'A,1,sms,1\n"B,2,sms,1', 0, "not a CSV file"),
    ],
)
def test_faults(text: str, line: int, problem: str) -> None:
    fault = read(text.encode()).faults[-1]
    assert fault.line == line
    assert problem in fault.problem


def test_bytes_that_are_no_text() -> None:
    assert "neither UTF-8 nor windows-1251" in read(b"\x98\xff").faults[0].problem
    assert "neither UTF-8 nor windows-1251" in read(b"\xff\xfe\x00").faults[0].problem


def test_progress_adds_up() -> None:
    told: list[int] = []
    text = HEADER + "A,1,sms,1\n" * 3
    read(text.encode(), told.append)
    assert sum(told) == len(text)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEADER + text).encode("utf-8", "replace")))
def test_any_bytes_give_rows_or_faults(data: bytes) -> None:
    found = read(data)
    assert len(found.rows) == len(found.lines)
    assert found.rows or found.faults
