"""Ceilings of the SMPP codec and of a session pair in memory: no sockets, no store, one core.

    scripts/bench smpp_codec [--seconds 1]

A machine's speed is divided out by giving every figure as a ratio too: to copying the same octets
through struct (the codec), and to the bare codec (the session pair). The last line is what one message
with its receipt costs in a pair of sessions: four PDUs, each encoded once and decoded once.
"""

import argparse
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from tolmach.codecs.smpp import receipt
from tolmach.codecs.smpp.bodies import BindTransceiver, Body, DeliverSm, DeliverSmResp, SubmitSm, SubmitSmResp
from tolmach.codecs.smpp.constants import MessageState
from tolmach.codecs.smpp.events import Received
from tolmach.codecs.smpp.pdu import decode, encode
from tolmach.codecs.smpp.session import Session
from tolmach.codecs.smpp.states import Role
from tolmach.codecs.smpp.tlv import Tag, make

WINDOW = 50
TEXT = b"id:%d sub:001 dlvrd:001 submit date:2607181200 done date:2607181201 stat:DELIVRD err:000 text:"
TLVS = (make(Tag.RECEIPTED_MESSAGE_ID, "1d305b4c"), make(Tag.MESSAGE_STATE, MessageState.DELIVERED))
SUBMIT = SubmitSm(
    "", 5, 0, "Tolmach", 1, 1, "79161234567", validity_period="000002000000000R",
    registered_delivery=1, data_coding=8, short_message=b"\x04\x1f" * 40,
)  # fmt: skip
DELIVER = DeliverSm("", 1, 1, "79161234567", 5, 0, "Tolmach", 4, short_message=TEXT % 1, tlvs=TLVS)
HEADER = struct.Struct(">4I")


def rate(work: Callable[[int], None], seconds: float) -> float:
    """Units per second, the best of five runs, each as long as a fifth of `seconds`."""
    count = 1000
    best = 0.0
    while True:
        start = time.perf_counter()
        work(count)
        taken = time.perf_counter() - start
        if taken >= seconds / 5:
            break
        count *= 2
    best = count / taken
    for _ in range(4):
        start = time.perf_counter()
        work(count)
        best = max(best, count / (time.perf_counter() - start))
    return best


def encoding(body: Body) -> Callable[[int], None]:
    def work(count: int) -> None:
        for sequence in range(1, count + 1):
            encode(body, sequence)

    return work


def decoding(body: Body) -> Callable[[int], None]:
    frame = encode(body, 1)

    def work(count: int) -> None:
        for _ in range(count):
            decode(frame)

    return work


def copying(body: Body) -> Callable[[int], None]:
    """The least that Python can do with a PDU: unpack its header, cut off its body, put both together."""
    frame = encode(body, 1)

    def work(count: int) -> None:
        for _ in range(count):
            length, command, status, sequence = HEADER.unpack_from(frame)
            HEADER.pack(length, command, status, sequence) + frame[16:]

    return work


def parsing(count: int) -> None:
    text = TEXT % 1
    for _ in range(count):
        receipt.parse(text, TLVS)


def bound_pair() -> tuple[Session, Session]:
    client = Session(Role.ESME, now=0.0, window=WINDOW)
    server = Session(Role.SMSC, now=0.0, window=WINDOW)
    client.bind(BindTransceiver("bench", "bench"), 0.0)
    server.receive(client.data_to_send(), 0.0)
    server.accept("bench", 0.0)
    client.receive(server.data_to_send(), 0.0)
    return client, server


def exchanging(count: int) -> None:
    """`count` messages through a pair: submit_sm, its answer, a receipt, its answer."""
    client, server = bound_pair()
    started = finished = 0
    while finished < count:
        for _ in range(min(client.room, count - started)):
            client.request(SUBMIT, 1.0, started)
            started += 1
        for event in server.receive(client.data_to_send(), 1.0):
            if isinstance(event, Received):
                server.respond(event.sequence, SubmitSmResp(str(event.sequence)))
                server.request(DELIVER, 1.0)
        for event in client.receive(server.data_to_send(), 1.0):
            if isinstance(event, Received):
                client.respond(event.sequence, DeliverSmResp())
                finished += 1
        server.receive(client.data_to_send(), 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0, help="how long to measure each line")
    seconds = parser.parse_args().seconds
    bodies: tuple[Body, ...] = (SUBMIT, SubmitSmResp("1d305b4c"), DELIVER, DeliverSmResp())
    print(f"{'':34} {'per second':>12} {'us each':>8} {'ratio':>7}")

    def line(name: str, found: float, ceiling: float) -> None:
        print(f"{name:34} {found:12,.0f} {1e6 / found:8.2f} {found / ceiling:7.2f}", flush=True)

    spent = 0.0
    for body in bodies:
        name = type(body).__name__
        raw = rate(copying(body), seconds)
        line(f"{name} copied through struct", raw, raw)
        for verb, work in (("encode", encoding(body)), ("decode", decoding(body))):
            found = rate(work, seconds)
            spent += 1 / found
            line(f"{name} {verb}", found, raw)
    line("receipt.parse", rate(parsing, seconds), rate(decoding(DELIVER), seconds))
    codec = 1 / spent
    line("codec alone, 4 PDUs both ways", codec, codec)
    line("session pair, message and receipt", rate(exchanging, seconds), codec)


if __name__ == "__main__":
    main()
