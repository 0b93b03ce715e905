"""Everything that can stand on a page has a word."""

from tolmach.core.condition import LinkState
from tolmach.core.moderation import Mode, Ruling
from tolmach.core.results import SenderState
from tolmach.core.results.pulse import Alert
from tolmach.core.route import Conditions
from tolmach.core.status import Status
from tolmach.core.traffic import Traffic
from tolmach.services.pulse import DUTIES
from tolmach.store.ledger import Movement
from tolmach.web.desk import words


def test_nothing_is_without_a_word() -> None:
    assert words.STATUSES.keys() == set(Status)
    assert words.LINK_STATES.keys() == set(LinkState)
    assert words.ALERTS.keys() == set(Alert)
    assert words.TRAFFIC.keys() == set(Traffic)
    assert words.MOVEMENTS.keys() == set(Movement)
    assert words.MODERATION.keys() == set(Mode)
    assert words.DUTIES.keys() == set(DUTIES.values())
    assert words.CONDITIONS.keys() == Conditions.__dataclass_fields__.keys()
    assert words.RULINGS.keys() == {*Ruling, SenderState.ORDER, SenderState.COMPLETED, SenderState.REJECTED}
