"""Who is served when a lane is crowded."""

from collections import Counter

from tests.services.world import PHONE, World, command, draft
from tolmach.core.content import Channel
from tolmach.core.delivery import Submission
from tolmach.core.ids import AccountId
from tolmach.core.traffic import Traffic
from tolmach.store import senders


def send(world: World, count: int, account: AccountId) -> set[int]:
    result = world.result(command(*[draft(PHONE)] * count), account)
    return {item.id for item in result.items}  # type: ignore[union-attr]


def owners(claimed: list[Submission], **sent: set[int]) -> dict[str, int]:
    counts = Counter(name for one in claimed for name, ids in sent.items() if one.leg // 10 * 10 in ids)
    return dict(counts)


def test_a_crowd_of_one_account_does_not_keep_another_waiting(world: World) -> None:
    world.top_up(100_000_000)
    many = send(world, 500, world.demo)
    assert owners(world.claim(limit=100), many=many) == {"many": 100}  # nobody else is there
    few = send(world, 20, world.other)
    assert owners(world.claim(limit=100), many=many, few=few) == {"many": 80, "few": 20}


def test_a_crowded_lane_is_shared_equally(world: World) -> None:
    world.top_up(100_000_000)
    world.top_up(100_000_000, world.other)
    many = send(world, 500, world.demo)
    more = send(world, 500, world.other)
    world.claim(limit=10)
    for _ in range(5):
        assert owners(world.claim(limit=100), many=many, more=more) == {"many": 50, "more": 50}


def test_everything_is_claimed_once(world: World) -> None:
    world.top_up(100_000_000)
    world.top_up(100_000_000, world.other)
    sent = send(world, 130, world.demo) | send(world, 77, world.other)
    legs: list[int] = []
    while claimed := world.claim(limit=30):
        legs += [one.leg - 1 for one in claimed]
    assert sorted(legs) == sorted(sent)


def test_a_higher_class_goes_first(world: World) -> None:
    world.top_up(100_000_000)
    world.change(world.demo, traffic=Traffic.ADVERT.value)
    adverts = send(world, 50, world.demo)
    codes = send(world, 5, world.other)
    assert owners(world.claim(limit=10), adverts=adverts, codes=codes) == {"adverts": 5, "codes": 5}
    world.write(lambda tx: senders.set_traffic(tx, world.demo, "Tolmach", Traffic.OTP))
    urgent = send(world, 3, world.demo)
    later = send(world, 3, world.other)
    claimed = world.claim(limit=5)
    assert owners(claimed, adverts=adverts, urgent=urgent, later=later) == {"urgent": 3, "later": 2}


def test_a_claim_is_for_a_channel(world: World) -> None:
    send(world, 3, world.demo)
    now = world.clock.now()
    none = world.write(lambda tx: world.delivery.claim(tx, "viber", now, 10, Channel.VIBER))[1]
    some = world.write(lambda tx: world.delivery.claim(tx, "sms", now, 10, Channel.SMS))[1]
    assert (len(none), len(some)) == (0, 3)
