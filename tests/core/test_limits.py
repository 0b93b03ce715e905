from tolmach.core.limits import BacklogLimits, RequestLimits
from tolmach.sections import LimitsSettings
from tolmach.settings import Settings


def test_what_the_settings_say_is_what_counts() -> None:
    limits = LimitsSettings(rate=5, messages=6, requests=7, body_seconds=3, backlog=9, busy=0.25)
    settings = Settings(body_limit=2048, limits=limits)
    assert settings.request_limits == RequestLimits(body=2048, body_seconds=3, at_once=7, rate=5, messages=6, busy=0.25)
    assert settings.limits.backlogs == BacklogLimits(account=1_000_000, all=9, channel=2_000_000)
