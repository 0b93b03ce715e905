from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs.smpp.receipt_dates import read_date

DATES = [
    ("2607181201", (2026, 7, 18, 12, 1)),
    ("260718120159", (2026, 7, 18, 12, 1, 59)),
    ("20260718120159", (2026, 7, 18, 12, 1, 59)),
    ("202607181201", (2026, 7, 18, 12, 1)),
    ("201011123040", (2020, 10, 11, 12, 30, 40)),
    ("201011124070", None),
    ("26071812", (2026, 7, 18, 12)),
    ("20260718", (2026, 7, 18)),
    ("2402291200", (2024, 2, 29, 12)),
    ("2026-07-18 12:01:32", (2026, 7, 18, 12, 1, 32)),
    ("2026-07-18T12:01", (2026, 7, 18, 12, 1)),
    ("2026/07/18", (2026, 7, 18)),
    ("18.07.2026 12:01:05", (2026, 7, 18, 12, 1, 5)),
    ("18-07-26 12:01", (2026, 7, 18, 12, 1)),
    ("1784376060", (2026, 7, 18, 12, 1)),
    ("1784376060000", (2026, 7, 18, 12, 1)),
    (" 2607181201 ", (2026, 7, 18, 12, 1)),
    ("9912312359", (1999, 12, 31, 23, 59)),
    ("0000000000", None),
    ("2302291200", None),
    ("2026-02-30", None),
    ("31.02.2026", None),
    ("yesterday", None),
    ("", None),
    ("12345", None),
    ("9999999999999", None),
    ("٢٦٠٧١٨١٢٠١", None),
    ("2" * 41, None),
]


@pytest.mark.parametrize(("word", "parts"), DATES)
def test_forms(word: str, parts: tuple[int, ...] | None) -> None:
    expected = None if parts is None else datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]
    assert read_date(word, UTC) == expected


def test_a_date_with_its_own_offset_ignores_the_zone() -> None:
    elsewhere = timezone(timedelta(hours=7))
    assert read_date("260718150100012+", elsewhere) == datetime(2026, 7, 18, 12, 1, tzinfo=UTC)
    assert read_date("261318150100012+", elsewhere) is None
    assert read_date("2607181201", elsewhere) == datetime(2026, 7, 18, 12, 1, tzinfo=elsewhere)


@given(st.text("0123456789-./: T+R", max_size=42) | st.text(max_size=42))
def test_any_word_is_a_date_or_none(word: str) -> None:
    moment = read_date(word, UTC)
    assert moment is None or moment.tzinfo is not None
