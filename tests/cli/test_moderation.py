"""``tolmach moderation``."""

from pathlib import Path

import pytest

from tests.cli.stage import NOON, Tolmach, complaint, opened
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Step
from tolmach.services import accounts
from tolmach.services.acceptance import Order, accept
from tolmach.services.catalogue import Catalogue
from tolmach.services.messages import trusted
from tolmach.store.database import Tx


@pytest.fixture(autouse=True)
def _waiting(data: Path, tolmach: Tolmach) -> None:
    assert tolmach("account", "set", "demo", "--moderation", "all").code == 0
    step = Step(Channel.SMS, SmsText("Buy now"), None, For(NOON - NOON.replace(hour=8)))
    asked = SendMessages((Draft("79161234500", (step,)), Draft("79161234501", (step,))), "prontosms")

    def send(tx: Tx) -> None:
        accept(tx, Catalogue(), [Order(trusted(accounts.find(tx, "demo")), asked)], NOON)

    with opened(data / "tolmach.sqlite") as database:
        database.write_now(send)


def test_a_text_is_shown_and_approved(tolmach: Tolmach) -> None:
    (row,) = tolmach("moderation", "list", "--json").json
    assert (row["account"], row["text"], row["messages"]) == ("demo", "Buy now", 2)
    assert "Buy now" in tolmach("moderation", "list").out
    shown = tolmach("moderation", "show", "1").out
    assert "recipients: 7916" in shown
    assert "79161234500" not in shown
    assert {one["status"] for one in tolmach("message", "list", "--json").json} == {"on-moderation"}
    assert "Waiting for a moderator" in tolmach("message", "show", "10").out
    assert tolmach("moderation", "approve", "1").out == "text 1 is approved; messages that waited: 2\n"
    assert {one["status"] for one in tolmach("message", "list", "--json").json} == {"queued"}
    assert "text 1 approved by" in tolmach("message", "show", "10").out
    assert tolmach("moderation", "list", "--json").json == []
    assert "approved already" in complaint(tolmach("moderation", "reject", "1"), 1)
    assert tolmach("moderation", "reject", "1", "--revise", "--reason", "why", "--by", "ann").code == 0
    (row,) = tolmach("moderation", "list", "--decided", "--json").json
    assert (row["state"], row["decided_by"], row["reason"]) == ("rejected", "ann", "why")


def test_a_text_is_rejected(tolmach: Tolmach) -> None:
    assert tolmach("moderation", "reject", "1", "--reason", "no casinos", "--by", "ann").code == 0
    assert "text 1 rejected by ann: no casinos" in tolmach("message", "show", "10").out
    assert {one["status"] for one in tolmach("message", "list", "--json").json} == {"refused"}
    assert "declined by moderation" in tolmach("message", "show", "10").out


def test_stop_words(tolmach: Tolmach) -> None:
    assert tolmach("moderation", "words", "add", "Casino", "free money!").out == "2 added\n"
    assert tolmach("moderation", "words", "list").out == "casino\nfree money\n"
    assert tolmach("moderation", "words", "remove", "CASINO").out == "1 removed\n"
    assert tolmach("moderation", "words", "list", "--json").json == ["free money"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["moderation", "show", "9"], 1, "there is no text in moderation '9'"),
        (["moderation", "list", "--account", "nobody"], 1, "there is no account"),
        (["moderation", "words", "add", "!"], 2, "stop word '!'"),
        (["account", "set", "demo", "--moderation", "some"], 2, "none of off, pattern, all"),
    ],
)
def test_bad_input_is_one_line(tolmach: Tolmach, words: list[str], code: int, said: str) -> None:
    assert said in complaint(tolmach(*words), code)
