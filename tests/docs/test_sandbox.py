"""The pytest example of docs/sandbox.md is a test suite that passes."""

import asyncio
import re
import sys
from pathlib import Path

from tests.gateway import Live

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
(SUITE,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
ADDRESS = "http://127.0.0.1:8080"
SEND = """

import itertools

keys = itertools.count(1)


def send(number, text, viber=False):
    steps = "<send_sms>1</send_sms><sender_sms>Tolmach</sender_sms><text_sms>%s</text_sms>" % text
    if viber:
        steps = steps.replace("1", "2")
        steps += "<send_viber>1</send_viber><sender_viber>Tolmach</sender_viber><text_viber>%s</text_viber>" % text
    document = (
        '<?xml version="1.0" encoding="utf-8"?><request>'
        '<security><login value="demo"/><password value="demo"/></security>'
        '<message>%s<abonent phone="%s" client_id_message="%d"/></message></request>' % (steps, number, next(keys))
    )
    with urllib.request.urlopen("ADDRESS/xml/message.php", document.encode()) as response:
        assert "id_message" in response.read().decode()
"""


async def test_the_example_passes(live: Live, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{live.port}"
    assert ADDRESS in SUITE
    suite = tmp_path / "test_suite.py"
    suite.write_text(SUITE.replace(ADDRESS, address) + SEND.replace("ADDRESS", address))
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", suite.name,
        cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await run.communicate()
    assert run.returncode == 0, output.decode()
    assert "3 passed" in output.decode()
