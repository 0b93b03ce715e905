"""Patterns with a percent sign."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.wildcards import matches


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("", "anything", True),
        ("INFORM", "inform", True),
        ("INFORM", "INFORM2", False),
        ("INF%", "INFORM", True),
        ("%ORM", "INFORM", True),
        ("%F%R%", "INFORM", True),
        ("%R%F%", "INFORM", False),
        ("%", "", True),
        ("a%a", "a", False),
        ("a.c", "abc", False),
        ("%%a", "a\na", True),
    ],
)
def test_a_percent_sign_is_anything(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


@given(pattern=st.text("ab%.", min_size=1, max_size=6), text=st.text("ab.", max_size=8))
def test_it_means_what_the_plain_expression_means(pattern: str, text: str) -> None:
    plain = ".*".join(map(re.escape, pattern.split("%")))
    assert matches(pattern, text) == bool(re.fullmatch(plain, text))


def test_many_percent_signs_do_not_take_long() -> None:
    assert not matches("%a" * 200 + "%b", "a" * 2_000)
