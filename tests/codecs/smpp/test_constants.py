import pytest

from tolmach.codecs.smpp.constants import RESPONSE_BIT, CommandId, Status, command_name, status_name

NO_RESPONSE = {CommandId.OUTBIND, CommandId.ALERT_NOTIFICATION}


@pytest.mark.parametrize("command", [one for one in CommandId if not one & RESPONSE_BIT])
def test_requests_have_their_response(command: CommandId) -> None:
    assert ((command | RESPONSE_BIT) in set(CommandId)) == (command not in NO_RESPONSE)


def test_names() -> None:
    assert status_name(Status.RTHROTTLED) == "ESME_RTHROTTLED"
    assert status_name(0x400) == "0x00000400"
    assert command_name(0x80000004) == "submit_sm_resp"
    assert command_name(0xAA) == "0x000000AA"
