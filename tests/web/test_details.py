"""What the audit log tells of changes, as people read it."""

import pytest

from tests.services.world import command, draft, sms, viber
from tolmach.core.commands import EditBases, EditStops, PutBase, SetCallbackUrl, StopEdit
from tolmach.core.commands.users import AddUser
from tolmach.core.users import Role
from tolmach.services import audits
from tolmach.web.details import FIELDS, in_words
from tolmach.web.languages import load

MANY = command(*(draft(str(79_030_000_000 + number), viber(), sms("Hello")) for number in range(30)))


def test_everything_that_is_told_has_words() -> None:
    assert FIELDS.keys() == audits.TOLD


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (AddUser("anna", Role.SENDER, "a password", "a hash"), "login: anna; role: Sender"),
        (
            EditStops((StopEdit("79031234567"), StopEdit("79031234568", delete=True))),
            "number: 79031234567, number: 79031234568; taken away: yes",
        ),
        (SetCallbackUrl("https://a.example/?name=b&x=[1]"), "address: https://a.example/?name=b&x=[1]"),
        (EditBases((PutBase(None, {"name": "Customers"}),)), "changes: 1"),
        (MANY, "20 × channel: Viber, channel: SMS, 10 more; protocol: prontosms"),
    ],
)
def test_changes_in_words(change: object, words: str) -> None:
    assert in_words(audits.detail(change), str) == words


@pytest.mark.parametrize("detail", ["", "amount", "a=b c", "12", "name=", "url=https://x/?id=5 and more=1"])
def test_what_is_not_known_stays(detail: str) -> None:
    assert in_words(detail, str).replace(": ", "=").replace("address", "url").replace("; ", " ") == detail


def test_in_russian() -> None:
    gettext = load()["ru"].gettext
    assert in_words("amount=5000.00 note=счёт на май", gettext) == "сумма: 5000.00; заметка: счёт на май"
