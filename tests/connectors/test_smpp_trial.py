"""A link tried step by step against an SMSC."""

from datetime import UTC, datetime
from typing import Any

from tests.connectors.smsc import Behaviour, Peer, Smsc, leg, link, nothing, receipt, refuse, serving, take
from tolmach.codecs.smpp.bodies import SubmitSm
from tolmach.codecs.smpp.constants import Status
from tolmach.connectors.smpp_trial import Step, Trial
from tolmach.core.links import BindMode
from tolmach.providers.smpp import bodies


async def tried(smsc: Smsc, text: str = "", **changes: Any) -> list[Step]:
    about = link(smsc, **changes)
    parts = list(bodies(leg(1, text), about, datetime.now(UTC))) if text else []
    return [step async for step in Trial(about, parts).run()]


def names(steps: list[Step]) -> list[str]:
    return [step.name for step in steps]


async def test_without_a_message() -> None:
    async with serving() as smsc:
        steps = await tried(smsc)
    assert names(steps) == ["connect", "bind", "enquire_link", "unbind"]
    assert all(step.sound and step.seconds >= 0 for step in steps)
    assert steps[1].detail == "as smsc"


async def test_a_message_of_two_parts() -> None:
    async with serving() as smsc:
        steps = await tried(smsc, "x" * 200, bind=BindMode.PAIR)
    assert [(step.name, step.detail) for step in steps[3:5]] == [
        ("submit_sm 1", "taken, as 1"),
        ("submit_sm 2", "taken, as 2"),
    ]
    assert len(smsc.seen) == 2


async def failing(behave: Behaviour, **more: Any) -> Step:
    async with serving(behave, **more) as smsc:
        steps = await tried(smsc, "hello", timers={"response": 0.2})
    assert all(step.sound for step in steps[:-1])
    assert not steps[-1].sound
    return steps[-1]


async def test_what_fails_is_the_last_step() -> None:
    refused = await failing(refuse(Status.RINVDSTADR))
    assert (refused.name, refused.detail) == ("submit_sm 1", "refused: ESME_RINVDSTADR")
    silent = await failing(nothing)
    assert (silent.name, silent.detail) == ("submit_sm 1", "no answer in time")
    stranger = await failing(take, bind_status=Status.RINVPASWD)
    assert (stranger.name, stranger.detail) == ("bind", "refused: ESME_RINVPASWD")
    gone = await failing(lambda _smsc, peer, _sequence, _body: peer.drop())
    assert gone.name == "submit_sm 1"


async def test_nobody_listens() -> None:
    async with serving() as smsc:
        pass
    (step,) = await tried(smsc)
    assert (step.name, step.sound) == ("connect", False)


async def test_a_receipt_that_comes_meanwhile_is_given_back() -> None:
    def receipt_first(smsc: Smsc, peer: Peer, sequence: int, body: SubmitSm) -> None:
        peer.deliver(receipt("77"))
        take(smsc, peer, sequence, body)

    async with serving(receipt_first) as smsc:
        steps = await tried(smsc, "hello")
    assert steps[-1].name == "unbind"
    assert smsc.answers == [Status.RX_T_APPN]
