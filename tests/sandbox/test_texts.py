"""The words of the phones' page."""

import re
from pathlib import Path

import pytest

import tolmach.web
from tolmach.core.content import Channel
from tolmach.sandbox import fault_fields
from tolmach.sandbox.message import WAITING
from tolmach.sandbox.outcomes import FATES, SPLIT, Fate, outcome
from tolmach.sandbox.page import SCRIPTS
from tolmach.sandbox.texts import FATE_WORDS, TEXTS, fates, legend, texts
from tolmach.web.look import Look

STATIC = Path(tolmach.web.__file__).parent / "static"


def test_scripts_ask_only_for_texts_that_exist() -> None:
    asked = {name for file in SCRIPTS for name in re.findall(r"\btexts\.(\w+)", (STATIC / file).read_text("utf-8"))}
    assert asked
    assert asked <= TEXTS.keys()


def test_every_outcome_of_a_message_has_words() -> None:
    shown = {outcome(fate, channel) for fate in Fate if fate is not Fate.REFUSED for channel in Channel}
    assert {*shown, WAITING} <= TEXTS.keys()


def test_everything_is_translated(look: Look) -> None:
    russian = look.catalogues["ru"].gettext
    labels = [field.label for _, fields in fault_fields.GROUPS for field in fields]
    words = [*TEXTS.values(), *FATE_WORDS.values(), *labels, *(title for title, _ in fault_fields.GROUPS)]
    assert [text for text in words if russian(text) == text] == []
    assert texts(russian)["live"] == russian("live")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_legend_names_every_number(look: Look, language: str) -> None:
    gettext = look.catalogues[language].gettext
    rows = legend(gettext)
    assert [digits for digits, _ in rows] == ["00–89", *FATES, *SPLIT]
    assert len({words for _, words in rows}) == len(rows)
    assert [value for value, _ in fates(gettext)] == [fate.value for fate in Fate]
