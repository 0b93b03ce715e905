"""The SMSC as a client sees it: binds, messages on the phones, receipts, questions."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.sandbox.esme import BindFailed, Esme, accepted, bound, connected, message, parts, read
from tolmach.codecs import gsm0338, udh
from tolmach.codecs.smpp.bodies import (
    CancelSm,
    CancelSmResp,
    DataSm,
    DistributionList,
    QuerySm,
    QuerySmResp,
    ReplaceSm,
    SmeAddress,
    SubmitMulti,
    SubmitMultiResp,
)
from tolmach.codecs.smpp.constants import MessageState, Status
from tolmach.codecs.smpp.events import Answered, Closed, Ending
from tolmach.codecs.smpp.tlv import Tag, make
from tolmach.sandbox.message import Encoding, MessageQuery, PhoneMessage
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc import Smsc
from tolmach.sandbox.smsc_link import Limits
from tolmach.workers.clock import SystemClock


async def on_phones(phones: Phones) -> list[PhoneMessage]:
    return await phones.messages(MessageQuery(limit=1000))


async def status(esme: Esme, body: object) -> int:
    return (await esme.ask(body)).status  # type: ignore[arg-type]


async def test_a_message_its_answer_and_its_receipt(port: int, phones: Phones) -> None:
    async with bound(port) as esme:
        (identifier,) = await esme.submit(message(text=b"Hello \x00 \x1b\x65", registered_delivery=1))
        told = await esme.receipt()
        (shown,) = await on_phones(phones)
        assert (shown.phone, shown.sender, shown.card.text, shown.encoding, shown.parts, shown.provider_ids) == (
            *("79161234500", "Tolmach", "Hello @ €", Encoding.GSM7, 1),
            (identifier,),
        )
        assert (told.tlv_id, told.text_id, told.state, told.stat) == (
            *(identifier, identifier),
            *(MessageState.DELIVERED, "DELIVRD"),
        )
        back = esme.receipts[0]
        assert (back.source_addr, back.destination_addr, back.esm_class) == ("79161234500", "Tolmach", 4)
        assert (back.source_addr_ton, back.dest_addr_ton) == (1, 5)
        await esme.leave()
        assert esme.events[-1] == Closed(Ending.UNBOUND)


@pytest.mark.parametrize(
    ("digits", "state", "stat"),
    [
        ("90", MessageState.UNDELIVERABLE, "UNDELIV"),
        ("91", MessageState.EXPIRED, "EXPIRED"),
        ("94", MessageState.DELIVERED, "DELIVRD"),
    ],
)
async def test_magic_numbers_with_receipts(port: int, digits: str, state: MessageState, stat: str) -> None:
    async with bound(port) as esme:
        await esme.submit(message("791612345" + digits))
        told = await esme.receipt()
        assert (told.state, told.stat, told.dlvrd) == (state, stat, int(stat == "DELIVRD"))


async def test_magic_numbers_without_receipts(port: int, phones: Phones) -> None:
    async with bound(port) as esme:
        assert await status(esme, message("79161234592")) == Status.RINVDSTADR
        for digits in ("93", "00"):
            await esme.submit(message("791612345" + digits))
        assert (await esme.receipt()).state is MessageState.DELIVERED  # the silent one was first
        assert [one.outcome for one in await on_phones(phones)] == ["silent", "delivered"]


async def test_a_busy_phone_throttles_twice_and_each_message_anew(port: int) -> None:
    async with bound(port) as esme:
        for text in (b"one", b"two", b"one"):
            tries = [await status(esme, message("79161234595", text)) for _ in range(3)]
            assert tries == [Status.RTHROTTLED, Status.RTHROTTLED, Status.ROK]


@pytest.mark.parametrize(
    ("asked", "told"), [(0, []), (1, ["90", "00"]), (2, ["90"]), (3, ["00"])], ids=["never", "always", "failed", "good"]
)
async def test_receipts_are_sent_as_asked(port: int, asked: int, told: list[str]) -> None:
    async with bound(port) as esme:
        await esme.submit(*(message("791612345" + digits, registered_delivery=asked) for digits in ("90", "00")))
        await esme.submit(message("79161234501"))  # its receipt is the last
        await esme.until(lambda: len(esme.receipts) > len(told))
        assert [one.source_addr[-2:] for one in esme.receipts] == [*told, "01"]


async def test_parts_with_either_header_or_parameters_become_one_message(port: int, phones: Phones) -> None:
    text = "Длинное сообщение 😀 " * 8
    octets = text.encode("utf-16-be")
    cut = [octets[at : at + 134] for at in range(0, len(octets), 134)]

    def narrow(total: int, number: int) -> bytes:
        return udh.header(udh.concatenation(7, total, number))

    def wide(total: int, number: int) -> bytes:
        return udh.header(udh.concatenation(7, total, number, wide=True))

    def sar(number: int) -> tuple[object, ...]:
        told = ((Tag.SAR_MSG_REF_NUM, 7), (Tag.SAR_TOTAL_SEGMENTS, len(cut)), (Tag.SAR_SEGMENT_SEQNUM, number))
        return tuple(make(tag, value) for tag, value in told)

    async with bound(port) as esme:
        narrow_ones = parts(cut, narrow, data_coding=8)
        wide_ones = parts(cut, wide, data_coding=8)
        with_sar = [message(text=one, data_coding=8, tlvs=sar(number)) for number, one in enumerate(cut, 1)]
        mixed = [*narrow_ones[::-1], *wide_ones, *with_sar[1:], *with_sar[:1]]
        ids = await esme.submit(*mixed)
        await esme.until(lambda: len(esme.receipts) == len(mixed))
        assert sorted(read(one).ids[0] for one in esme.receipts) == sorted(ids)
    shown = await on_phones(phones)
    assert [(one.card.text, one.parts, one.encoding) for one in shown] == [(text, len(cut), Encoding.UCS2)] * 3
    assert shown[0].provider_ids == tuple(ids[: len(cut)][::-1])


async def test_a_part_that_comes_again_and_one_that_never_comes(port: int, phones: Phones, smsc: Smsc) -> None:
    def header(total: int, number: int) -> bytes:
        return udh.header(udh.concatenation(9, total, number))

    async with bound(port) as esme:
        first, second = parts([gsm0338.encode("{one"), gsm0338.encode("two}")], header)
        await esme.submit(first, first)
        assert await on_phones(phones) == []
        assert (await smsc.status())["parts_waiting"] == 1
        await esme.submit(second)
        assert [one.card.text for one in await on_phones(phones)] == ["{onetwo}"]


async def test_payload_data_sm_and_other_alphabets(port: int, phones: Phones) -> None:
    long = b"x" * 1000
    async with bound(port) as esme:
        data = DataSm("", 5, 0, "Tolmach", 1, 1, "79161234500", 0, 1, 3, (make(Tag.MESSAGE_PAYLOAD, b"caf\xe9"),))
        await esme.submit(
            message(text=b"", tlvs=(make(Tag.MESSAGE_PAYLOAD, long),)),
            data,
            message(text="Привет".encode("iso8859-5"), data_coding=6),
            message(text=bytes((0, 255)), data_coding=4),
            message(text=b"now", data_coding=0x10, protocol_id=0x40, validity_period="000000010000000R"),
        )
        await esme.until(lambda: len(esme.receipts) == 5)
    shown = await on_phones(phones)
    assert [(one.card.text, one.parts, one.encoding) for one in shown] == [
        ("x" * 1000, 7, Encoding.GSM7),
        ("café", 1, Encoding.LATIN1),
        ("Привет", 1, Encoding.CYRILLIC),
        ("00ff", 1, Encoding.BINARY),
        ("now", 1, Encoding.GSM7),
    ]


async def test_submit_multi(port: int, phones: Phones) -> None:
    def to(*numbers: str) -> SubmitMulti:
        targets = tuple(SmeAddress(1, 1, number) for number in numbers)
        return SubmitMulti("", 5, 0, "Tolmach", targets, registered_delivery=1, short_message=b"Hello")

    async with bound(port) as esme:
        answer = await esme.ask(to("79161234500", "79161234592", "nobody", "79161234501", "79161234595"))
        assert isinstance(answer.body, SubmitMultiResp)
        failures = [(one.address[-2:], one.status) for one in answer.body.failures]
        assert failures == [("92", Status.RINVDSTADR), ("dy", Status.RINVDSTADR), ("95", Status.RTHROTTLED)]
        await esme.until(lambda: len(esme.receipts) == 2)
        assert {read(one).tlv_id for one in esme.receipts} == {accepted(answer)}
        assert await status(esme, to("79161234592")) == Status.RINVDSTADR
        listed = SubmitMulti("", 5, 0, "Tolmach", (DistributionList("friends"),), short_message=b"x")
        assert await status(esme, listed) == Status.RINVDLNAME
    assert [one.phone[-2:] for one in await on_phones(phones)] == ["00", "01"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"recipient": "79x"}, Status.RINVDSTADR),
        ({"recipient": ""}, Status.RINVDSTADR),
        ({"text": b"odd", "data_coding": 8}, Status.RINVMSGLEN),
        ({"text": b"\x09x", "esm_class": 0x40}, Status.RSUBMITFAIL),
        ({"validity_period": "tomorrow"}, Status.RINVEXPIRY),
        ({"schedule_delivery_time": "000000010000000R"}, Status.RINVSCHED),
        ({"tlvs": (make(Tag.MESSAGE_PAYLOAD, b"x"),)}, Status.ROPTPARNOTALLWD),
    ],
)
async def test_what_is_refused(port: int, phones: Phones, fields: dict[str, object], code: Status) -> None:
    async with bound(port) as esme:
        assert await status(esme, message(**fields)) == code  # type: ignore[arg-type]
    assert await on_phones(phones) == []


async def test_only_who_is_known_may_bind(phones: Phones) -> None:
    async def known(system: str, password: str, remote: str) -> bool:
        if system == "broken":
            raise OSError("no database")
        return (system, password, remote) == ("shop", "secret", "127.0.0.1")

    smsc = Smsc(phones, SystemClock(), known)
    await smsc.start("127.0.0.1", 0)
    assert smsc.address is not None
    port = smsc.address[1]
    for system, password, code in (
        ("shop", "wrong", Status.RINVPASWD),
        ("nobody", "secret", Status.RINVPASWD),
        ("broken", "", Status.RSYSERR),
    ):
        with pytest.raises(BindFailed) as refused:
            async with bound(port, "trx", system, password):
                pass
        assert refused.value.status == code
    async with bound(port, "tx", "shop", "secret") as esme:
        await esme.submit(message())
    await smsc.stop()


async def test_receipts_go_to_a_session_of_their_system_that_can_receive(port: int, smsc: Smsc) -> None:
    async with bound(port, "tx", "a") as sender, bound(port, "trx", "b") as stranger, bound(port, "rx", "a") as own:
        await sender.submit(message())
        await own.receipt()
        assert (sender.receipts, stranger.receipts) == ([], [])
        told = await smsc.status()
        assert [(one["system_id"], one["state"]) for one in told["sessions"]] == [  # type: ignore[attr-defined]
            ("a", "bound_tx"),
            ("b", "bound_trx"),
            ("a", "bound_rx"),
        ]


async def test_a_receiver_may_not_submit_nor_anybody_before_the_bind(port: int) -> None:
    async with bound(port, "rx") as esme:
        esme.session._allowed = frozenset({4})  # type: ignore[arg-type]
        assert await status(esme, message()) == Status.RINVBNDSTS
    stranger = await connected(port)
    stranger.session._allowed = frozenset({4})  # type: ignore[arg-type]
    assert await status(stranger, message()) == Status.RINVBNDSTS
    stranger.transport.abort()


async def test_receipts_are_kept_while_nobody_is_bound_and_across_restarts(tmp_path: Path) -> None:
    async def served() -> tuple[Phones, Smsc, int]:
        phones = Phones(tmp_path / "sandbox.sqlite")
        smsc = Smsc(phones, SystemClock(), delay=0)
        await smsc.start("127.0.0.1", 0)
        assert smsc.address is not None
        return phones, smsc, smsc.address[1]

    phones, smsc, port = await served()
    async with bound(port, "tx") as sender:
        ids = await sender.submit(message(), message())
    async with bound(port, "rx") as mute:
        mute.acknowledge = lambda _: None
        await mute.receipt(2)
    await smsc.stop()
    phones.close()
    phones, smsc, port = await served()
    async with bound(port, "rx") as esme:
        await esme.until(lambda: len(esme.receipts) == 2)
        assert [read(one).tlv_id for one in esme.receipts] == ids
        await esme.leave()
    await smsc.stop()
    phones.close()
    phones, smsc, port = await served()
    assert (await smsc.status())["receipts_owed"] == 0
    async with bound(port) as esme:
        assert int((await esme.submit(message()))[0]) > int(ids[-1])
    await smsc.stop()
    phones.close()


async def test_questions_about_messages(phones: Phones) -> None:
    clock = FakeClock()
    smsc = Smsc(phones, clock, delay=60)
    await smsc.start("127.0.0.1", 0)
    assert smsc.address is not None
    async with bound(smsc.address[1]) as esme, bound(smsc.address[1], "trx", "other") as other:
        ids = await esme.submit(message(), message("79161234590"), message("79161234593"), message("79161234501"))

        async def query(number: int) -> QuerySmResp:
            answer = await esme.ask(QuerySm(ids[number], 5, 0, "Tolmach"))
            assert isinstance(answer.body, QuerySmResp)
            return answer.body

        assert await query(0) == QuerySmResp(ids[0], "", MessageState.ENROUTE, 0)
        assert await status(other, QuerySm(ids[0])) == Status.RINVMSGID
        assert await status(esme, QuerySm("x")) == Status.RINVMSGID
        assert await status(esme, ReplaceSm(ids[0], short_message=b"new")) == Status.RREPLACEFAIL
        assert await status(esme, ReplaceSm("7", short_message=b"new")) == Status.RINVMSGID

        assert isinstance((await esme.ask(CancelSm("", ids[0]))).body, CancelSmResp)
        assert (await esme.receipt()).state is MessageState.DELETED
        assert (await query(0)).message_state == MessageState.DELETED
        assert [one.phone[-2:] for one in await on_phones(phones)] == ["90", "93", "01"]
        assert await status(esme, CancelSm("", ids[0])) == Status.RCANCELFAIL
        assert await status(other, CancelSm("", ids[1])) == Status.RCANCELFAIL
        assert await status(esme, CancelSm("", "x")) == Status.RINVMSGID

        by_addresses = CancelSm("", "", 5, 0, "Tolmach", 1, 1, "79161234501")
        assert await status(esme, by_addresses) == Status.ROK
        assert [one.phone[-2:] for one in await on_phones(phones)] == ["90", "93"]

        clock.advance(timedelta(seconds=60))
        await esme.until(lambda: len(esme.receipts) == 3)
        assert (await query(1)).message_state == MessageState.UNDELIVERABLE
        assert (await query(1)).final_date == "260302120100000+"
        assert (await query(1)).error_code == 1
        assert (await query(2)).message_state == MessageState.ENROUTE
        assert await status(esme, CancelSm("", ids[1])) == Status.RCANCELFAIL
        assert await status(esme, CancelSm("", ids[2])) == Status.ROK
    await smsc.stop()


async def test_a_closed_file_is_a_system_error(port: int, phones: Phones) -> None:
    async with bound(port) as esme:
        (identifier,) = await esme.submit(message())
        await esme.receipt()
        phones.close()
        assert await status(esme, message()) == Status.RSYSERR
        for question in (QuerySm(identifier), CancelSm("", identifier), ReplaceSm(identifier)):
            assert await status(esme, question) == Status.RSYSERR


async def test_stopping_unbinds_clients_after_their_answers(phones: Phones) -> None:
    smsc = Smsc(phones, SystemClock(), delay=0)
    await smsc.start("127.0.0.1", 0)
    assert smsc.address is not None
    async with bound(smsc.address[1]) as esme:
        stranger = await connected(smsc.address[1])
        tags = esme.request(*[message()] * 50)
        await esme.answer(tags[0])
        await smsc.stop()
        await esme.until(lambda: esme.lost)
        await stranger.until(lambda: stranger.lost)
        assert all(isinstance(esme.answers(tag)[0], Answered) for tag in tags)
        assert Closed(Ending.PEER_UNBOUND) in esme.events
    await smsc.stop()  # a second time does nothing


async def test_one_connection_too_many_is_closed(phones: Phones) -> None:
    smsc = Smsc(phones, SystemClock(), limits=Limits(connections=1))
    await smsc.start("127.0.0.1", 0)
    assert smsc.address is not None
    async with bound(smsc.address[1]):
        second = await connected(smsc.address[1])
        await second.until(lambda: second.lost)
    await smsc.stop()


async def test_a_taken_port(port: int, phones: Phones) -> None:
    with pytest.raises(OSError, match="in use"):
        await Smsc(phones, SystemClock()).start("127.0.0.1", port)


async def test_many_sessions_at_once(port: int, phones: Phones) -> None:
    async def one(number: int) -> None:
        async with bound(port, "trx", f"system-{number % 3}") as esme:
            await esme.submit(*(message(text=f"{number}.{each}".encode()) for each in range(20)))
            await esme.until(lambda: esme.receipts)

    await asyncio.gather(*(one(number) for number in range(9)))
    assert len({each.card.text for each in await on_phones(phones)}) == 180
