from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import GetTime
from tolmach.core.results import TimeResult
from tolmach.dialects.prontosms.time import Time


def test_a_request_is_who_asks_and_a_blocked_account_may() -> None:
    assert Time().parse(request()).command == GetTime()
    assert Time().open_to_blocked


def test_the_sample_of_the_manual_is_1534_in_moscow_seen_from_novosibirsk() -> None:
    now = datetime(2012, 12, 17, 11, 34, 27, tzinfo=UTC).astimezone(ZoneInfo("Asia/Novosibirsk"))
    assert below_root(Time().render(call(), TimeResult(now))) == "<time>2012-12-17 18:34:27</time>"
