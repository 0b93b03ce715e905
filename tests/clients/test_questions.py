"""Questions without a wire: how many requests, and what errors become."""

from datetime import timedelta

import pytest

from tests.clock import NOON
from tests.providers.parcels import ACCESS
from tolmach.clients import questions
from tolmach.clients.errors import AccountError, AnswerError, LaterError, MessageRefusedError, RequestRefusedError
from tolmach.clients.values import Message, SentMessage, State
from tolmach.core.content import FlashText
from tolmach.core.status import Status
from tolmach.providers.prontosms import Prontosms
from tolmach.providers.smspager import Smspager
from tolmach.wire import WireResponse

PRONTO = Prontosms(ACCESS, batch=2, poll_batch=2)


def test_as_few_requests_as_the_protocol_allows() -> None:
    messages = [Message("79161234500", "x", valid_for=timedelta(hours=1))] * 5
    assert len(list(questions.sending(PRONTO, messages, NOON))) == 3
    assert len(list(questions.sending(Smspager(ACCESS), messages, NOON))) == 5
    assert len(list(questions.asking(PRONTO, ["1", "2", "3"]))) == 2
    assert b'validity_period="2026-03-02 16:00:00"' in next(questions.sending(PRONTO, messages, NOON)).request.body


def test_nothing_is_sent_when_one_has_no_form() -> None:
    with pytest.raises(MessageRefusedError):
        next(questions.sending(Smspager(ACCESS), [Message("7", "x"), Message("7", FlashText("x"))], NOON))


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (WireResponse(403), AccountError),
        (WireResponse(429), LaterError),
        (WireResponse(413), RequestRefusedError),
        (WireResponse(500), AnswerError),
    ],
)
def test_errors_by_what_may_be_done(response: WireResponse, error: type[Exception]) -> None:
    (question,) = questions.sending(PRONTO, [Message("7", "x")], NOON)
    with pytest.raises(error):
        question.read(response)
    with pytest.raises(error):
        questions.balance(PRONTO).read(response)


def test_single_and_known() -> None:
    assert questions.single(SentMessage("7", "5")).accepted
    with pytest.raises(MessageRefusedError):
        questions.single(SentMessage("7", "", reason="no-money"))
    assert questions.known("5", [State("4", Status.SENT), State("5", Status.READ)]).status is Status.READ
