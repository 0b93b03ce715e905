from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tolmach.core.status import Status
from tolmach.dialects.contract import PushedState
from tolmach.dialects.prontosms.push import StatusPush
from tolmach.wire import WireResponse

CHANGED = datetime(2011, 1, 1, 12, 57, 46, tzinfo=ZoneInfo("Europe/Moscow"))
URL = "https://client.example/state.php?key=1"


def state(message: int, status: Status = Status.DELIVERED, dialect: str = "prontosms", ref: str = "101") -> PushedState:
    return PushedState(1, message, status, CHANGED, "79033256699", ref, dialect)


def body(*states: PushedState) -> str:
    return StatusPush().request(URL, states).body.decode()


def acknowledged(answer: str | bytes, status: int = 200) -> frozenset[int]:
    return StatusPush().acknowledged(WireResponse(status, body=answer.encode() if isinstance(answer, str) else answer))


def test_the_sample_of_the_manual() -> None:
    request = StatusPush().request(URL, [state(10), state(20)])
    assert (request.method, request.path) == ("POST", URL)
    assert request.headers["content-type"] == "text/xml; charset=utf-8"
    assert request.body.decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<request>\n"
        '<state id_sms="10" time="2011-01-01 12:57:46">deliver</state>\n'
        '<state id_sms="20" time="2011-01-01 12:57:46">deliver</state>\n'
        "</request>"
    )


def test_a_pending_state_has_no_time() -> None:
    assert '<state id_sms="10" time="">send</state>' in body(state(10, Status.SENT))


@pytest.mark.parametrize("dialect", ["prontosms", "targetsms"])
def test_clients_of_this_engine_get_its_own_attributes_only(dialect: str) -> None:
    assert '<state id_sms="10" time="2011-01-01 12:57:46">' in body(state(10, dialect=dialect))


@pytest.mark.parametrize("dialect", ["smspager", "mobilgroup"])
def test_clients_of_other_protocols_get_their_key_and_the_phone_too(dialect: str) -> None:
    assert (
        '<state id_sms="10" time="2011-01-01 12:57:46" smsid="a&amp;&quot;" phone="79033256699">deliver</state>'
    ) in body(state(10, dialect=dialect, ref='a&"'))


@given(
    st.sampled_from(Status),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])),
    st.sampled_from(["prontosms", "smspager"]),
)
def test_a_push_is_well_formed_and_always_the_same(status: Status, reference: str, dialect: str) -> None:
    pushed = state(10, status, dialect, reference)
    root = etree.fromstring(StatusPush().request(URL, [pushed]).body)
    assert root.tag == "request"
    assert root[0].get("smsid", reference) == reference.replace("\ufffe", "").replace("\uffff", "")
    assert StatusPush().request(URL, [pushed]) == StatusPush().request(URL, [pushed])


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        (
            '<?xml version="1.0" encoding="utf-8" ?>\n<response>\n    <id_sms>3234</id_sms>\n'
            "    <id_sms>3234</id_sms>\n</response>",
            [3234],
        ),
        ("<response><id_sms> 10 </id_sms><id_sms>20</id_sms></response>", [10, 20]),
        ("\n\n<response><id_sms>10</ id_sms></response>", [10]),
        ("<response><ids><id_sms>10</id_sms></ids></response>", [10]),
        ("<id_sms>10</id_sms>", [10]),
        ("<response><id_sms>x</id_sms><id_sms/><id_sms>-1</id_sms><id_sms>9</id_sms></response>", [9]),
        ("<response></response>", []),
        ("<response><error>нет</error></response>", []),
        ("OK 10", []),
        ("", []),
        ("<response><id_sms>10</id_sms>", []),
        ("<!DOCTYPE a><response><id_sms>10</id_sms></response>", []),
    ],
)
def test_only_ids_that_the_answer_names_are_received(answer: str, ids: list[int]) -> None:
    assert acknowledged(answer) == frozenset(ids)


def test_the_http_status_of_the_answer_does_not_matter() -> None:
    assert acknowledged("<response><id_sms>10</id_sms></response>", 500) == {10}


@given(st.binary(max_size=200))
def test_no_answer_raises(answer: bytes) -> None:
    assert all(0 < number < 2**53 for number in acknowledged(answer))


@given(st.lists(st.integers(-5, 2**70)))
def test_ids_that_cannot_be_ids_are_left_out(numbers: list[int]) -> None:
    answer = "".join(f"<id_sms>{number}</id_sms>" for number in numbers)
    assert acknowledged(f"<response>{answer}</response>") == {number for number in numbers if 0 < number < 2**53}
