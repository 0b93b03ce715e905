from itertools import product

from tolmach.core.content import Channel
from tolmach.core.traffic import ALL_LANES, DEFAULT_LANE, Traffic, lane, lanes, moved, traffic_of


def test_every_channel_and_class_has_a_lane_of_its_own() -> None:
    numbers = [lane(channel, traffic) for channel, traffic in product(Channel, Traffic)]
    assert sorted(numbers) == list(ALL_LANES)
    assert lane(Channel.SMS, Traffic.SERVICE) == DEFAULT_LANE == 1  # the default of the column


def test_a_class_goes_before_the_lower_ones() -> None:
    assert [traffic_of(number) for number in lanes(Channel.VIBER)] == [Traffic.OTP, Traffic.SERVICE, Traffic.ADVERT]
    assert lanes(None) == ALL_LANES


def test_the_next_step_keeps_its_class() -> None:
    assert moved(lane(Channel.VIBER, Traffic.ADVERT), Channel.SMS) == lane(Channel.SMS, Traffic.ADVERT)
