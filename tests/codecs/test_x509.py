from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs.x509 import not_after

AUTHORITY = trustme.CA()
PEM = AUTHORITY.issue_cert("localhost").cert_chain_pems[0].bytes()


@pytest.mark.parametrize("text", ["2027-01-02T03:04:05", "2049-12-31T00:00:00", "2051-06-07T08:09:00"])
def test_the_end_of_a_certificate(text: str) -> None:
    """Dates from 2050 on are written in another way (RFC 5280, 4.1.2.5)."""
    end = datetime.fromisoformat(f"{text}+00:00")
    start = end - timedelta(days=90)
    issued = AUTHORITY.issue_cert("localhost", not_before=start, not_after=end)
    pem = b"bag attributes\n" + issued.private_key_and_cert_chain_pem.bytes()
    assert not_after(pem) == end


@pytest.mark.parametrize(
    ("pem", "said"),
    [
        (b"", "no certificate"),
        (AUTHORITY.issue_cert("localhost").private_key_pem.bytes(), "no certificate"),
        (PEM[:200] + b"\n-----END CERTIFICATE-----", "damaged"),
        (b"-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----", "damaged"),
    ],
)
def test_what_is_none(pem: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        not_after(pem)


@given(st.integers(28, len(PEM) - 28), st.sampled_from(b"Aaz9+/="))
def test_damage_is_an_end_or_a_value_error(place: int, octet: int) -> None:
    damaged = PEM[:place] + bytes([octet]) + PEM[place + 1 :]
    with suppress(ValueError):
        assert not_after(damaged).tzinfo is UTC
