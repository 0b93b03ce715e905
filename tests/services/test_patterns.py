from typing import Any

import pytest

from tests.services.world import World
from tolmach.core.commands import DropPattern, EditPatterns, ListPatterns, PutPattern
from tolmach.core.ids import AccountId
from tolmach.core.moderation import Verdict
from tolmach.core.results import Pattern, PatternEdit, PatternEdited
from tolmach.services import patterns
from tolmach.services.administration import NotFoundError
from tolmach.services.context import Context

INSERTED, CHANGED, UNCHANGED = PatternEdit.INSERTED, PatternEdit.CHANGED, PatternEdit.UNCHANGED
DELETED, NOT_FOUND = PatternEdit.DELETED, PatternEdit.NOT_FOUND


def context(tx: Any, world: World, id_: AccountId | None) -> Context:
    return Context(tx, world.catalogue.at(tx), world.account(id_), world.clock.now(), world.delivery)


def edit(world: World, *edits: PutPattern | DropPattern, id_: AccountId | None = None) -> list[PatternEdited]:
    return list(world.write(lambda tx: patterns.edit_patterns(context(tx, world, id_), EditPatterns(edits))).items)


def kept(world: World, id_: AccountId | None = None) -> list[Pattern]:
    return list(world.read(lambda tx: patterns.list_patterns(context(tx, world, id_), ListPatterns())).patterns)


def test_a_pattern_is_added_changed_and_deleted(world: World) -> None:
    assert edit(world, PutPattern(None, "Code", "Код #c#"), PutPattern(None, "x", "  ")) == [
        PatternEdited(INSERTED, 1),
        PatternEdited(UNCHANGED),
    ]
    assert edit(world, PutPattern("1", "Code"), PutPattern("1", "Codes"), PutPattern("1", None, "Код: #c#")) == [
        PatternEdited(UNCHANGED, 1),
        PatternEdited(CHANGED, 1),
        PatternEdited(CHANGED, 1),
    ]
    assert kept(world) == [Pattern(1, "Codes", "Код: #c#")]
    assert edit(world, DropPattern("1"), DropPattern("1"), PutPattern("x", "y", "z")) == [
        PatternEdited(DELETED, 1),
        PatternEdited(NOT_FOUND),
        PatternEdited(NOT_FOUND),
    ]


def test_patterns_of_one_account_are_nothing_to_another(world: World) -> None:
    edit(world, PutPattern(None, "Code", "Код #c#"))
    assert (
        edit(world, PutPattern("1", "mine", "mine"), DropPattern("1"), id_=world.other)
        == [PatternEdited(NOT_FOUND)] * 2
    )
    assert kept(world, world.other) == []
    assert kept(world) == [Pattern(1, "Code", "Код #c#")]


def test_a_changed_text_is_decided_on_anew(world: World) -> None:
    def decide(number: int, *, approved: bool) -> str:
        verdict = Verdict(approved, "ann", "why")
        return world.write(lambda tx: patterns.decide(tx, number, verdict, world.clock.now())).pattern.state

    edit(world, PutPattern(None, "Code", "Код #c#"))
    assert len(world.read(lambda tx: patterns.listing(tx, waiting=True))) == 1
    assert decide(1, approved=True) == "completed"
    assert world.read(lambda tx: patterns.listing(tx, "demo", waiting=True)) == []
    edit(world, PutPattern("1", "other name"))
    assert world.read(lambda tx: patterns.listing(tx, waiting=True)) == []
    edit(world, PutPattern("1", None, "another text"))
    assert len(world.read(lambda tx: patterns.listing(tx, waiting=True))) == 1
    assert decide(1, approved=False) == "rejected"
    with pytest.raises(NotFoundError):
        decide(2, approved=True)


def test_there_is_an_end_to_patterns(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST", 1)
    assert edit(world, PutPattern(None, "", "a"), PutPattern(None, "", "b")) == [
        PatternEdited(INSERTED, 1),
        PatternEdited(UNCHANGED),
    ]
