from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import DropPattern, EditPatterns, ListPatterns, PutPattern
from tolmach.core.errors import Failure
from tolmach.core.papers import LONGEST_FIELD
from tolmach.core.results import Pattern, PatternEdit, PatternEdited, PatternEditsResult, PatternsResult
from tolmach.dialects.prontosms.patterns import ListOfPatterns, Patterns
from tolmach.dialects.prontosms.vocabulary import PATTERN_EDITS


def test_the_edits_of_a_document() -> None:
    found = Patterns().parse(
        request(
            '<delete_patterns><pattern id_pattern="9"/></delete_patterns><patterns>'
            '<pattern id_pattern="1" name="n">a\\nb</pattern><pattern number_pattern="7">t</pattern></patterns>'
        )
    )
    assert found.command == EditPatterns((DropPattern("9"), PutPattern("1", "n", "a\nb"), PutPattern(None, None, "t")))
    assert found.echo == ((None, "9"), (None, "1"), ("7", None))
    assert ListOfPatterns().parse(request()).command == ListPatterns()


def test_what_is_too_long_is_told_after_the_login() -> None:
    found = Patterns().parse(request(f'<patterns><pattern name="{"n" * (LONGEST_FIELD + 1)}"/></patterns>'))
    assert found.fault is not None
    assert found.fault.failure is Failure.BAD_FIELD


def test_answers_stand_on_one_line() -> None:
    items = (PatternEdited(PatternEdit.DELETED, 9), PatternEdited(PatternEdit.INSERTED, 3))
    assert below_root(Patterns().render(call(((None, "9"), ('"', None))), PatternEditsResult(items))) == (
        '<pattern id_pattern="9">delete</pattern><pattern number_pattern="&quot;" id_pattern="3">insert</pattern>'
    )
    patterns = PatternsResult((Pattern(1, "<", "a\nb"), Pattern(2, "", "&")))
    assert below_root(ListOfPatterns().render(call(), patterns)) == (
        '<pattern id_pattern="1" name="&lt;">a\\nb</pattern><pattern id_pattern="2" name="">&amp;</pattern>'
    )
    assert PATTERN_EDITS.keys() == set(PatternEdit)
