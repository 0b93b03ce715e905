import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tolmach.web import languages
from tolmach.web.assets import NotBuiltError

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "src" / "tolmach" / "web" / "locales"


@pytest.mark.parametrize(
    ("wished", "accepted", "chosen"),
    [
        (("en",), "ru", "en"),
        (("", "ru"), "en", "ru"),
        (("xx",), "en-GB,en;q=0.9", "en"),
        ((), "de,ru;q=0.5,en;q=0.8", "en"),
        ((), "ru-RU", "ru"),
        ((), "de", "en"),
        ((), "", "ru"),
        ((), ";;q=,", "ru"),
        ((), "en,ru", "en"),
        ((), "ru,en", "ru"),
        ((), "en;q=abc,ru;q=0.1", "ru"),
    ],
)
def test_choosing(wished: tuple[str, ...], accepted: str, chosen: str) -> None:
    assert languages.choose(*wished, accepted=accepted) == chosen


def test_catalogues() -> None:
    found = languages.load()
    assert found["en"].gettext("Sign in") == "Sign in"
    assert found["ru"].gettext("Sign in") == "Войти"
    forms = [found["ru"].ngettext("%(n)s message waits for a moderator.", "", n) for n in (1, 2, 5, 21)]
    assert [form.split()[1] for form in forms] == ["сообщение", "сообщения", "сообщений", "сообщение"]


def test_without_them_there_are_no_pages(tmp_path: Path) -> None:
    with pytest.raises(NotBuiltError, match=r"ru\.mo"):
        languages.load(tmp_path)


def catalogue() -> dict[str, Message]:
    with (LOCALES / "ru.po").open("rb") as file:
        return {str(message.id): message for message in read_po(file, locale="ru") if message.id}


def test_every_text_is_translated_and_none_is_left_over(tmp_path: Path) -> None:
    found = tmp_path / "found.pot"
    gather = ["-m", "babel.messages.frontend", "--quiet", "extract", "--mapping", str(LOCALES / "extract.cfg")]
    places = ("core", "web", "services", "sandbox", "sections.py", "settings.py")
    sources = [str(LOCALES.parents[1] / place) for place in places]
    where = ["--keyword", "say", "--keyword", "NotFoundError", "--output", str(found), *sources]
    subprocess.run([sys.executable, *gather, *where], check=True, cwd=ROOT)
    with found.open("rb") as file:
        texts = {str(message.id) for message in read_po(file) if message.id}
    translated = catalogue()
    assert texts == translated.keys(), "run scripts/translate"
    empty = [key for key, message in translated.items() if not (message.string and all(message.string))]
    assert empty == []
    assert [key for key, message in translated.items() if message.fuzzy] == []


def test_translations_have_the_same_places_to_fill() -> None:
    for key, message in catalogue().items():
        assert list(message.check()) == [], key
