"""npm `smpp` as a client."""

import asyncio
import json
from pathlib import Path

from tolmach.codecs.smpp.constants import MessageState, Status
from tolmach.sandbox.message import Encoding, MessageQuery
from tolmach.sandbox.phones import Phones

SCRIPT = Path(__file__).parent / "client.mjs"


async def test_messages_receipts_and_questions(node: str, port: int, phones: Phones) -> None:
    process = await asyncio.create_subprocess_exec(
        node, str(SCRIPT), str(port), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, errors.decode()
    told = json.loads(out)

    assert (told["refused"], told["bound"], told["enquired"], told["unbound"]) == (Status.RINVPASWD, 0, True, True)
    answers = told["answers"]
    assert {name for name, one in answers.items() if one["command_status"]} == {"refused"}
    assert answers["refused"]["command_status"] == Status.RINVDSTADR
    assert told["queried"] == {"command_status": 0, "message_state": MessageState.DELIVERED}
    states = {name: told["receipts"].get(one.get("message_id"), {}).get("state") for name, one in answers.items()}
    assert states == {
        "silent": None,
        "refused": None,
        "failed": MessageState.UNDELIVERABLE,
        **dict.fromkeys(("latin", "ucs2", "payload", "part 1", "part 2"), MessageState.DELIVERED),
    }
    assert f"id:{answers['failed']['message_id']} " in told["receipts"][answers["failed"]["message_id"]]["text"]
    shown = {one.phone[-2:]: one for one in await phones.messages(MessageQuery())}
    assert {digits: one.card.text for digits, one in shown.items()} == {
        "00": "no receipt",
        "01": "café [x] €",
        "02": "Привет",
        "03": "y" * 500,
        "04": "first second",
        "90": "lost",
    }
    assert (shown["02"].encoding, shown["04"].parts) == (Encoding.UCS2, 2)
