"""Operators as people write them."""

import pytest

from tolmach.core.operators import KNOWN, OperatorFilter, brand, spelled


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("MegaFon", "мегафон"),
        (" Теле2 ", "t2"),
        ("T2", "t2"),
        ("МТС", "мтс"),
        ("mega", "мегафон"),
        ("Other", "other"),
        ("", ""),
    ],
)
def test_one_spelling(written: str, compared: str) -> None:
    assert spelled(written) == compared


@pytest.mark.parametrize(
    ("plan", "called"),
    [
        ('ПАО "Вымпел-Коммуникации"', "билайн"),
        ('ОАО "Вымпелтелеком"', "билайн"),
        ('ПАО "Мобильные ТелеСистемы"', "мтс"),
        ('ПАО "МегаФон"', "мегафон"),
        ('ООО "Т2 Мобайл"', "t2"),
        ('ООО "Екатеринбург-2000"', "мотив"),
        ('ООО "Скартел"', "yota"),
        ("АО Связь", "ао связь"),
    ],
)
def test_what_the_plan_calls_them(plan: str, called: str) -> None:
    assert brand(plan) == called


def test_those_that_are_known_are_their_own_brands() -> None:
    assert [brand(name) for name in KNOWN] == [spelled(name) for name in KNOWN]


@pytest.mark.parametrize(
    ("allowed", "excluded", "operator", "lets"),
    [
        ([], [], "МТС", True),
        (["megafon", "beeline"], [], "Билайн", True),
        (["megafon", "beeline"], [], 'ПАО "Вымпел-Коммуникации"', True),
        (["megafon", "beeline"], [], "МТС", False),
        (["megafon"], [], "", False),
        ([], ["mts"], "МТС", False),
        ([], ["mts"], 'ПАО "Мобильные ТелеСистемы"', False),
        ([], ["mts"], "", True),
        (["mts"], ["mts"], "МТС", False),
        ([""], [" "], "МТС", True),
        (["АО Связь"], [], "АО СВЯЗЬ", True),
    ],
)
def test_a_filter(allowed: list[str], excluded: list[str], operator: str, lets: bool) -> None:
    assert OperatorFilter.of(allowed, excluded).lets(operator) is lets
