"""Links as they are written on the desk."""

import pytest

from tolmach.services import linkdrafts
from tolmach.services.administration import BadValueError
from tolmach.services.configuration import MASK

STORED = {
    "name": "gate",
    "type": "generic",
    "send": {"url": "https://me:secret@gate.example/send?token=abc&x=1", "headers": {"Authorization": "Bearer x"}},
    "password": "secret12",
    "rate": 50.0,
    "content": {"tlvs": [{"tag": 5120, "value": "00"}]},
}


def test_what_is_written_has_no_secret_and_reads_back() -> None:
    written = linkdrafts.write(STORED)
    assert not [secret for secret in ("secret", "abc", "Bearer") if secret in written]
    assert linkdrafts.restored(linkdrafts.read(written, "gate"), STORED) == STORED


@pytest.mark.parametrize(("before", "after"), [("gate.example", "evil.example"), ("send?", "other?")])
def test_secrets_do_not_follow_to_another_place(before: str, after: str) -> None:
    written = linkdrafts.write(STORED).replace(before, after)
    with pytest.raises(BadValueError, match="elsewhere"):
        linkdrafts.restored(linkdrafts.read(written, "gate"), STORED)


def test_a_host_that_changes_asks_for_the_password_again() -> None:
    stored = {"name": "smsc", "host": "a.example", "system_id": "me", "password": "secret12"}
    same = linkdrafts.restored(linkdrafts.read(linkdrafts.write(stored) + "window = 7", "smsc"), stored)
    assert (same["password"], same["window"]) == ("secret12", 7)
    with pytest.raises(BadValueError, match="elsewhere"):
        linkdrafts.restored(linkdrafts.read(linkdrafts.write(stored).replace("a.ex", "b.ex"), "smsc"), stored)


def test_a_mask_without_a_secret_is_refused() -> None:
    with pytest.raises(BadValueError, match="no secret is stored for password"):
        linkdrafts.restored(linkdrafts.read(f'password = "{MASK}"', "x"), {"name": "x"})


@pytest.mark.parametrize("text", ["[[links]]", 'name = "other"', "= 1", "x" * 20_001])
def test_what_is_no_link(text: str) -> None:
    with pytest.raises(BadValueError):
        linkdrafts.read(text, "gate")


def test_where_a_link_leads() -> None:
    assert linkdrafts.host_of('host = "smsc.example"') == "smsc.example"
    assert linkdrafts.host_of('type = "prontosms"\nurl = "https://gate.example/"') == ""
    assert linkdrafts.to({"host": "smsc.example"}) == "smsc.example:2775"
    assert linkdrafts.to({"url": "https://gate.example/x"}) == "gate.example"
