"""Every status of the specification has its meaning, and the rest has one too."""

import re
from pathlib import Path

import pytest

from tolmach.codecs.smpp.constants import Status
from tolmach.core.delivery import Busy, Outcome, Refused
from tolmach.providers.smpp_status import LATER_SECONDS, MEANINGS, Meaning, meaning, refusal


def test_every_code_of_the_specification_is_listed() -> None:
    assert set(MEANINGS) == set(Status)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.ROK, Meaning.TAKEN),
        (Status.RTHROTTLED, Meaning.SLOW_DOWN),
        (Status.RMSGQFUL, Meaning.SLOW_DOWN),
        (Status.RSYSERR, Meaning.LATER),
        (Status.RX_T_APPN, Meaning.LATER),
        (Status.RINVDSTADR, Meaning.NEVER),
        (Status.RX_P_APPN, Meaning.NEVER),
        (Status.RINVSRCADR, Meaning.ELSEWHERE),
        (Status.RSUBMITFAIL, Meaning.ELSEWHERE),
        (0x09, Meaning.ELSEWHERE),  # reserved
        (0x3FF, Meaning.ELSEWHERE),
        (0x400, Meaning.ELSEWHERE),
        (0xFFFFFFFF, Meaning.ELSEWHERE),
    ],
)
def test_meanings(status: int, expected: Meaning) -> None:
    assert meaning(status) is expected


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (Status.RINVDSTADR, Refused("ESME_RINVDSTADR", permanent=True)),
        (Status.RINVSRCADR, Refused("ESME_RINVSRCADR", permanent=False)),
        (Status.RSYSERR, Busy(LATER_SECONDS)),
        (0x40A, Refused("0x0000040A", permanent=False)),
    ],
)
def test_refusals(status: int, outcome: Outcome) -> None:
    assert refusal(status) == outcome


@pytest.mark.parametrize(
    ("said", "words"),
    [(Meaning.SLOW_DOWN, "pauses"), (Meaning.LATER, "after 30 seconds"), (Meaning.NEVER, "refused for good")],
)
def test_the_page_names_the_codes(said: Meaning, words: str) -> None:
    page = Path(__file__).parents[2] / "docs" / "operations" / "links.md"
    (row,) = [line for line in page.read_text(encoding="utf-8").splitlines() if "`ESME_" in line and words in line]
    named = set(re.findall(r"ESME_(\w+)", row))
    assert named == {Status(status).name for status, found in MEANINGS.items() if found is said}
