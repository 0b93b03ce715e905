"""The fast path must say what the table codec says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.codecs.smpp.pdu_samples import BULK
from tolmach.codecs.smpp import bulk
from tolmach.codecs.smpp.bodies import Body, DeliverSm, DeliverSmResp, SubmitSm, SubmitSmResp
from tolmach.codecs.smpp.errors import BadPdu
from tolmach.codecs.smpp.layouts import BY_COMMAND
from tolmach.codecs.smpp.pdu import _read_body, _write, command_of, encode


@settings(max_examples=500)
@given(BULK, st.integers(0, 0xFFFFFFFF), st.sampled_from([0, 0x58, 0x400]))
def test_both_write_the_same(body: Body, sequence: int, status: int) -> None:
    assert encode(body, sequence, status) == _write(body, sequence, status)


@settings(max_examples=500)
@given(BULK)
def test_both_read_the_same(body: Body) -> None:
    frame = encode(body, 1)
    command = command_of(body)
    found = bulk.READERS[command](frame)
    assert found in (None, body)
    assert _read_body(frame, BY_COMMAND[command]) == body


@settings(max_examples=1500)
@given(st.sampled_from(sorted(bulk.READERS)), st.binary(max_size=90))
def test_the_fast_path_accepts_nothing_that_the_table_refuses(command: int, data: bytes) -> None:
    frame = bytes(16) + data
    try:
        fast = bulk.READERS[command](frame)
    except BadPdu:
        with pytest.raises(BadPdu):
            _read_body(frame, BY_COMMAND[command])
        return
    if fast is not None:
        assert fast == _read_body(frame, BY_COMMAND[command])


def test_usual_traffic_takes_the_fast_path() -> None:
    submit = SubmitSm("", 5, 0, "Tolmach", 1, 1, "79161234567", short_message=b"hi", validity_period="0" * 16)
    deliver = DeliverSm("", 1, 1, "79161234567", 5, 0, "Tolmach", 4, short_message=b"id:1")
    for body in (submit, deliver, SubmitSmResp("1d305b4c"), DeliverSmResp("")):
        assert bulk.READERS[command_of(body)](encode(body, 1)) == body
    assert bulk.write_submit(submit, 1, 0) is not None
    assert bulk.write_deliver(deliver, 1, 0) is not None
    assert bulk.write_submit_resp(SubmitSmResp("1"), 1, 0) is not None
    assert bulk.write_deliver_resp(DeliverSmResp(), 1, 0) is not None
