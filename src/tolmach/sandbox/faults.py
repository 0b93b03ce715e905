"""What the SMSC does wrong on purpose, by system id or for all, settable while it runs; docs/smsc.md explains each."""

import random
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from tolmach.codecs.smpp.constants import Status, status_name

MAX_SECONDS = 86_400.0


class IdForm(StrEnum):
    """How a message id is written in one place."""

    DECIMAL = "decimal"
    PADDED = "padded"
    HEX = "hex"
    UPPER_HEX = "upper-hex"
    PADDED_HEX = "padded-hex"
    NONE = "none"


_SPELLINGS: dict[IdForm, str] = {
    IdForm.DECIMAL: "{:d}",
    IdForm.PADDED: "{:020d}",
    IdForm.HEX: "{:x}",
    IdForm.UPPER_HEX: "{:X}",
    IdForm.PADDED_HEX: "{:016X}",
    IdForm.NONE: "",
}


class Carriage(StrEnum):
    """The request that carries a receipt."""

    DELIVER_SM = "deliver_sm"
    DATA_SM = "data_sm"


def _status(value: object) -> object:
    """Take a command_status by its number or its name, with or without ``ESME_``."""
    if not isinstance(value, str):
        return value
    try:
        return int(Status[value.upper().removeprefix("ESME_")])
    except KeyError:
        raise ValueError(f"no such command_status: {value[:40]}") from None


Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=MAX_SECONDS)]
CommandStatus = Annotated[
    int, Field(ge=1, le=0xFFFFFFFF), BeforeValidator(_status), PlainSerializer(status_name, when_used="json")
]


class Faults(BaseModel):
    """A set of faults. The one without arguments does everything right; shares are from 0 to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    throttle: Share = Field(default=0, description="Share of submits answered ESME_RTHROTTLED.")
    queue_full: Share = Field(default=0, description="Share of submits answered ESME_RMSGQFUL.")
    refuse: CommandStatus | None = Field(default=None, description="Answer every submit with this command_status.")
    refuse_bind: CommandStatus | None = Field(default=None, description="Answer every bind with this command_status.")
    window: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="More unanswered submits than these are answered ESME_RTHROTTLED."
    )
    drop_every: Annotated[float, Field(gt=0, le=MAX_SECONDS)] | None = Field(
        default=None, description="Cut each connection so many seconds after its bind."
    )
    drop_after: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Cut each connection at its submit of this number, which is taken but not answered."
    )
    half_open: bool = Field(default=False, description="Fall silent without closing, for binds too.")
    response_delay: Seconds = Field(default=0, description="Seconds until a submit is answered.")
    never_answer: Share = Field(default=0, description="Share of submits that are taken but never answered.")
    answer_twice: Share = Field(default=0, description="Share of submits that are answered twice.")
    out_of_order: bool = Field(default=False, description="Answer submits that came together in reverse order.")
    unknown_sequence: Share = Field(
        default=0, description="Share of submits whose answer carries a sequence number that nobody used."
    )
    duplicate_receipts: Share = Field(default=0, description="Share of receipts that are sent twice.")
    early_receipts: bool = Field(default=False, description="Send receipts before the answers to their submits.")
    receipt_delay: Seconds | None = Field(
        default=None, description="Seconds from submit to receipt, instead of the sandbox's delay."
    )
    receipts_as: Carriage = Field(default=Carriage.DELIVER_SM, description="The request that carries receipts.")
    response_ids: IdForm = Field(default=IdForm.DECIMAL, description="Form of ids in answers.")
    text_ids: IdForm = Field(default=IdForm.DECIMAL, description="Form of ids in receipts' texts.")
    tlv_ids: IdForm = Field(default=IdForm.DECIMAL, description="Form of ids in receipts' receipted_message_id.")
    packed_gsm: bool = Field(default=False, description="Read the default alphabet as packed septets.")


NONE = Faults()


class FaultBook:
    """The faults in force: a system's own set, else the set for all."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._for_all = NONE
        self._systems: dict[str, Faults] = {}

    def of(self, system: str) -> Faults:
        """Return what a system meets."""
        return self._systems.get(system, self._for_all)

    def strikes(self, share: float) -> bool:
        """Draw a lot that wins with this probability."""
        return share > 0 and self._chance() < share

    def put(self, faults: Faults, system: str | None) -> None:
        """Replace the set of a system, or (None) the one for all."""
        if system is None:
            self._for_all = faults
        else:
            self._systems[system] = faults

    def clear(self, system: str | None) -> None:
        """Forget the set of a system, or (None) everything."""
        if system is None:
            self._for_all = NONE
            self._systems.clear()
        else:
            self._systems.pop(system, None)

    def describe(self) -> dict[str, object]:
        """Return everything that is set, as the API shows it."""
        return {
            "all": self._for_all.model_dump(mode="json"),
            "systems": {name: faults.model_dump(mode="json") for name, faults in self._systems.items()},
        }


def spell(identifier: int, form: IdForm) -> str:
    """Return a message id as it is written in one place; empty for ``none``."""
    return _SPELLINGS[form].format(identifier)


def read_id(word: str, form: IdForm) -> int | None:
    """Return the id that a client means by a word it got in this form; None for no id of ours."""
    base = 16 if form in (IdForm.HEX, IdForm.UPPER_HEX, IdForm.PADDED_HEX) else 10
    allowed = "0123456789abcdef"[:base]
    plain = word.strip().lower()
    if not plain or len(plain) > 20 or any(one not in allowed for one in plain):
        return None
    number = int(plain, base)
    return number if number < 1 << 63 else None
