"""Kept receipts under the rules of a carrier that were found out late: 1D405F4C in answers is 490757964 in receipts."""

from dataclasses import replace

import pytest

from tests.services.world import LINK, World
from tolmach.codecs.smpp.receipt import IdForm
from tolmach.core.delivery import Receipt, Sent
from tolmach.core.links import IdRules, Prefer
from tolmach.core.status import Status
from tolmach.providers.smpp_receipts import answer_id, receipt_id
from tolmach.services import rematching
from tolmach.store import rematching as kept_receipts

T, D, H = IdForm.TEXT, IdForm.DECIMAL, IdForm.HEX
PLAIN = IdRules()


def send(world: World, answer: str, rules: IdRules) -> int:
    """Have a message sent, which the carrier calls so in its answer; return its id."""
    id_ = world.send()
    world.submit(Sent((answer_id(answer, rules),)))
    return id_


def receive(world: World, rules: IdRules, text: str = "", tlv: str = "", status: Status = Status.DELIVERED) -> int:
    """Take a receipt as the link does; return how many match nothing."""
    name = receipt_id(text, tlv, rules)
    assert name is not None
    receipt = Receipt(LINK, name, status, world.clock.now(), text, tlv)
    return world.write(lambda tx: world.delivery.receive(tx, [receipt], world.clock.now()))[1]


def rematch(world: World, rules: IdRules, configured: IdRules = PLAIN) -> int:
    asked = world.read(lambda tx: rematching.plan(tx, LINK, rules, configured))
    return len(world.write(lambda tx: rematching.rematch(tx, world.delivery, asked, world.clock.now())).matched)


def kept(world: World) -> int:
    return world.read(kept_receipts.counts).get(LINK, 0)


@pytest.mark.parametrize(
    ("answer", "text", "wrong", "right"),
    [
        ("1D405F4C", "490757964", PLAIN, IdRules(answer=H, text=D)),
        ("490757964", "1D405F4C", PLAIN, IdRules(answer=D, text=H)),
        ("0x1d405f4c", "0490757964", PLAIN, IdRules(answer=H, text=D)),
        ("0000001D405F4C", "490757964", IdRules(answer=D, text=D), IdRules(answer=H, text=D)),
        ("1D405F4C", "490757964", IdRules(answer=D, text=H), IdRules(answer=H, text=D)),
        ("490757964", "0490757964", IdRules(answer=H), PLAIN),
        ("00AbC1", "aBc1", IdRules(answer=H), PLAIN),
        ("100", "256", PLAIN, IdRules(answer=H, text=D)),
    ],
)
def test_a_receipt_that_the_right_rule_matches(
    world: World, answer: str, text: str, wrong: IdRules, right: IdRules
) -> None:
    id_ = send(world, answer, wrong)
    assert receive(world, wrong, text) == 1
    assert rematch(world, wrong, wrong) == 0
    assert (kept(world), world.state(id_).status) == (1, Status.SENT)
    assert rematch(world, right, wrong) == 1
    assert (kept(world), world.state(id_).status) == (0, Status.DELIVERED)
    world.check_books()


def test_the_id_that_counts(world: World) -> None:
    """The TLV of this carrier names something else."""
    id_ = send(world, "abc", PLAIN)
    assert receive(world, PLAIN, text="abc", tlv="77") == 1
    assert rematch(world, IdRules(prefer=Prefer.TEXT)) == 1
    assert world.state(id_).status is Status.DELIVERED


def test_what_an_older_version_kept_without_the_ids_as_they_came(world: World) -> None:
    id_ = send(world, "1D405F4C", PLAIN)
    assert world.receive(("490757964", Status.DELIVERED))[1] == 1
    assert rematch(world, IdRules(answer=H, text=D)) == 1
    assert world.state(id_).status is Status.DELIVERED


def test_others_stay_where_they_are(world: World) -> None:
    id_ = send(world, "1D405F4C", PLAIN)
    assert receive(world, PLAIN, "490757965") == 1
    assert rematch(world, IdRules(answer=H, text=D)) == 0
    assert (kept(world), world.state(id_).status) == (1, Status.SENT)


def test_looking_changes_nothing(world: World) -> None:
    id_ = send(world, "1D405F4C", PLAIN)
    receive(world, PLAIN, "490757964")
    asked = world.read(lambda tx: rematching.plan(tx, LINK, IdRules(answer=H, text=D), PLAIN))
    page, found = world.read(lambda tx: rematching.look(tx, asked))
    assert (page.seen, page.matched) == (1, [("490757964", "1d405f4c")])
    assert [one.provider_id for one in found.values()] == ["1d405f4c"]
    assert (kept(world), world.state(id_).status) == (1, Status.SENT)


def test_pages_go_on_behind_the_last(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rematching, "BATCH", 2)
    right = IdRules(answer=H, text=D)
    ids = [send(world, f"{number:X}", PLAIN) for number in (171, 172, 173)]
    for text in ("999", "171", "172", "173"):
        receive(world, PLAIN, text)
    assert world.write(lambda tx: rematching.adopt(tx, world.delivery, {LINK: PLAIN}, world.clock.now()))[0] == 0
    assert world.write(lambda tx: rematching.adopt(tx, world.delivery, {LINK: right}, world.clock.now()))[0] == 3
    assert {world.state(id_).status for id_ in ids} == {Status.DELIVERED}
    assert kept(world) == 1


def test_a_changed_rule_also_holds_for_what_is_on_its_way(world: World) -> None:
    """Ids are respelled even where the new one of one part is the old one of another: 10 (hex) is 16, 16 is 22."""
    right = IdRules(answer=H, text=D)
    world.write(lambda tx: rematching.adopt(tx, world.delivery, {LINK: PLAIN}, world.clock.now()))
    ids = [send(world, answer, PLAIN) for answer in ("10", "16", "22")]
    world.write(lambda tx: rematching.adopt(tx, world.delivery, {LINK: right}, world.clock.now()))
    assert [receive(world, right, text) for text in ("16", "22", "34")] == [0, 0, 0]
    assert {world.state(id_).status for id_ in ids} == {Status.DELIVERED}
    assert world.read(lambda tx: kept_receipts.rules(tx, LINK)) == right
    later = send(world, "AB", right)
    assert receive(world, right, "171") == 0
    assert world.state(later).status is Status.DELIVERED


def test_rules_that_stay_are_left_alone(world: World) -> None:
    world.write(lambda tx: rematching.adopt(tx, world.delivery, {LINK: PLAIN}, world.clock.now()))
    assert world.read(lambda tx: rematching.outdated(tx, {LINK: PLAIN})) == []
    (found,) = world.read(lambda tx: rematching.outdated(tx, {LINK: replace(PLAIN, text=D)}))
    assert (found.rules, found.stored) == (replace(PLAIN, text=D), PLAIN)
