import inspect
from dataclasses import FrozenInstanceError
from typing import Any, get_args

import pytest

from tests.core.samples import sms
from tolmach.core import commands, results
from tolmach.core.commands import CancelCampaign, Command, GetCampaign, ListCampaigns, SendMessages
from tolmach.core.drafts import ChargeOn, Draft, Group

EVERY: list[type[Command[Any]]] = [
    value for _, value in inspect.getmembers(commands, inspect.isclass) if issubclass(value, Command)
]
COMMANDS = [command for command in EVERY if command is not Command]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_a_frozen_value_that_names_its_answer(command: type[Command[Any]]) -> None:
    (answer,) = get_args(vars(command)["__orig_bases__"][0])
    assert answer in vars(results).values()
    assert "account" not in command.__dataclass_fields__  # type: ignore[attr-defined]


def test_a_command_cannot_be_changed() -> None:
    command = GetCampaign("smspager", "1")
    with pytest.raises(FrozenInstanceError):
        command.reference = "2"  # type: ignore[misc]


def test_what_is_not_said_is_the_ordinary() -> None:
    send = SendMessages([Draft("79031234567", (sms(),))], "prontosms")
    assert (send.group, send.dry_run, send.charge_on, send.whole) == (None, False, ChargeOn.SENT, False)
    assert (ListCampaigns("smspager").start, ListCampaigns("smspager").stop) == (None, None)
    assert not CancelCampaign("smspager", "1").dry_run
    assert not Group("key").exclusive
