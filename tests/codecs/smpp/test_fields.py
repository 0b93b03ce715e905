import pytest

from tolmach.codecs.smpp.bodies import Failure
from tolmach.codecs.smpp.constants import Status
from tolmach.codecs.smpp.errors import BadPdu, Unencodable
from tolmach.codecs.smpp.fields import Destinations, Failures, Number, Octets, OpenText, Text


def test_number() -> None:
    assert Number("n").read(b"\1\xfe", 1) == (254, 2)
    assert Number("n").write(254) == b"\xfe"
    with pytest.raises(BadPdu, match="ends before n"):
        Number("n").read(b"\1", 1)
    with pytest.raises(Unencodable):
        Number("n").write(256)


def test_text_counts_its_nul() -> None:
    field = Text("t", 4, Status.RINVSRCADR)
    assert field.read(b"abc\0z", 0) == ("abc", 4)
    assert field.write("abc") == b"abc\0"
    with pytest.raises(BadPdu) as too_long:
        field.read(b"abcd\0", 0)
    assert too_long.value.status == Status.RINVSRCADR
    with pytest.raises(BadPdu) as cut_off:
        field.read(b"abc", 0)
    assert cut_off.value.status == Status.RINVCMDLEN


def test_text_keeps_every_octet() -> None:
    everything = bytes(range(1, 256))
    value, position = Text("t", 256).read(everything + b"\0", 0)
    assert position == 256
    assert Text("t", 256).write(value) == everything + b"\0"


def test_open_text_reads_on_but_writes_strictly() -> None:
    field = OpenText("t", 4)
    assert field.read(b"abcdef", 0) == ("abcdef", 6)
    assert field.read(b"abcdef\0z", 0) == ("abcdef", 7)
    with pytest.raises(Unencodable):
        field.write("abcd")


def test_octets() -> None:
    field = Octets("o", 3)
    assert field.read(b"\2ab", 0) == (b"ab", 3)
    assert field.write(b"ab") == b"\2ab"
    for data in (b"\2a", b"\4abcd", b""):
        with pytest.raises(BadPdu):
            field.read(data, 0)


def test_lists_stop_at_the_first_lie() -> None:
    with pytest.raises(BadPdu, match="ends before dest_flag"):
        Destinations("d").read(b"\xfe", 0)
    with pytest.raises(BadPdu, match="ends before dest_addr_ton"):
        Failures("f").read(b"\xff", 0)


def test_failures() -> None:
    value = (Failure(1, 1, "791", 0xFFFFFFFF), Failure(0, 0, "", 0))
    octets = Failures("f").write(value)
    assert Failures("f").read(octets, 0) == (value, len(octets))
