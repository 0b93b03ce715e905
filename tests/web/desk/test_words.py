"""Everything that can stand on a page has a word."""

from dataclasses import replace

from tolmach.core.condition import Condition, LinkState, changes
from tolmach.core.moderation import Mode, Ruling
from tolmach.core.registry import RegistryState
from tolmach.core.results import SenderState
from tolmach.core.results.pulse import Alert
from tolmach.core.route import Conditions
from tolmach.core.status import Status
from tolmach.core.traffic import Traffic
from tolmach.services import checks
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
    assert checks.CONDITIONS.keys() == Conditions.__dataclass_fields__.keys()
    assert words.REGISTRY.keys() == set(RegistryState)
    assert words.RULINGS.keys() == {*Ruling, SenderState.ORDER, SenderState.COMPLETED, SenderState.REJECTED}


def test_what_happens_to_links_has_words() -> None:
    quiet = Condition(up=False, binds=1)
    loud = Condition(up=True, binds=1, bound=1, paused=True, throttled=1.0, lag=900.0, low=True)
    up, down = Condition(up=True), Condition(up=False)
    looks = [(quiet, loud), (loud, quiet), (down, up), (up, down), (quiet, replace(quiet, last_error="x"))]
    told = {event.kind for before, after in looks for event in changes(before, after)}
    assert told == words.LINK_EVENTS.keys()
