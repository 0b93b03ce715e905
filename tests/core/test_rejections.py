import re

import pytest

from tolmach.core.rejections import Rejection


@pytest.mark.parametrize("rejection", Rejection)
def test_a_rejection_is_stored_by_a_word_made_of_its_name(rejection: Rejection) -> None:
    assert rejection.value == rejection.name.lower().replace("_", "-")
    assert re.fullmatch(r"[a-z-]{1,64}", rejection.value)  # fits the column of reasons
    assert Rejection(rejection.value) is rejection
