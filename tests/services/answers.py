"""What an acceptance is asked and answers, for the tests of it."""

from datetime import datetime

from tests.services.world import World
from tolmach.core.commands import SendMessages
from tolmach.core.errors import Failure, RequestError
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, Rejected, SendItem, SendResult

NOON_IN_MOSCOW = datetime(2026, 3, 2, 15, 0)  # noqa: DTZ001  # an account's wall clock
PHONES = [f"7903000000{number}" for number in range(10)]


def ids(items: object) -> list[int]:
    assert isinstance(items, list)
    return [item.id for item in items if isinstance(item, Accepted)]


def reasons(items: object) -> list[Rejection | None]:
    assert isinstance(items, list)
    return [item.reason if isinstance(item, Rejected) else None for item in items]


def only(result: SendResult) -> SendItem:
    (item,) = result.items
    return item


def accepted(result: SendResult) -> Accepted:
    item = only(result)
    assert isinstance(item, Accepted), item
    return item


def failure(world: World, asked: SendMessages) -> Failure:
    answer = world.answer(asked)
    assert isinstance(answer, RequestError)
    return answer.failure
