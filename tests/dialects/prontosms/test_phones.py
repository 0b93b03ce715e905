import pytest

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import DropSubscriber, EditSubscribers, PutSubscriber, SubscriberEdits
from tolmach.core.errors import Failure
from tolmach.core.results import Edit, SubscriberEditsResult
from tolmach.dialects.contract import Call
from tolmach.dialects.prontosms.phones import Phones

PAYLOAD = (
    '<base id_base=" 1 "><phone phone="+7 961" name=" Иван " date_birth="1984-08-21" male="женский" addition_5=""'
    ' number_phone="1" unknown="x"/><phone phone="2" action=" DELETE "/></base><other/><base id_base="2"/>'
)


def parsed(payload: str) -> Call[SubscriberEditsResult]:
    return Phones().parse(request(payload))


def test_edits_have_what_is_given() -> None:
    fields = {"name": "Иван", "born": "1984-08-21", "gender": "f", "addition_5": ""}
    edits = (PutSubscriber("+7 961", fields), DropSubscriber("2"))
    assert parsed(PAYLOAD).command == EditSubscribers((SubscriberEdits("1", edits), SubscriberEdits("2", ())))


@pytest.mark.parametrize("action", ["", "insert", "Edit"])
def test_actions_that_put(action: str) -> None:
    command = parsed(f'<base><phone phone="1" action="{action}"/></base>').command
    assert command == EditSubscribers((SubscriberEdits("", (PutSubscriber("1", {}),)),))


@pytest.mark.parametrize(
    ("payload", "failure"),
    [
        ("", Failure.MISSING_FIELD),
        ('<base><phone phone="1" action="remove"/></base>', Failure.BAD_FIELD),
        ('<base><phone phone="1" date_birth="1985-02-29"/></base>', Failure.BAD_FIELD),
        ('<base><phone phone="1" male="?"/></base>', Failure.BAD_FIELD),
        (f'<base><phone phone="1" name="{256 * "x"}"/></base>', Failure.BAD_FIELD),
    ],
)
def test_what_makes_no_sense_is_told_to_a_known_caller(payload: str, failure: Failure) -> None:
    fault = parsed(payload).fault
    assert fault is not None
    assert fault.failure is failure


def test_answers_repeat_the_numbers_as_they_were_written() -> None:
    result = SubscriberEditsResult([[Edit.INSERTED, Edit.NOT_FOUND], []])
    assert below_root(Phones().render(call(parsed(PAYLOAD).echo), result)) == (
        '<base id_base=" 1 "><phone phone="+7 961" number_phone="1">insert</phone>'
        '<phone phone="2">not_found</phone></base><base id_base="2"></base>'
    )
