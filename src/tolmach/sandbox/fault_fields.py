"""The SMSC's faults as a form shows them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from tolmach.sandbox.faults import NONE, Carriage, IdForm
from tolmach.sandbox.texts import Gettext
from tolmach.web.languages import N_


@dataclass(frozen=True, slots=True)
class Field:
    """``kind``: share, switch, number, status or choice (of ``choices``). ``nothing``: the value that does no wrong."""

    name: str
    kind: str
    label: str
    choices: tuple[str, ...] = ()

    @property
    def nothing(self) -> object:
        """Return what a form without faults says."""
        return NONE.model_dump(mode="json")[self.name]


_FORMS = tuple(IdForm)
GROUPS: Sequence[tuple[str, Sequence[Field]]] = (
    (
        N_("Answers"),
        (
            Field("throttle", "share", N_("Answered ESME_RTHROTTLED")),
            Field("queue_full", "share", N_("Answered ESME_RMSGQFUL")),
            Field("never_answer", "share", N_("Taken, never answered")),
            Field("answer_twice", "share", N_("Answered twice")),
            Field("unknown_sequence", "share", N_("Answered with a wrong sequence number")),
            Field("response_delay", "number", N_("Seconds until the answer")),
            Field("window", "number", N_("Throttled above so many unanswered")),
            Field("refuse", "status", N_("Refuse every submit with")),
            Field("out_of_order", "switch", N_("Answers in reverse order")),
        ),
    ),
    (
        N_("Connections"),
        (
            Field("refuse_bind", "status", N_("Refuse every bind with")),
            Field("drop_every", "number", N_("Cut so many seconds after the bind")),
            Field("drop_after", "number", N_("Cut at the submit of this number")),
            Field("half_open", "switch", N_("Fall silent without closing")),
        ),
    ),
    (
        N_("Receipts and ids"),
        (
            Field("duplicate_receipts", "share", N_("Receipts that come twice")),
            Field("receipt_delay", "number", N_("Seconds until the receipt")),
            Field("receipts_as", "choice", N_("Receipts come as"), tuple(Carriage)),
            Field("response_ids", "choice", N_("Ids in answers"), _FORMS),
            Field("text_ids", "choice", N_("Ids in texts of receipts"), _FORMS),
            Field("tlv_ids", "choice", N_("Ids in TLVs of receipts"), _FORMS),
            Field("early_receipts", "switch", N_("Receipts before answers")),
            Field("packed_gsm", "switch", N_("The default alphabet comes packed")),
        ),
    ),
)


def groups(gettext: Gettext) -> list[tuple[str, list[Field]]]:
    """Return the groups of a form in a language."""
    return [
        (gettext(title), [replace(field, label=gettext(field.label)) for field in fields]) for title, fields in GROUPS
    ]


def described() -> list[dict[str, object]]:
    """Return what the script has to know of each field."""
    fields = [field for _, fields in GROUPS for field in fields]
    return [{**asdict(field), "nothing": field.nothing} for field in fields]
