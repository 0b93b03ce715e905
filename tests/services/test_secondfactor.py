from base64 import b32encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tolmach.services import secondfactor

RFC = b32encode(b"12345678901234567890").decode()
NOON = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert secondfactor.code(RFC, secondfactor.step_at(moment)) == code


def test_a_code_is_good_for_its_half_minute_and_those_beside_it() -> None:
    step = secondfactor.step_at(NOON)
    codes = {ahead: secondfactor.code(RFC, step + ahead) for ahead in range(-2, 3)}
    found = {ahead: secondfactor.check(RFC, code, NOON, 0) for ahead, code in codes.items()}
    assert found == {-2: None, -1: step - 1, 0: step, 1: step + 1, 2: None}


def test_a_code_is_good_once() -> None:
    step = secondfactor.step_at(NOON)
    assert secondfactor.check(RFC, secondfactor.code(RFC, step), NOON, step) is None
    assert secondfactor.check(RFC, secondfactor.code(RFC, step), NOON + timedelta(seconds=20), step - 1) == step


@pytest.mark.parametrize("shown", ["", "12345", "я", "٣٣٣٣٣٣", "000000 1"])
def test_what_is_no_code(shown: str) -> None:
    assert secondfactor.check(RFC, shown, NOON, 0) is None


def test_a_code_may_be_written_with_a_space() -> None:
    code = secondfactor.code(RFC, secondfactor.step_at(NOON))
    assert secondfactor.check(RFC, f" {code[:3]} {code[3:]}", NOON, 0)


def test_secrets() -> None:
    secret = secondfactor.make_secret()
    assert len(secret) == 32
    assert secret != secondfactor.make_secret()
    read = urlsplit(secondfactor.address(secret, "anna@shop", "Tolmach"))
    assert (read.scheme, read.netloc, read.path) == ("otpauth", "totp", "/Tolmach:anna%40shop")
    assert parse_qs(read.query) == {"secret": [secret], "issuer": ["Tolmach"], "digits": ["6"], "period": ["30"]}


def test_recovery_codes() -> None:
    codes = secondfactor.make_recovery_codes()
    assert len(set(codes)) == secondfactor.RECOVERY_CODES
    assert secondfactor.recovery_digest(codes[0]) == secondfactor.recovery_digest(codes[0].upper().replace("-", " "))
    assert secondfactor.recovery_digest(codes[0]) != secondfactor.recovery_digest(codes[1])
