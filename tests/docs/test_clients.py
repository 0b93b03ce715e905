"""The examples of docs/clients.md run, against a gateway of our own."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from tests.gateway import Live

PAGE = (Path(__file__).parents[2] / "docs" / "clients.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
ADDRESS = re.compile(r"https://[a-z0-9.-]+(?::[0-9]+)?(?=/xml/|/extxml|/\")")


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
async def test_example(example: str, live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    code = ADDRESS.sub(f"http://127.0.0.1:{live.port}", example)
    code = code.replace('"login", "password"', '"demo", "demo"').replace("MyShop", "INFORM")
    space: dict[str, Any] = {"__name__": "example"}
    await asyncio.to_thread(exec, code, space)
    if "print" in code:
        assert capsys.readouterr().out
    await live.settled()
    assert await live.messages("79161234500")


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 4
