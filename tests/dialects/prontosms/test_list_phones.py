from datetime import datetime

import pytest

from tests.clock import NOON
from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.bases import Subscriber
from tolmach.core.commands import ListSubscribers
from tolmach.core.errors import Failure
from tolmach.core.results import SubscribersPage
from tolmach.dialects.prontosms.list_phones import ListOfPhones

FULL = Subscriber(
    "79612242243", "Новосибирск", "A&B", "Иван", "Иванов", "Иванович", "1984-08-21", "m", "1", "2", "", "4"
)


@pytest.mark.parametrize(
    ("base", "command"),
    [
        ('<base id_base="1234"/>', ListSubscribers("1234")),
        ('<base id_base=" 1234 " page="2"/>', ListSubscribers("1234", 2)),
        (
            '<base id_base="1" page="" last_update="2011-03-25 08:39:48"/>',
            ListSubscribers("1", 1, datetime(2011, 3, 25, 8, 39, 48)),  # noqa: DTZ001
        ),
        ('<base id_base="1" last_update="2011-03-25"/>', ListSubscribers("1", 1, datetime(2011, 3, 25))),  # noqa: DTZ001
        ('<base id_base="1" last_update="0000-00-00"/>', ListSubscribers("1")),
        ("<base/>", ListSubscribers("")),
    ],
)
def test_a_request_names_base_page_and_moment(base: str, command: ListSubscribers) -> None:
    found = ListOfPhones().parse(request(base))
    assert (found.command, found.fault) == (command, None)


@pytest.mark.parametrize(
    ("base", "failure"),
    [
        ("", Failure.MISSING_FIELD),
        ('<base page="0"/>', Failure.BAD_FIELD),
        ('<base page="1e3"/>', Failure.BAD_FIELD),
        (f'<base page="{10**9}"/>', Failure.BAD_FIELD),
        ('<base last_update="soon"/>', Failure.BAD_DATE),
    ],
)
def test_what_makes_no_sense_is_told_to_a_known_caller(base: str, failure: Failure) -> None:
    fault = ListOfPhones().parse(request(base)).fault
    assert fault is not None
    assert fault.failure is failure


def test_a_page_stands_on_one_line() -> None:
    found = SubscribersPage(1, 100, [FULL, Subscriber("79612242244")], [NOON, NOON])
    assert below_root(ListOfPhones().render(call(), found)) == (
        '<phones page="1" num_pages="100"><phone phone="79612242243" region="Новосибирск" operator="A&amp;B"'
        ' name="Иван" surname="Иванов" patronymic="Иванович" date_birth="1984-08-21" male="m" addition_1="1"'
        ' addition_2="2" addition_4="4" last_update="2026-03-02 12:00:00"/>'
        '<phone phone="79612242244" region="" operator="" name="" surname="" patronymic="" date_birth="" male=""'
        ' addition_1="" addition_2="" last_update="2026-03-02 12:00:00"/></phones>'
    )


def test_a_page_beyond_the_end() -> None:
    assert below_root(ListOfPhones().render(call(), SubscribersPage(7, 2, [], []))) == (
        '<phones page="7" num_pages="2"></phones>'
    )
