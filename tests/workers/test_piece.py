"""What has come of a piece is told once, before or at its end."""

from collections.abc import Mapping

from tests.connectors.smsc import leg
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent
from tolmach.core.ids import LegId
from tolmach.workers.piece import Piece

LEGS = [leg(number) for number in (1, 2, 3, 4)]
IDS = [one.leg for one in LEGS]


def told(piece: Piece, so_far: Mapping[LegId, Outcome]) -> list[LegId]:
    return [one.submission.leg for one in piece.come("carrier", so_far)]


def test_an_answer_is_told_once() -> None:
    piece = Piece(LEGS, at=5)
    assert told(piece, {}) == []
    assert told(piece, {IDS[1]: Sent(("a",)), LegId(77): Sent(("z",))}) == [IDS[1]]
    assert told(piece, {IDS[1]: Sent(("a",)), IDS[3]: Lost("x")}) == [IDS[3]]
    rest = piece.ended([("carrier", Sent((str(id_),))) for id_ in IDS])
    assert [(one.submission.leg, one.link, one.claimed_at) for one in rest] == [
        (IDS[0], "carrier", 5),
        (IDS[2], "carrier", 5),
    ]


def test_what_another_link_may_be_asked_for_is_not_told_before_the_end() -> None:
    piece = Piece(LEGS, at=5)
    so_far: dict[LegId, Outcome] = {
        IDS[0]: Busy(1),
        IDS[1]: Refused("later", permanent=False),
        IDS[2]: Refused("no", permanent=True),
    }
    assert told(piece, so_far) == [IDS[2]]
    assert [one.submission.leg for one in piece.ended([("other", Sent(("b",)))] * 4)] == [IDS[0], IDS[1], IDS[3]]
