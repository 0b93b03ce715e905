from tests.store.rows import entry, part
from tests.store.test_parts import orphan
from tolmach.codecs.smpp.receipt import IdForm
from tolmach.core.links import IdRules, Prefer
from tolmach.core.status import Status
from tolmach.store import parts, queue, rematching
from tolmach.store.database import Tx

TOLD = orphan()._replace(text_id="0ABC", tlv_id="abc")


def test_what_is_kept_is_read_back_whole_the_newest_first(tx: Tx) -> None:
    parts.keep_orphans(tx, [TOLD, orphan("other", link="b"), orphan("last", Status.READ)])
    assert [one.orphan for one in rematching.newest(tx, None, 2)] == [
        orphan("last", Status.READ),
        orphan("other", link="b"),
    ]
    assert [one.orphan for one in rematching.newest(tx, "a link", 5)] == [orphan("last", Status.READ), TOLD]
    assert rematching.counts(tx) == {"a link": 2, "b": 1}


def test_pages_and_what_is_forgotten(tx: Tx) -> None:
    parts.keep_orphans(tx, [TOLD, orphan("b"), orphan("c")])
    first = rematching.behind(tx, "a link", 0, 2)
    assert [one.orphan.provider_id for one in first] == ["abc", "b"]
    assert [one.orphan.provider_id for one in rematching.behind(tx, "a link", first[-1].id, 2)] == ["c"]
    rematching.forget(tx, [first[0].id])
    assert [one.orphan.provider_id for one in rematching.behind(tx, "a link", 0, 9)] == ["b", "c"]


def test_rules_are_a_links_own(tx: Tx) -> None:
    rules = IdRules(answer=IdForm.HEX, text=IdForm.DECIMAL, tlv=IdForm.TEXT, prefer=Prefer.TEXT)
    rematching.set_rules(tx, "a", IdRules())
    rematching.set_rules(tx, "a", rules)
    assert (rematching.rules(tx, "a"), rematching.rules(tx, "b")) == (rules, None)


def test_live_parts_get_other_ids_and_those_of_others_stay_theirs(tx: Tx) -> None:
    queue.add(tx, [entry(10), entry(20)])
    parts.add(tx, [part("10"), part("16", message=20), part("99", message=30), part("10", link="other")])
    assert sorted(rematching.live_ids(tx, "a link")) == ["10", "16"]
    rematching.rename(tx, "a link", [("10", "16"), ("16", "22")])
    found = parts.by_provider_id(tx, "a link", ["10", "16", "22", "99"])
    assert {name: one.message for name, one in found.items()} == {"16": 10, "22": 20, "99": 30}
    assert set(parts.by_provider_id(tx, "other", ["10"])) == {"10"}
