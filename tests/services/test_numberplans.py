"""Files of the registry: bytes to ranges, every bad row named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.numbering import NumberInfo, Numbering
from tolmach.services.numberplans import Fault, PlanReading, PortedReading, operator_name

HEADER = "АВС/ DEF;От;До;Емкость;Оператор;Регион;Территория ГАР;ИНН\n"
ROW = '961;2242000;2242499;500;ПАО "Вымпел-Коммуникации";Новосибирская область'
NOVOSIBIRSK = NumberInfo("Вымпел-Коммуникации", "Новосибирская область", "Asia/Novosibirsk")


def read(*files: bytes) -> PlanReading:
    reading = PlanReading()
    for number, data in enumerate(files, 1):
        reading.read(f"{number}.csv", data)
    return reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "text",
    [
        ROW,
        HEADER + ROW + ";г. Новосибирск;7713076301",
        HEADER.replace(";Территория ГАР", "") + ROW + ";7713076301\n",
        HEADER.replace(";Территория ГАР;ИНН", "") + "\n" + ROW + "\n\n",
        HEADER + ' 961 ; 2242000;2242499 ; 500;  ПАО  "Вымпел-Коммуникации" ; Новосибирская   область ',
        HEADER + '"961";"2242000";"2242499";"500";"ПАО ""Вымпел-Коммуникации""";"Новосибирская область"',
    ],
)
def test_forms_of_the_file(text: str, end: str, encoding: str) -> None:
    reading = read(text.replace("\n", end).encode(encoding))
    assert (reading.faults.count, reading.rows) == (0, 1)
    plan = Numbering(reading.ranges())
    assert plan.lookup("79612242000") == plan.lookup("79612242499") == NOVOSIBIRSK
    assert plan.lookup("79612242500").region == ""


def test_short_numbers_are_the_registrys_way_to_leave_out_zeros() -> None:
    plan = Numbering(read("900;0;61999;62000;ООО «Т2 Мобайл»;Краснодарский край".encode()).ranges())
    assert plan.lookup("79000000000").operator == plan.lookup("79000061999").operator == "Т2 Мобайл"


def test_several_files_in_any_order() -> None:
    nine = "961;0;9;10;Б;Томская область\n900;0;9;10;А;Омская область".encode()
    three = "383;0;9999999;10000000;В;Новосибирская область".encode("windows-1251")
    reading = read(nine, three)
    ranges = reading.ranges()
    assert list(ranges.firsts) == [73_830_000_000, 79_000_000_000, 79_610_000_000]
    assert [Numbering(ranges).lookup(str(first)).operator for first in ranges.firsts] == ["В", "А", "Б"]
    assert reading.files == ["1.csv", "2.csv"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("961;0;9;10;А", "5 fields; code, from, to, capacity, operator and region are needed"),
        ("96;0;9;10;А;Б", "code '96' is not three digits"),
        ("96x;0;9;10;А;Б", "code '96x' is not three digits"),
        ("961;;9;10;А;Б", "'' is not up to seven digits"),
        ("961;0;10000000;10;А;Б", "'10000000' is not up to seven digits"),
        ("961;-1;9;10;А;Б", "'-1' is not up to seven digits"),
        ("961;٣;9;10;А;Б", "'٣' is not up to seven digits"),
        ("961;9;0;10;А;Б", "the range ends at 0, before it begins at 9"),
        ("961;0;9;10; ;Б", "the operator is not 1 to 255 printable characters"),
        (f"961;0;9;10;А;{'Б' * 256}", "the region is not 1 to 255 printable characters"),
        ("961;0;9;10;А;Б\x00", "the region is not 1 to 255 printable characters"),
        (
            f'961;0;9;10;"{"А" * 131_073}";Б',
            "not a row of a CSV file: field larger than field limit (131072)",
        ),
    ],
)
def test_a_bad_row_is_named_and_left_out(row: str, problem: str) -> None:
    reading = read(f"{HEADER}\n{row}\n{ROW}\n".encode())
    assert reading.faults.named == [Fault("1.csv", 3, problem)]
    assert reading.rows == 1


def test_ranges_that_overlap() -> None:
    reading = read("900;0;99;100;А;Томская область\n900;100;199;100;Б;Т".encode(), "900;50;60;11;В;Т".encode())
    ranges = reading.ranges()
    assert reading.faults.named == [Fault("2.csv", 1, "the range overlaps that of 1.csv line 1")]
    assert Numbering(ranges).lookup("79000000055").operator == "А"
    assert len(ranges.firsts) == 2


def test_faults_are_counted_beyond_those_that_are_named() -> None:
    reading = read(b"1;x\n" * 1500)
    assert (reading.faults.count, len(reading.faults.named)) == (1500, 1000)


def test_progress_is_told_in_lines() -> None:
    told: list[int] = []
    PlanReading().read("a", (ROW + "\n").encode() * 12_000, told.append)
    assert (sum(told), len(told)) == (12_001, 3)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('ПАО "МегаФон"', "МегаФон"),
        ("ООО «Екатеринбург-2000»", "Екатеринбург-2000"),
        ('Общество с ограниченной ответственностью "Скартел"', "Скартел"),
        ('ООО "Торговый дом "Весна""', 'Торговый дом "Весна"'),
        ("Мотив", "Мотив"),
        ('ООО "Икс" (филиал)', 'ООО "Икс" (филиал)'),
    ],
)
def test_operators_go_without_their_legal_form(written: str, name: str) -> None:
    assert operator_name(written) == name


def test_ported_numbers() -> None:
    reading = PortedReading()
    text = (
        'number;operator\n79161234567;ПАО "МегаФон"\n8 (903) 000-00-07;Мотив\n79161234567;Т2\n;Т2\nx;Т2\n79161234568\n'
    )
    reading.read("ported.csv", text.encode("windows-1251"))
    ported = reading.ported()
    assert list(ported.numbers) == [79_030_000_007, 79_161_234_567]
    assert [Numbering(ported=ported).lookup(str(number)).operator for number in ported.numbers] == ["Мотив", "Т2"]
    assert reading.rows == 3
    assert [(fault.line, fault.problem) for fault in reading.faults.named] == [
        (5, "'' is no number that can be written to"),
        (6, "'x' is no number that can be written to"),
        (7, "not number;operator"),
    ]


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    reading = read(data)
    ranges = reading.ranges()
    assert len(ranges.firsts) <= reading.rows
    other = PortedReading()
    other.read("x", data)
    other.ported()
