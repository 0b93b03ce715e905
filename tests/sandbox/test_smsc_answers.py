"""Faults of answers, as a client meets them."""

from collections.abc import Sequence
from typing import Any

from tests.sandbox.esme import accepted, bound, message, read
from tolmach.codecs.smpp.bodies import DataSm, DeliverSm, QuerySm, QuerySmResp
from tolmach.codecs.smpp.constants import Status
from tolmach.codecs.smpp.events import Answered, Event, Received
from tolmach.sandbox.faults import Faults, IdForm, spell
from tolmach.sandbox.message import MessageQuery
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc import Smsc


async def test_out_of_order(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(out_of_order=True), None)
    async with bound(port) as esme:
        tags = esme.request(*[message()] * 10)
        await esme.answer(tags[0])
        answered = [one for one in esme.events if isinstance(one, Answered)]
        assert [one.tag for one in answered] == tags[::-1]
        ids = [int(accepted(one)) for one in answered]
        assert ids == sorted(ids, reverse=True)


async def test_twice(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(answer_twice=1), "demo")
    async with bound(port) as esme:
        (tag,) = esme.request(message())
        answered = await esme.answer(tag)
        await esme.until(esme.strays)
        assert [one.sequence for one in esme.strays()] == [answered.sequence]


async def test_unknown_sequence_numbers(port: int, smsc: Smsc, phones: Phones) -> None:
    smsc.book.put(Faults(unknown_sequence=1), None)
    async with bound(port) as esme:
        (tag,) = esme.request(message())
        await esme.until(esme.strays)
        assert esme.answers(tag) == []
        assert len(await phones.messages(MessageQuery())) == 1


async def test_never_while_questions_are_answered(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(never_answer=1), None)
    async with bound(port) as esme:
        (tag,) = esme.request(message())
        identifier = (await esme.receipt()).tlv_id or ""
        assert (await esme.ask(QuerySm(identifier))).status == Status.ROK
        assert esme.answers(tag) == []
        sessions: Any = (await smsc.status())["sessions"]
        (session,) = sessions
        assert session["unanswered_submits"] == 0


async def test_late_and_still_before_the_receipt(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(response_delay=0.05), None)
    async with bound(port) as esme:
        (tag,) = esme.request(message())
        await esme.receipt()
        assert len(esme.answers(tag)) == 1


async def test_early_receipts_of_a_thousand(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(early_receipts=True), None)
    async with bound(port) as esme:
        tags = esme.request(*[message()] * 1000)
        seen: list[str] = []

        def note(body: DeliverSm | DataSm) -> int:
            seen.append(f"id:{read(body).text_id}")
            return Status.ROK

        esme.acknowledge = note
        await esme.until(lambda: len([one for one in esme.events if isinstance(one, Answered)]) == 1000)
        position = {id(event): place for place, event in enumerate(esme.events)}
        told = {name: place for place, name in zip(_receipt_places(esme.events), seen, strict=True)}
        for tag in tags:
            (answered,) = esme.answers(tag)
            assert told["id:" + accepted(answered)] < position[id(answered)]


def _receipt_places(events: Sequence[Event]) -> list[int]:
    return [place for place, event in enumerate(events) if isinstance(event, Received)]


async def test_early_receipts_to_nobody_hold_no_answer(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(early_receipts=True), None)
    async with bound(port, "tx") as esme:
        await esme.submit(message(), message("79161234593"), message(registered_delivery=0))


async def test_answers_held_for_a_receiver_that_goes(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(early_receipts=True), None)
    async with bound(port, "tx") as sender:
        async with bound(port, "rx") as deaf:
            deaf.acknowledge = lambda _: None
            tags = sender.request(*[message()] * 150)  # the window of receipts is 100
            await sender.answer(tags[99])
            assert sender.answers(tags[100]) == []
        await sender.answer(tags[149])


async def test_ids_as_each_place_writes_them(port: int, smsc: Smsc) -> None:
    faults = Faults(response_ids=IdForm.UPPER_HEX, text_ids=IdForm.PADDED, tlv_ids=IdForm.HEX)
    smsc.book.put(faults, None)
    async with bound(port) as esme:
        (identifier,) = await esme.submit(message())
        number = int(identifier, 16)
        told = await esme.receipt()
        assert identifier == spell(number, IdForm.UPPER_HEX)
        assert (told.text_id, told.tlv_id) == (spell(number, IdForm.PADDED), spell(number, IdForm.HEX))
        answer = await esme.ask(QuerySm(identifier.lower()))
        assert isinstance(answer.body, QuerySmResp)
        assert answer.body.message_id == identifier
