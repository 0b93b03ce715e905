from datetime import timedelta

from tests.workers.stage import PHONE, Stage
from tolmach.core.commands import SendMessages
from tolmach.core.content import Channel, SmsText
from tolmach.core.drafts import Draft, For, Step
from tolmach.core.moderation import Verdict
from tolmach.services import accounts, moderation
from tolmach.services.acceptance import Order, accept
from tolmach.services.accounts import Changes
from tolmach.services.messages import trusted
from tolmach.store import queue
from tolmach.store.database import Tx
from tolmach.store.queue import Kind
from tolmach.workers.bell import Bell
from tolmach.workers.moderation import ModerationWorker


def worker(stage: Stage, due: Bell | None = None, told: Bell | None = None) -> ModerationWorker:
    return ModerationWorker("m", stage.database, stage.delivery, stage.clock, due or Bell(), told or Bell())


def moderated(stage: Stage) -> None:
    stage.database.write_now(lambda tx: accounts.change(tx, "demo", Changes(moderation="all")))
    step = Step(Channel.SMS, SmsText("x"), None, For(timedelta(days=1)))
    asked = SendMessages((Draft(PHONE, (step,)),), "prontosms")
    now = stage.clock.now()

    def send(tx: Tx) -> None:
        accept(tx, stage.catalogue, [Order(trusted(accounts.find(tx, "demo")), asked)], now)

    stage.database.write_now(send)


async def test_a_decision_is_carried_out(stage: Stage) -> None:
    moderated(stage)
    due = Bell()
    asked = worker(stage, due)
    assert (await asked.turn(), await asked.lapse()) == (0, 0)
    now = stage.clock.now()
    stage.database.write_now(lambda tx: moderation.decide(tx, 1, Verdict(approved=True), now))
    assert await asked.turn() == 1
    await due.wait(30)
    assert stage.database.read_now(lambda tx: queue.next_due(tx, Kind.SUBMIT)) is not None
    assert await asked.turn() == 0


async def test_who_waits_too_long_is_ended(stage: Stage) -> None:
    moderated(stage)
    asked = worker(stage)
    stage.clock.advance(timedelta(days=3))
    assert await asked.lapse() == 1
    assert await asked.lapse() == 0
