from datetime import UTC, date, datetime, time

import pytest

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import ListStatistics
from tolmach.core.errors import Failure
from tolmach.core.ids import LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.results import StatisticsResult, StatisticsRow
from tolmach.core.status import Status
from tolmach.dialects.prontosms.stats import TRANSLATED, Stats, masked
from tolmach.dialects.prontosms.vocabulary import STATUSES


def command(attributes: str) -> ListStatistics:
    asked = Stats().parse(request(f"<stats {attributes}/>"))
    assert asked.fault is None
    assert isinstance(asked.command, ListStatistics)
    return asked.command


def test_everything_is_left_out() -> None:
    for payload in ("", "<stats/>", '<stats date_start="" state="" from_hour="" to_minute="" phone=""/>'):
        assert Stats().parse(request(payload)).command == ListStatistics()


def test_everything_is_given() -> None:
    asked = command(
        'date_start="2016-08-21" date_stop="2016-08-22 10:00" state="Deliver" originator="SENDER_1" '
        'phone="79001234567" operator="МТС" from_hour="1" from_minute="02" to_hour="13" to_minute="0" after="10"'
    )
    days = date(2016, 8, 21), date(2016, 8, 22)
    statuses = frozenset({Status.DELIVERED})
    expected = ListStatistics(*days, time(1, 2), time(13, 0, 59), statuses, "SENDER_1", "79001234567", "МТС", 10)
    assert asked == expected


def test_every_status_can_be_asked_for_and_has_a_translation() -> None:
    found: set[Status] = set()
    for word in set(STATUSES.values()):
        statuses = command(f'state="{word}"').statuses
        assert {STATUSES[status] for status in statuses} == {word}
        found |= statuses
    assert found == set(Status)
    assert set(TRANSLATED) == set(STATUSES.values())


@pytest.mark.parametrize(
    ("attributes", "failure"),
    [
        ('date_start="21.08.2016"', Failure.BAD_DATE),
        ('date_stop="2016-02-30"', Failure.BAD_DATE),
        ('from_hour="24"', Failure.BAD_DATE),
        ('to_minute="60"', Failure.BAD_DATE),
        ('to_hour="-1"', Failure.BAD_DATE),
        ('from_minute="x"', Failure.BAD_DATE),
        ('state="lost"', Failure.BAD_FIELD),
        ('after="x"', Failure.BAD_FIELD),
    ],
)
def test_what_makes_no_sense(attributes: str, failure: Failure) -> None:
    fault = Stats().parse(request(f"<stats {attributes}/>")).fault
    assert fault is not None
    assert fault.failure is failure


def test_a_row_per_part() -> None:
    moment = datetime(2016, 8, 10, 23, 4, 18, tzinfo=UTC)
    row = StatisticsRow(
        MessageId(10), LegId(12), "79001234567", "МТС", "Кабинет", "A&B", Status.DELIVERED, moment,
        moment.replace(second=32), Money(10_500), ("ТЕКСТ <1>", "ещё"),
    )  # fmt: skip
    answer = below_root(Stats().render(call(), StatisticsResult([row], MessageId(10))))
    assert answer == (
        '<stats num_stats="2" next="10"><stat id_sms="10" id_state="12001" operator="МТС" name_delivery="Кабинет" '
        'phone="7900123****" originator="A&amp;B" time_change_state="2016-08-10 23:04:32" time="2016-08-10 23:04:18" '
        'status="deliver" status_translate="доставлено" text="ТЕКСТ &lt;1&gt;" price="1.05" part_no="1" num_parts="2">'
        '</stat><stat id_sms="10" id_state="12002" operator="МТС" name_delivery="Кабинет" phone="7900123****" '
        'originator="A&amp;B" time_change_state="2016-08-10 23:04:32" time="2016-08-10 23:04:18" status="deliver" '
        'status_translate="доставлено" text="ещё" price="1.05" part_no="2" num_parts="2"></stat></stats>'
    )
    assert below_root(Stats().render(call(), StatisticsResult([]))) == '<stats num_stats="0"></stats>'


@pytest.mark.parametrize(("phone", "shown"), [("79001234567", "7900123****"), ("123", "***"), ("", "")])
def test_numbers_are_masked(phone: str, shown: str) -> None:
    assert masked(phone) == shown
