import subprocess
from itertools import pairwise

import pytest

from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms
from tolmach.services.samples import samples
from tolmach.wire import WireRequest

DIALECTS = {dialect.NAME: dialect for dialect in (prontosms, smspager, targetsms, mobilgroup)}
ODD = samples("a&b", """it's <"quoted">""", 7, "A-B")


@pytest.mark.parametrize("sample", ODD, ids=lambda sample: sample.dialect)
def test_odd_names_survive_the_document_and_the_shell(sample: object) -> None:
    line = sample.curl("http://gateway.example")  # type: ignore[attr-defined]
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{line}"
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    words = done.stdout.decode().split("\0")
    body = next(value for flag, value in pairwise(words) if flag == "--data-binary")
    dialect, path = DIALECTS[sample.dialect], sample.path  # type: ignore[attr-defined]
    endpoint = next(one for one in dialect.endpoints() if path in one.paths)
    call = endpoint.parse(WireRequest("POST", path, body=body.encode()))
    assert call.credentials.login == "a&b"
    assert call.credentials.password == """it's <"quoted">"""
    assert call.command.drafts[0].steps[0].sender == "A-B"
