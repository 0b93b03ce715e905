from collections.abc import Sequence
from datetime import time
from typing import Any

import pytest

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import DropBase, EditBases, PutBase
from tolmach.core.errors import Failure
from tolmach.core.results import BaseEdited, BaseEditsResult, Edit
from tolmach.dialects.prontosms.bases import Bases


def edits(payload: str) -> Sequence[PutBase | DropBase]:
    command = Bases().parse(request(payload)).command
    assert isinstance(command, EditBases)
    return command.edits


def changes(attributes: str, text: str = "") -> dict[str, Any]:
    (edit,) = edits(f"<bases><base {attributes}>{text}</base></bases>")
    assert isinstance(edit, PutBase)
    return dict(edit.changes)


def test_edits_come_in_the_order_of_the_document() -> None:
    payload = (
        '<delete_bases><base id_base=" 5 "/></delete_bases>'
        '<bases><base id_base="6"/><base id_base="" number_base="1"/><other/></bases><base id_base="9"/>'
        "<delete_bases><base/></delete_bases>"
    )
    assert list(edits(payload)) == [DropBase("5"), PutBase("6", {}), PutBase(None, {}), DropBase("")]


def test_everything_that_may_be_given() -> None:
    attributes = (
        'name_base=" Office " time_birth="12:48" local_time_birth="yes" day_before="1" originator_birth="fitnes"'
        ' on_birth="NO" unknown="x"'
    )
    assert changes(attributes, "Hello\\nyou\r\nthere ") == {
        "name": "Office",
        "at": time(12, 48),
        "local_time": True,
        "days_before": 1,
        "sender": "fitnes",
        "on": False,
        "text": "Hello\nyou\nthere",
    }


def test_what_is_empty_is_not_given_but_for_the_sender() -> None:
    attributes = 'name_base="" time_birth="" local_time_birth=" " day_before="" originator_birth="" on_birth=""'
    assert changes(attributes, "  ") == {"sender": ""}


@pytest.mark.parametrize(
    "attribute",
    [
        'time_birth="24:00"',
        'day_before="1.5"',
        'on_birth="1"',
        'originator_birth="TooLongSender"',
        f'name_base="{256 * "x"}"',
    ],
)
def test_what_makes_no_sense_is_told_to_a_known_caller(attribute: str) -> None:
    found = Bases().parse(request(f"<bases><base {attribute}/></bases>"))
    assert found.fault is not None
    assert found.fault.failure is Failure.BAD_FIELD


def test_answers_repeat_the_numbers() -> None:
    echo = ((None, "1234"), ("1", None), ("<2>", "1236"), (None, "no"), (None, None))
    items = [
        BaseEdited(Edit.CHANGED, 1234),
        BaseEdited(Edit.INSERTED, 1235),
        BaseEdited(Edit.CHANGED, 1236),
        BaseEdited(Edit.NOT_FOUND),
        BaseEdited(Edit.NOT_FOUND),
    ]
    assert below_root(Bases().render(call(echo), BaseEditsResult(items))) == (
        '<base id_base="1234">edit</base><base number_base="1" id_base="1235">insert</base>'
        '<base number_base="&lt;2&gt;" id_base="1236">edit</base><base id_base="no">not_found</base>'
        "<base>not_found</base>"
    )
