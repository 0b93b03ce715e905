"""Everything that can be told to an operator has its words."""

from enum import StrEnum

import pytest

from tolmach.core.errors import Failure
from tolmach.core.rejections import Rejection
from tolmach.core.status import Status
from tolmach.services.explanations import FAILURES, REJECTIONS, STATUSES, explain


@pytest.mark.parametrize(("kind", "words"), [(Rejection, REJECTIONS), (Failure, FAILURES), (Status, STATUSES)])
def test_every_member_has_words_of_its_own(kind: type[StrEnum], words: dict[StrEnum, str]) -> None:
    assert set(words) == set(kind)
    assert len(set(words.values())) == len(words)


def test_reasons_of_others_stay_as_they_are() -> None:
    assert explain("stopped") == "the number is on a stop list"
    assert explain("sandbox-92") == "sandbox-92"
