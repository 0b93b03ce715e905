"""Answers without a numbering plan."""

import pytest

from tolmach.core.publicnumbers import describe


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("79612242243", ("Билайн", "", "")),  # a Russian mobile number may be anywhere between -1 and +9
        ("79161234567", ("", "", "")),
        ("79999999999", ("МегаФон", "", "")),
        ("79210000000", ("МегаФон", "", "")),
        ("73832123456", ("", "Новосибирская обл.", "Asia/Novosibirsk")),
        ("74957271122", ("", "Московская обл.", "Europe/Moscow")),
        ("77012345678", ("Kcell/Activ", "Казахстан", "Asia/Almaty")),
        ("380671234567", ("Kyivstar", "Украина", "Europe/Kyiv")),
        ("447911123456", ("JT", "Guernsey", "Europe/Guernsey")),  # four zones, one clock
        ("12125551212", ("", "New York, NY", "America/New_York")),
        ("999", ("", "", "")),
        ("0", ("", "", "")),
        ("", ("", "", "")),
    ],
)
def test_what_the_metadata_knows(phone: str, expected: tuple[str, str, str]) -> None:
    assert describe(phone) == expected
