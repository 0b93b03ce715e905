"""PyPI `smpplib` as a client."""

import asyncio
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

from tolmach.codecs.smpp import receipt
from tolmach.codecs.smpp.constants import MessageState, Status
from tolmach.codecs.smpp.receipt import ReceiptFields
from tolmach.sandbox.faults import Faults, IdForm
from tolmach.sandbox.message import Encoding, MessageQuery
from tolmach.sandbox.phones import Phones
from tolmach.sandbox.smsc import Smsc

LONG = "Съешь же ещё этих мягких французских булок. " * 5


@dataclass
class Client:
    """A bound client; its methods block."""

    port: int
    ids: list[str] = field(default_factory=list)
    receipts: list[ReceiptFields] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.link = smpplib.client.Client("127.0.0.1", self.port, allow_unknown_opt_params=True, timeout=30)
        self.link.set_message_sent_handler(self._answered)
        self.link.set_message_received_handler(self._received)
        self.link.set_error_pdu_handler(lambda pdu: self.refused.append(pdu.status))
        self.link.connect()

    def _answered(self, pdu: Any) -> None:
        if not pdu.is_error():  # those come here too
            self.ids.append(pdu.message_id.decode())

    def _received(self, pdu: Any) -> int:
        told = receipt.parse(pdu.short_message)
        assert pdu.receipted_message_id.rstrip(b"\0").decode() == told.text_id
        assert pdu.message_state == told.state
        self.receipts.append(told)
        return 0

    def bind(self, password: str = "demo") -> None:
        self.link.bind_transceiver(system_id="demo", password=password)

    def send(self, recipient: str, text: str, **fields: Any) -> None:
        bodies, coding, esm_class = smpplib.gsm.make_parts(text)
        for body in bodies:
            self.link.send_message(
                source_addr_ton=smpplib.consts.SMPP_TON_ALNUM,
                source_addr="Tolmach",
                dest_addr_ton=smpplib.consts.SMPP_TON_INTL,
                dest_addr_npi=smpplib.consts.SMPP_NPI_ISDN,
                destination_addr=recipient,
                short_message=body,
                data_coding=coding,
                esm_class=esm_class,
                registered_delivery=True,
                **fields,
            )

    def read(self, answers: int, receipts: int) -> None:
        while len(self.ids) + len(self.refused) < answers or len(self.receipts) < receipts:
            self.link.read_once()

    def close(self) -> None:
        self.link.disconnect()


def _talk(port: int) -> Client:
    client = Client(port)
    with closing(client):
        return _say(client)


def _say(client: Client) -> Client:
    client.bind()
    client.send("79161234500", "Hello {smpplib} €")
    client.send("79161234501", LONG)
    client.send("79161234590", "lost")
    client.send("79161234592", "refused")
    client.read(answers=3 + 4, receipts=2 + 4)
    client.link.unbind()
    return client


async def test_messages_in_parts_receipts_and_refusals(port: int, phones: Phones) -> None:
    client = await asyncio.to_thread(_talk, port)
    assert client.refused == [Status.RINVDSTADR]
    states = {told.text_id: told.state for told in client.receipts}
    assert [states[one] for one in client.ids] == [*[MessageState.DELIVERED] * 5, MessageState.UNDELIVERABLE]
    shown = await phones.messages(MessageQuery())
    assert [(one.card.text, one.parts, one.encoding) for one in shown] == [
        ("Hello {smpplib} €", 1, Encoding.GSM7),
        (LONG, 4, Encoding.UCS2),
        ("lost", 1, Encoding.GSM7),
    ]
    assert shown[1].provider_ids == tuple(client.ids[1:5])


async def test_a_wrong_password(port: int) -> None:
    def bind() -> None:
        with closing(Client(port)) as client:
            client.bind("wrong")

    with pytest.raises(smpplib.exceptions.PDUError, match="Invalid Password"):
        await asyncio.to_thread(bind)


async def test_ids_in_hexadecimal(port: int, smsc: Smsc) -> None:
    smsc.book.put(Faults(response_ids=IdForm.HEX), "demo")

    def talk() -> Client:
        with closing(Client(port)) as client:
            client.bind()
            client.send("79161234500", "x")
            client.read(answers=1, receipts=1)
            return client

    client = await asyncio.to_thread(talk)
    assert int(client.ids[0], 16) == int(client.receipts[0].text_id or "")
