import io
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from tolmach.services import sheets
from tolmach.services.administration import BadValueError
from tolmach.services.sheets import BrokenError, open_sheet


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(content: bytes) -> list[tuple[int, list[str]]]:
    return [(one.line, one.cells) for one in open_sheet(io.BytesIO(content)).records()]


def test_a_workbook_s_cells_are_written_as_people_mean_them() -> None:
    content = workbook(
        ["phone", "born", "x"],
        [79161234567, datetime(1990, 5, 17), True],  # noqa: DTZ001 - cells have no zone
        [None, None, None],
        ["79161234568", date(1990, 5, 18), 1.5],
        [7.9161234569e10, time(9, 30), datetime(2026, 1, 2, 3, 4, 5)],  # noqa: DTZ001
    )
    assert read(content) == [
        (1, ["phone", "born", "x"]),
        (2, ["79161234567", "1990-05-17", "true"]),
        (4, ["79161234568", "1990-05-18", "1.5"]),
        (5, ["79161234569", "09:30:00", "2026-01-02 03:04:05"]),
    ]


def test_a_workbook_tells_its_rows() -> None:
    told: list[int] = []
    sheet = open_sheet(io.BytesIO(workbook(["phone"], ["1"], ["2"])), told.append)
    assert (sheet.total, sheet.encoding, sheet.delimiter) == (3, "", "")
    assert len(list(sheet.records())) == sum(told) == 3


def test_what_is_no_workbook() -> None:
    whole = workbook(["phone"], ["79161234567"])
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as made:
        made.writestr("x", "y")
    for content in (whole[: len(whole) // 2], b"PK\x03\x04", empty.getvalue()):
        with pytest.raises(BadValueError, match="not an XLSX file"):
            read(content)


def test_a_workbook_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LARGEST_WORKBOOK", 1_000)
    with pytest.raises(BadValueError, match="the workbook is too large"):
        read(workbook(["phone"], ["79161234567"]))


def test_entities_of_a_workbook_are_not_expanded() -> None:
    source, target = io.BytesIO(workbook(["phone"], ["79161234567"])), io.BytesIO()
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name.startswith("xl/worksheets/"):
                head, _, rest = text.partition("<worksheet")
                text = head + bomb + "<worksheet" + rest
            new.writestr(name, text)
    with pytest.raises(BadValueError, match="not an XLSX file"):
        read(target.getvalue())


def test_a_csv_file_breaks_off_where_it_is_broken() -> None:
    records = open_sheet(io.BytesIO(b'phone;name\n79161234567;x\n79161234568;"x" y\n')).records()
    assert [next(records).line, next(records).line] == [1, 2]
    with pytest.raises(BrokenError) as told:
        next(records)
    assert told.value.line == 3
