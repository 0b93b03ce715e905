from datetime import timedelta
from pathlib import Path

import pytest

from tolmach.cli.errors import CommandError
from tolmach.cli.steps import KINDS, read_step
from tolmach.core.content import Channel, SmsText, VCard, WapPush
from tolmach.core.drafts import For, Step


def test_a_step_may_name_its_link() -> None:
    expected = Step(Channel.SMS, SmsText("a=b"), "Shop", For(timedelta(minutes=5)), link="cheap")
    assert read_step("sms@cheap=a=b", "Shop", 5) == expected


def test_a_wap_push_has_its_link_first() -> None:
    assert read_step("wappush=https://shop.example Big sale", None, 5).content == WapPush(
        "Big sale", "https://shop.example"
    )


def test_a_card_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ivan.vcf"
    path.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Иван Петров\nTEL;TYPE=CELL:+79161234500\nEND:VCARD\n")
    assert read_step(f"vcard={path}", None, 5).content == VCard("Иван Петров", cell="+79161234500")
    path.write_text("Ivan")
    with pytest.raises(CommandError, match=r"ivan\.vcf is no vCard: no BEGIN:VCARD"):
        read_step(f"vcard={path}", None, 5)
    with pytest.raises(CommandError, match="No such file"):
        read_step(f"vcard={tmp_path / 'none.vcf'}", None, 5)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "vcard"])
def test_every_kind_is_read(kind: str) -> None:
    assert read_step(f"{kind}=text", None, 5).link == ""


@pytest.mark.parametrize("bad", ["", "sms", "=x", "fax=x", "sms@=x"])
def test_others_are_not(bad: str) -> None:
    with pytest.raises(CommandError):
        read_step(bad, None, 5)
