"""Samples changed at random: bytes replaced, cut out, doubled, put together from two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, samples

EDITS = st.lists(
    st.tuples(st.sampled_from(["replace", "cut", "double", "insert"]), st.integers(0, 4000), st.binary(max_size=6)),
    max_size=6,
)


def changed(sample: bytes, edits: list[tuple[str, int, bytes]]) -> bytes:
    """Apply edits one after the other."""
    data = bytearray(sample)
    for kind, place, piece in edits:
        at = place % (len(data) + 1)
        if kind == "replace":
            data[at : at + len(piece)] = piece
        elif kind == "cut":
            del data[at : at + 1 + len(piece) * 8]
        elif kind == "double":
            data[at:at] = data[max(0, at - 40) : at]
        else:
            data[at:at] = piece
    return bytes(data)


def test_edits() -> None:
    edits = [("replace", 1, b"X"), ("insert", 0, b"<"), ("cut", 5, b""), ("double", 2, b"")]
    assert changed(b"abcdef", edits) == b"<a<aXcdf"


@pytest.mark.parametrize("name", TARGETS)
def test_samples_are_read(name: str) -> None:
    for sample in samples(name):
        TARGETS[name](sample)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=300)
@given(data=st.data())
def test_changed_samples_do_no_harm(name: str, data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(samples(name)), label="sample")
    TARGETS[name](changed(sample, data.draw(EDITS, label="edits")))
