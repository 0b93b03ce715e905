from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.core.files import LONGEST_LABEL, FileKind, attachment, kind_of, label_of

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 and so on"
ZIP = b"PK\x03\x04" + b"\x00" * 26
KEPT = {
    FileKind.PDF: b"%PDF-1.7\n%\xe2\xe3",
    FileKind.JPEG: JPEG,
    FileKind.PNG: b"\x89PNG\r\n\x1a\n\x00",
    FileKind.GIF: b"GIF89a\x01\x00",
    FileKind.TIFF: b"II*\x00\x08",
    FileKind.DOC: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00",
    FileKind.DOCX: ZIP + b"[Content_Types].xml ... word/document.xml",
    FileKind.ODT: ZIP + b"mimetypeapplication/vnd.oasis.opendocument.text",
    FileKind.RTF: b"{\\rtf1 text}",
    FileKind.TXT: "Письмо о праве на имя\r\n".encode(),
    FileKind.ZIP: ZIP + b"a.jpg",
}


@pytest.mark.parametrize("kind", FileKind)
def test_what_is_kept(kind: FileKind) -> None:
    assert kind_of(KEPT[kind]) is kind


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251"])
def test_texts_in_the_encodings_of_clients(encoding: str) -> None:
    assert kind_of("Доверенность №1".encode(encoding)) is FileKind.TXT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n",
        b"<?php system($_GET[0]);",
        b"hello <?PHP echo 1 ?>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"\xef\xbb\xbf<!DOCTYPE html><html>",
        b"<html>",
        b"text <script>alert(1)</script>",
        b"#!/bin/sh\nrm -rf /",
        b"<%= 7*7 %>",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        b"\x00\x01\x02",
        b"\xca\xfe\xba\xbe\x00\x00\x004",
        JPEG + b"<?php system($_GET[0]); ?>",
        b"GIF89a/*<svg/onload=alert(1)>*/",
        b"text <?= 7*7 ?>",
        b"\xff\xd8\xff\xe0 <html><body>",
        b"GIF89a<script>",
        b"\x89PNG\r\n\x1a\n <ScRiPt>",
    ],
)
def test_what_is_refused(content: bytes) -> None:
    assert kind_of(content) is None


@pytest.mark.parametrize("seed", range(3))
def test_the_noise_of_a_picture_is_not_taken_for_a_program(seed: int) -> None:
    noise = Random(seed).randbytes(4_000_000)
    assert kind_of(JPEG + noise) is FileKind.JPEG
    assert kind_of(KEPT[FileKind.PNG] + noise) is FileKind.PNG


@given(st.binary(max_size=200))
def test_any_content_is_of_a_kind_or_refused(content: bytes) -> None:
    kind = kind_of(content)
    assert kind is None or kind in FileKind


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../x", "x"),
        ("..\\..\\windows\\x.exe", "x.exe"),
        ("/etc/passwd", "passwd"),
        ("a\r\nContent-Type: x", "aContent-Type: x"),
        ("\u202efdp.exe", "fdp.exe"),
        ("..", "file"),
        ("", "file"),
        ("x/", "file"),
        ("письмо.pdf", "письмо.pdf"),
        ("a" * 300 + ".pdf", ("a" * 300 + ".pdf")[-LONGEST_LABEL:]),
    ],
)
def test_what_a_client_calls_it_is_only_shown(name: str, label: str) -> None:
    assert label_of(name) == label


@given(st.text())
def test_any_name_is_harmless(name: str) -> None:
    label = label_of(name)
    assert 0 < len(label) <= LONGEST_LABEL
    assert label.isprintable()
    assert not {"/", "\\"} & set(label)


def test_a_browser_saves_it_and_does_not_guess() -> None:
    headers: dict[str, Any] = attachment(7, FileKind.PDF)
    assert headers["content-disposition"] == 'attachment; filename="file-7.pdf"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] == "application/octet-stream"
