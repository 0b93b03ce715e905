"""The SMSC's addresses, over HTTP."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette

from tests.gateway import ask
from tests.sandbox.esme import bound, message
from tolmach.sandbox.api import MAX_BODY
from tolmach.sandbox.faults import Carriage, Faults, IdForm
from tolmach.sandbox.smsc import Smsc
from tolmach.sandbox.smsc_api import routes

STATUS, FAULTS = "/sandbox/api/smsc", "/sandbox/api/smsc/faults"
DOCUMENT = Path(__file__).parents[2] / "docs" / "smsc.md"


async def call(smsc: Smsc, path: str, method: str = "GET", body: bytes = b"") -> tuple[int, Any]:
    answer = await ask(Starlette(routes=routes(smsc)), path, [body], method)
    return answer.status, orjson.loads(answer.body)


async def test_sessions_and_counters(smsc: Smsc, port: int) -> None:
    async with bound(port) as esme:
        await esme.submit(message())
        await esme.receipt()
        code, told = await call(smsc, STATUS)
        assert code == 200
        assert told["address"] == f"127.0.0.1:{port}"
        (session,) = told["sessions"]
        assert (session["system_id"], session["state"], session["submits"]) == ("demo", "bound_trx", 1)
        counters = told["systems"]["demo"]
        assert (counters["submits"], counters["accepted"], counters["refused"], counters["receipts_sent"]) == (
            1,
            1,
            0,
            1,
        )


async def test_faults_are_set_shown_and_removed(smsc: Smsc) -> None:
    assert await call(smsc, FAULTS) == (200, {"all": Faults().model_dump(mode="json"), "systems": {}})
    code, told = await call(smsc, FAULTS, "PUT", b'{"throttle": 0.5}')
    assert (code, told["all"]["throttle"], smsc.book.of("any").throttle) == (200, 0.5, 0.5)
    _, told = await call(smsc, FAULTS + "?system_id=shop", "PUT", b'{"refuse": "ESME_RSYSERR"}')
    assert told["systems"]["shop"]["refuse"] == "ESME_RSYSERR"
    assert smsc.book.of("shop").throttle == 0
    _, told = await call(smsc, FAULTS + "?system_id=shop", "DELETE")
    assert (told["systems"], told["all"]["throttle"]) == ({}, 0.5)
    _, told = await call(smsc, FAULTS, "DELETE")
    assert told["all"]["throttle"] == 0


@pytest.mark.parametrize(
    ("path", "method", "body", "said"),
    [
        (FAULTS, "PUT", b"", "body: "),
        (FAULTS, "PUT", b"[]", "body: "),
        (FAULTS, "PUT", b'{"throttle": 2}', "throttle: "),
        (FAULTS, "PUT", b'{"thrttle": 1}', "thrttle: "),
        (FAULTS, "PUT", b'{"refuse": "NO"}', "no such command_status: NO"),
        (FAULTS, "PUT", b" " * (MAX_BODY + 1), "octets"),
        (FAULTS + "?system_id=", "PUT", b"{}", "system_id is empty"),
        (FAULTS + "?system_id=" + "x" * 16, "PUT", b"{}", "at most 15"),
        (FAULTS + "?system=x", "DELETE", b"", "unknown parameter 'system'"),
        (FAULTS + "?x=1", "GET", b"", "known are: none"),
        (STATUS + "?x=1", "GET", b"", "known are: none"),
    ],
)
async def test_what_is_refused(smsc: Smsc, path: str, method: str, body: bytes, said: str) -> None:
    code, told = await call(smsc, path, method, body)
    assert (code, told["error"]) == (400, "bad-parameter")
    assert said in told["message"]
    assert smsc.book.of("x") == Faults()


async def test_every_fault_field_and_address_is_documented(smsc: Smsc, port: int) -> None:
    text = DOCUMENT.read_text("utf-8")
    for name, field in Faults.model_fields.items():
        row = next((line for line in text.splitlines() if line.startswith(f"| `{name}` |")), "")
        assert str(field.description) in row, name
    for word in (*IdForm, *Carriage, STATUS, FAULTS):
        assert f"`{word}`" in text or f" {word}`" in text, word
    async with bound(port):
        _, told = await call(smsc, STATUS)
    fields = [*told, *told["sessions"][0], *told["systems"]["demo"]]
    assert [field for field in fields if f"`{field}`" not in text] == []
