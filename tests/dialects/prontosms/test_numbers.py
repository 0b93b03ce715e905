import pytest

from tests.dialects.engine.documents import HEAD, below_root, text
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import DescribeNumbers
from tolmach.core.errors import Failure
from tolmach.core.results import NumberDetail, NumbersResult
from tolmach.dialects.prontosms.numbers import Numbers


def rendered(numbers: tuple[str, ...], *details: NumberDetail) -> str:
    return below_root(Numbers().render(call(), NumbersResult(numbers, details)))


def test_numbers_are_read_in_order() -> None:
    parsed = Numbers().parse(request("<phones><phone> 79612242243\n</phone><x/><phone/><phone>8</phone></phones>"))
    assert parsed.command == DescribeNumbers(("79612242243", "", "8"))


def test_without_phones_the_document_is_refused_after_the_login() -> None:
    fault = Numbers().parse(request("<phone>1</phone>")).fault
    assert fault is not None
    assert fault.failure is Failure.MISSING_FIELD


@pytest.mark.parametrize(
    ("hours", "shown"), [(3.0, "3"), (-1.0, "-1"), (0.0, "0"), (2.5, "2.5"), (None, "unknown"), (-0.5, "-0.5")]
)
def test_hours(hours: float | None, shown: str) -> None:
    detail = NumberDetail("А", "Б", hours)
    assert rendered(("7",), detail) == f'<phone operator="А" region="Б" time_zone="{shown}">7</phone>'


def test_no_white_space_between_the_numbers() -> None:
    assert rendered(("1", "<&"), NumberDetail('А "Б"', "В", 0), NumberDetail()) == (
        '<phone operator="А &quot;Б&quot;" region="В" time_zone="0">1</phone>'
        '<phone operator="unknown" region="unknown" time_zone="unknown">&lt;&amp;</phone>'
    )


def test_nothing_asked() -> None:
    assert text(Numbers().render(call(), NumbersResult((), ()))) == HEAD + "</response>"
