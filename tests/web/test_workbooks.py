import io
import zipfile
from collections.abc import AsyncIterator, Sequence

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from tolmach.web.workbooks import LONGEST, workbook


async def given(*pieces: Sequence[Sequence[object]]) -> AsyncIterator[Sequence[Sequence[object]]]:
    for piece in pieces:
        yield piece


async def made(*pieces: Sequence[Sequence[object]]) -> list[bytes]:
    return [octets async for octets in workbook("Fish & <chips>", given(*pieces))]


def read(written: list[bytes]) -> list[tuple[object, ...]]:
    book = load_workbook(io.BytesIO(b"".join(written)))
    assert book.sheetnames == ["Fish & <chips>"]
    return list(book.worksheets[0].iter_rows(values_only=True))


async def test_rows_are_read_as_they_were_written() -> None:
    rows = [("Имя", 7), (' "a" <b>\n&amp; ', -1), ("=1+1", 10**15)]
    assert read(await made(rows[:1], rows[1:])) == rows


async def test_no_row_is_a_sheet_too() -> None:
    assert read(await made()) == []


async def test_the_archive_is_sound_and_sent_piece_by_piece() -> None:
    written = await made([("x",)] * 5_000, [("y",)])
    assert len(written) == 4
    assert written[0].startswith(b"PK\x03\x04")
    with zipfile.ZipFile(io.BytesIO(b"".join(written))) as archive:
        assert archive.testzip() is None


async def test_what_xml_has_no_place_for() -> None:
    text = "a\x00\x0b\x1f\uffffb _x0041_ _x_"
    (row,) = read(await made([(text,)]))
    assert unescape(str(row[0])) == text


async def test_a_cell_has_a_bound() -> None:
    (row,) = read(await made([("ы" * (LONGEST + 1),)]))
    assert row == ("ы" * LONGEST,)
