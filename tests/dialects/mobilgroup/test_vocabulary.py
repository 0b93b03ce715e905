from collections.abc import Iterable

import pytest

from tolmach.core.errors import Failure, RequestError
from tolmach.core.rejections import Rejection
from tolmach.core.status import Status
from tolmach.dialects.mobilgroup import vocabulary
from tolmach.dialects.mobilgroup.vocabulary import MessageTooLongError, error_number, mailing_status


def test_tables_are_total() -> None:
    assert set(vocabulary.FAILURES) == set(Failure)
    assert set(vocabulary.REJECTIONS) == set(Rejection)
    assert set(vocabulary.STATUSES) == set(Status)


def test_numbers_are_those_of_the_manual() -> None:
    numbers = {*vocabulary.FAILURES.values(), *vocabulary.REJECTIONS.values()}
    assert numbers == set(range(1, 13))
    assert set(vocabulary.STATUSES.values()) == {0, 1, 2, 8, 16}


@pytest.mark.parametrize(
    ("failure", "number"),
    [
        (Failure.EMPTY_BODY, 1),
        (Failure.MALFORMED, 1),
        (Failure.MISSING_FIELD, 2),
        (Failure.BAD_FIELD, 2),
        (Failure.UNKNOWN_CLIENT, 3),
        (Failure.UNAUTHORISED, 4),
        (Failure.BLOCKED, 5),
        (Failure.UNKNOWN_COMMAND, 6),
        (Failure.DUPLICATE_GROUP, 7),
        (Failure.NO_RECIPIENTS, 8),
        (Failure.BAD_DATE, 11),
        (Failure.UNKNOWN_GROUP, 12),
    ],
)
def test_failures(failure: Failure, number: int) -> None:
    assert error_number(RequestError(failure, code=77)) == number


def test_a_long_message_has_a_number_of_its_own() -> None:
    assert error_number(MessageTooLongError(141, 140)) == 10


@pytest.mark.parametrize(
    ("statuses", "number"),
    [
        ([], 4),
        ([Status.QUEUED], 0),
        ([Status.QUEUED, Status.ON_MODERATION], 0),
        ([Status.QUEUED, Status.REFUSED], 2),
        ([Status.QUEUED, Status.SENT], 2),
        ([Status.SENT], 2),
        ([Status.SENT, Status.DELIVERED], 2),
        ([Status.DELIVERED, Status.READ, Status.UNDELIVERED, Status.EXPIRED], 4),
        ([Status.UNKNOWN, Status.REFUSED, Status.CANCELLED], 4),
    ],
)
def test_status_of_a_mailing(statuses: Iterable[Status], number: int) -> None:
    assert mailing_status(dict.fromkeys(statuses, 3)) == number


def test_a_status_that_nobody_has_does_not_count() -> None:
    assert mailing_status({Status.SENT: 0, Status.DELIVERED: 1}) == 4
