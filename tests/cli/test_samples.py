"""The requests that a demonstration prints: one per dialect, one line each, as a shell reads them."""

import subprocess

import pytest

from tolmach.cli.samples import SAMPLES, introduction
from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms
from tolmach.services.samples import Sample
from tolmach.wire import WireRequest

DIALECTS = {dialect.NAME: dialect for dialect in (prontosms, smspager, targetsms, mobilgroup)}


def as_a_shell_reads_it(line: str) -> list[str]:
    """Return the arguments of a curl command."""
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{line}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


def test_every_dialect_has_one() -> None:
    assert [sample.dialect for sample in SAMPLES] == list(DIALECTS)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.dialect)
def test_it_survives_pasting_and_its_dialect_understands_it(sample: Sample) -> None:
    line = sample.curl("http://[::1]:8080")
    assert line.isascii()
    assert "\n" not in line
    silent, url, flag, body = as_a_shell_reads_it(line)
    assert (silent, url, flag) == ("-s", f"http://[::1]:8080{sample.path}", "--data-binary")
    endpoint = next(e for e in DIALECTS[sample.dialect].endpoints() if sample.path in e.paths)
    call = endpoint.parse(WireRequest("POST", sample.path, body=body.encode()))
    assert call.fault is None
    assert len(call.command.drafts) == 1


@pytest.mark.parametrize(
    ("listening", "reached"),
    [
        ("http://0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("http://[::]:8080", "http://[::1]:8080"),
        ("http://10.0.0.0:1", "http://10.0.0.0:1"),
    ],
)
def test_the_introduction_names_an_address_that_can_be_reached(listening: str, reached: str) -> None:
    lines = list(introduction(listening))
    assert lines[0] == f"Tolmach listens on {reached}"
    assert lines[1].endswith(f" {reached}/sandbox/")
    assert sum(line.startswith("curl ") for line in lines) == len(SAMPLES)
