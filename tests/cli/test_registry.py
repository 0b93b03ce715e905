"""``tolmach sender registry``."""

from pathlib import Path

import pytest

from tests.cli.stage import NOON, Tolmach, complaint, opened
from tolmach.core.ids import AccountId
from tolmach.core.papers import Papers
from tolmach.services import registry


@pytest.fixture(autouse=True)
def _posted(data: Path) -> None:
    papers = Papers(inn="77", counterparty="ООО", operators=(("250", "01"),))
    with opened(data / "tolmach.sqlite") as database:
        database.write_now(lambda tx: registry.post(tx, AccountId(1), "Tolmach", papers, NOON))


def test_a_registration_is_listed_and_moved_on(tolmach: Tolmach) -> None:
    (row,) = tolmach("sender", "registry", "list", "--json").json
    assert (row["account"], row["operator"], row["state"]) == ("demo", "mts", "posted_for_approval")
    ran = tolmach("sender", "registry", "set", "demo", "Tolmach", "mts", "approval", "--by", "ann", "--reason", "ok")
    assert ran.out == "sender Tolmach of demo at mts: approval\n"
    (row,) = tolmach("sender", "registry", "list", "--account", "demo", "--state", "approval", "--json").json
    assert (row["changed_by"], row["reason"]) == ("ann", "ok")
    assert "ООО" in tolmach("sender", "registry", "list").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["set", "demo", "Tolmach", "mts", "perhaps"], 2, "none of posted_for_approval"),
        (["set", "demo", "Tolmach", "mega", "approval"], 1, "there is no registration"),
        (["list", "--state", "perhaps"], 2, "none of"),
        (["list", "--account", "nobody"], 1, "there is no account"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: list[str], code: int, said: str) -> None:
    assert said in complaint(tolmach("sender", "registry", *words), code)
