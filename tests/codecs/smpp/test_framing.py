import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs.smpp.constants import MAX_PDU, Status
from tolmach.codecs.smpp.framing import Framer


def frame(body: bytes, sequence: int = 1) -> bytes:
    return struct.pack(">4I", 16 + len(body), 5, 0, sequence) + body


@given(st.lists(st.binary(max_size=40), max_size=6), st.data())
def test_any_cutting_gives_the_same_pdus(bodies: list[bytes], data: st.DataObject) -> None:
    frames = [frame(body) for body in bodies]
    stream = b"".join(frames)
    framer, found = Framer(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += framer.feed(stream[:size])
        stream = stream[size:]
    assert found == frames
    assert framer.held == 0


def test_byte_at_a_time() -> None:
    stream = frame(b"one") + frame(b"") + frame(b"three")
    framer = Framer()
    found = [one for octet in stream for one in framer.feed(bytes((octet,)))]
    assert found == [frame(b"one"), frame(b""), frame(b"three")]


@pytest.mark.parametrize("length", [0, 1, 15, MAX_PDU + 1, 1 << 31, (1 << 32) - 1])
def test_absurd_lengths_end_the_stream(length: int) -> None:
    framer = Framer()
    good = frame(b"ok")
    assert framer.feed(good + struct.pack(">4I", length, 5, 0, 77) + bytes(100)) == [good]
    assert framer.fault is not None
    assert framer.fault.status == Status.RINVCMDLEN
    assert framer.fault.fatal
    assert framer.fault.sequence == (77 if length > 15 else None)
    assert framer.feed(good) == []
    assert framer.held == 0


@pytest.mark.parametrize("length", [MAX_PDU + 1, (1 << 32) - 1])
def test_an_oversized_header_is_awaited_to_learn_its_sequence_number(length: int) -> None:
    framer = Framer()
    head = struct.pack(">4I", length, 5, 0, 77)
    for octet in head[:-1]:
        assert framer.feed(bytes((octet,))) == []
        assert framer.fault is None
    framer.feed(head[-1:])
    assert framer.fault is not None
    assert framer.fault.sequence == 77


def test_the_largest_pdu_is_taken() -> None:
    framer = Framer()
    big = frame(bytes(MAX_PDU - 16))
    assert framer.feed(big[:-1]) == []
    assert framer.held == MAX_PDU - 1
    assert framer.feed(big[-1:]) == [big]


@given(st.lists(st.binary(max_size=2000), max_size=60))
def test_never_holds_more_than_one_pdu(chunks: list[bytes]) -> None:
    framer = Framer()
    for chunk in chunks:
        framer.feed(chunk)
        assert framer.held < MAX_PDU
