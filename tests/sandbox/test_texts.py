import re
from pathlib import Path

import pytest

import tolmach.sandbox
from tolmach.core.content import Channel
from tolmach.sandbox.outcomes import FATES, SPLIT, Fate, outcome
from tolmach.sandbox.texts import TEXTS, language, legend

STATIC = Path(tolmach.sandbox.__file__).parent / "static"


def test_both_languages_say_the_same_things() -> None:
    assert TEXTS["en"].keys() == TEXTS["ru"].keys()
    assert all(text for texts in TEXTS.values() for text in texts.values())


def test_no_key_hides_behind_a_method_of_dict() -> None:
    assert not [key for key in TEXTS["en"] if hasattr(dict, key)]


@pytest.mark.parametrize("name", ["page.html", "page.js"])
def test_the_page_asks_only_for_texts_that_exist(name: str) -> None:
    asked = set(re.findall(r"\btexts\.(\w+)", (STATIC / name).read_text("utf-8")))

    assert asked
    assert asked <= TEXTS["en"].keys()


def test_every_outcome_of_a_message_that_is_shown_has_words() -> None:
    shown = {outcome(fate, channel) for fate in Fate if fate is not Fate.REFUSED for channel in Channel}

    assert shown <= TEXTS["en"].keys()


@pytest.mark.parametrize("code", TEXTS)
def test_the_legend_names_every_number(code: str) -> None:
    rows = legend(code)

    assert [digits for digits, _ in rows] == ["00–89", *FATES, *SPLIT]
    assert len({words for _, words in rows}) == len(rows)


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        (None, "", "en"),
        (None, "ru", "ru"),
        (None, "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        (None, "en-GB,en;q=0.9,ru;q=0.8", "en"),
        (None, "de, ru;q=0.5, en;q=0.4", "ru"),
        (None, "ru;q=0, de", "en"),
        (None, "ru;q=x", "en"),
        (None, ",;,", "en"),
        (None, "ru;q=nan", "en"),
        ("ru", "en", "ru"),
        ("en", "ru", "en"),
        ("de", "ru", "ru"),
    ],
)
def test_language(asked: str | None, accepted: str, chosen: str) -> None:
    assert language(asked, accepted) == chosen
