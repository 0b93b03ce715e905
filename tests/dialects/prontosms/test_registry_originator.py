from tests.clock import NOON
from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import DropRegistration, EditRegistry, ListRegistry, PutRegistration
from tolmach.core.errors import Failure
from tolmach.core.registry import RegistryState
from tolmach.core.results import RegistryEdit, RegistryEditsResult, RegistryEntry, RegistryResult
from tolmach.dialects.prontosms.registry_originator import ListOfRegistry, RegistryOriginator
from tolmach.dialects.prontosms.vocabulary import REGISTRY_EDITS, REGISTRY_STATES


def test_what_narrows_the_list() -> None:
    asked = '<registry_originator operator="mts" originator="A" inn="1"/>'
    assert ListOfRegistry().parse(request(asked)).command == ListRegistry("mts", "A", "1")
    assert ListOfRegistry().parse(request()).command == ListRegistry()


def test_the_wishes_of_a_document() -> None:
    found = RegistryOriginator().parse(
        request(
            '<registry_originator><originator originator="A" operator="MTS" legal_entity="e" inn="1" comment="c"/>'
            "</registry_originator>"
            '<delete_registry_originator><originator originator="B"/></delete_registry_originator>'
        )
    )
    assert found.command == EditRegistry((PutRegistration("A", "mts", "e", "1", "c"), DropRegistration("B")))


def test_what_is_too_long_is_told_after_the_login() -> None:
    wish = f'<registry_originator><originator originator="{"A" * 300}"/></registry_originator>'
    found = RegistryOriginator().parse(request(wish))
    assert found.fault is not None
    assert found.fault.failure is Failure.BAD_FIELD


def test_the_list_has_a_block_per_operator() -> None:
    entries = [
        RegistryEntry(word, "A&B", NOON, "e", "1", "c", state, NOON)
        for word, state in (("mts", RegistryState.APPROVED), ("mts", RegistryState.SENT), ("mega", RegistryState.SENT))
    ]
    found = below_root(ListOfRegistry().render(call(), RegistryResult(entries)))
    assert found.count("<operator ") == 2
    assert found.count('<originator originator="A&amp;B" date_from="2026-03-02" legal_entity="e" inn="1"') == 3
    assert "\n" not in found
    assert REGISTRY_STATES.keys() == set(RegistryState)


def test_only_the_blocks_of_the_request_are_answered() -> None:
    answer = RegistryEditsResult((RegistryEdit.UNKNOWN_OPERATOR,))
    assert below_root(RegistryOriginator().render(call((PutRegistration("A", "x"),)), answer)) == (
        '<registry_originator><originator originator="A" operator="x" inn="" status="error" '
        'error="Такой оператор не обнаружен"></originator></registry_originator>'
    )
    assert REGISTRY_EDITS.keys() == set(RegistryEdit)
