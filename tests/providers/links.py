"""Links and submissions for tests of providers."""

from datetime import timedelta
from typing import Any

from tests.clock import NOON
from tolmach.core.content import Channel, SmsText
from tolmach.core.delivery import Submission
from tolmach.core.ids import LegId
from tolmach.core.links import SmppLink


def link(**changes: Any) -> SmppLink:
    """A link with the defaults of every setting."""
    return SmppLink(**({"name": "carrier", "host": "smsc.example", "system_id": "esme"} | changes))


def leg(text: str = "hello", sender: str = "Tolmach", number: int = 0x1234) -> Submission:
    """The first leg of message ``number``, valid for two days from noon."""
    expires = NOON + timedelta(days=2)
    return Submission(LegId(number * 10 + 1), "79161234567", sender, Channel.SMS, SmsText(text), 1, expires)
