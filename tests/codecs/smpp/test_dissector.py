"""Every sample PDU through Wireshark's dissector: it must name the command and find nothing malformed."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from tests.codecs.smpp.pdu_samples import SAMPLES
from tolmach.codecs.smpp import bodies as b
from tolmach.codecs.smpp.pdu import encode
from tolmach.codecs.smpp.tlv import Tag, make

TSHARK = shutil.which("tshark")
PORT = 2775

pytestmark = pytest.mark.skipif(TSHARK is None, reason="tshark is not installed (Debian package tshark)")


def capture(path: Path, frames: list[bytes]) -> None:
    """A capture file of one TCP connection, one PDU in each packet, raw IPv4."""
    chunks = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 101)]
    position = 1
    for index, frame in enumerate(frames):
        tcp = struct.pack(">HHIIBBHHH", 40_000, PORT, position, 1, 0x50, 0x18, 65_535, 0, 0)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(frame), index, 0, 64, 6, 0, b"\x7f\0\0\1", b"\x7f\0\0\1")
        packet = ip + tcp + frame
        chunks.append(struct.pack("<IIII", index, 0, len(packet), len(packet)) + packet)
        position += len(frame)
    path.write_bytes(b"".join(chunks))


def dissect(path: Path, *fields: str) -> list[list[str]]:
    command = [str(TSHARK), "-n", "-r", str(path), "-d", f"tcp.port=={PORT},smpp", "-T", "fields"]
    command += ["-E", "separator=/t", *(part for field in fields for part in ("-e", field))]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return [line.split("\t") for line in done.stdout.splitlines()]


def test_every_command(tmp_path: Path) -> None:
    path = tmp_path / "all.pcap"
    capture(path, [encode(body, 100 + index) for index, (body, _, _) in enumerate(SAMPLES)])
    found = dissect(path, "smpp.command_id", "smpp.sequence_number", "_ws.malformed")
    assert [[int(row[0], 16), int(row[1]), row[2]] for row in found] == [
        [command, 100 + index, ""] for index, (_, command, _) in enumerate(SAMPLES)
    ]


def test_the_fields_of_a_receipt(tmp_path: Path) -> None:
    path = tmp_path / "receipt.pcap"
    body = b.DeliverSm(
        "", 1, 1, "79161234567", 5, 0, "Tolmach", 4, short_message=b"id:1 stat:DELIVRD",
        tlvs=(make(Tag.RECEIPTED_MESSAGE_ID, "1d305b4c"), make(Tag.MESSAGE_STATE, 2)),
    )  # fmt: skip
    capture(path, [encode(body, 7)])
    names = ("source_addr", "destination_addr", "receipted_message_id", "message_state", "esm.submit.msg_type")
    (row,) = dissect(path, *(f"smpp.{name}" for name in names))
    assert row[:3] == ["79161234567", "Tolmach", "1d305b4c"]
    assert [int(one, 0) for one in row[3:]] == [2, 1]
