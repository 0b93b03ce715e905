"""Which fields make up which PDU: the tables of chapter 4, one line per parameter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tolmach.codecs.smpp import bodies
from tolmach.codecs.smpp.bodies import Body
from tolmach.codecs.smpp.constants import MAX_SHORT_MESSAGE, CommandId, Status
from tolmach.codecs.smpp.fields import Destinations, Failures, Field, Number, Octets, OpenText, Text


@dataclass(frozen=True, slots=True)
class Layout:
    """Fields of one command in wire order.

    `tlvs`: optional parameters may follow. `absent`: what an empty body of an answer stands for.
    `bare_refusal`: the body is left out when command_status is not zero.
    """

    command: CommandId
    build: Callable[..., Body]
    fields: tuple[Field, ...] = ()
    tlvs: bool = False
    absent: Body | None = None
    bare_refusal: bool = False


_ADDRESS: Final = 21
_LONG_ADDRESS: Final = 65
_MESSAGE_ID: Final = 65

_SERVICE_TYPE: Final = Text("service_type", 6, Status.RINVSERTYP)
_MESSAGE: Final = Text("message_id", _MESSAGE_ID, Status.RINVMSGID)
_ANSWERED_ID: Final = OpenText("message_id", _MESSAGE_ID)
_TIMES: Final = (
    Text("schedule_delivery_time", 17, Status.RINVSCHED),
    Text("validity_period", 17, Status.RINVEXPIRY),
)


def _source(size: int = _ADDRESS) -> tuple[Field, ...]:
    return (
        Number("source_addr_ton"),
        Number("source_addr_npi"),
        Text("source_addr", size, Status.RINVSRCADR),
    )


def _destination(size: int = _ADDRESS) -> tuple[Field, ...]:
    return (
        Number("dest_addr_ton"),
        Number("dest_addr_npi"),
        Text("destination_addr", size, Status.RINVDSTADR),
    )


def _content(largest: int) -> tuple[Field, ...]:
    return (
        Number("esm_class"),
        Number("protocol_id"),
        Number("priority_flag"),
        *_TIMES,
        Number("registered_delivery"),
        Number("replace_if_present_flag"),
        Number("data_coding"),
        Number("sm_default_msg_id"),
        Octets("short_message", largest),
    )


_BIND: Final = (
    Text("system_id", 16, Status.RINVSYSID),
    Text("password", 9, Status.RINVPASWD),
    Text("system_type", 13, Status.RINVSYSTYP),
    Number("interface_version"),
    Number("addr_ton"),
    Number("addr_npi"),
    Text("address_range", 41, Status.RINVCMDLEN),
)
_BIND_RESP: Final = (OpenText("system_id", 16),)

_ALL: Final = (
    Layout(CommandId.BIND_RECEIVER, bodies.BindReceiver, _BIND),
    Layout(CommandId.BIND_TRANSMITTER, bodies.BindTransmitter, _BIND),
    Layout(CommandId.BIND_TRANSCEIVER, bodies.BindTransceiver, _BIND),
    Layout(
        CommandId.BIND_RECEIVER_RESP,
        bodies.BindReceiverResp,
        _BIND_RESP,
        tlvs=True,
        absent=bodies.BindReceiverResp(),
        bare_refusal=True,
    ),
    Layout(
        CommandId.BIND_TRANSMITTER_RESP,
        bodies.BindTransmitterResp,
        _BIND_RESP,
        tlvs=True,
        absent=bodies.BindTransmitterResp(),
        bare_refusal=True,
    ),
    Layout(
        CommandId.BIND_TRANSCEIVER_RESP,
        bodies.BindTransceiverResp,
        _BIND_RESP,
        tlvs=True,
        absent=bodies.BindTransceiverResp(),
        bare_refusal=True,
    ),
    Layout(
        CommandId.OUTBIND,
        bodies.Outbind,
        (Text("system_id", 16, Status.RINVSYSID), Text("password", 9, Status.RINVPASWD)),
    ),
    Layout(CommandId.UNBIND, bodies.Unbind),
    Layout(CommandId.UNBIND_RESP, bodies.UnbindResp, absent=bodies.UnbindResp()),
    Layout(CommandId.GENERIC_NACK, bodies.GenericNack, absent=bodies.GenericNack()),
    Layout(CommandId.ENQUIRE_LINK, bodies.EnquireLink),
    Layout(CommandId.ENQUIRE_LINK_RESP, bodies.EnquireLinkResp, absent=bodies.EnquireLinkResp()),
    Layout(
        CommandId.SUBMIT_SM,
        bodies.SubmitSm,
        (_SERVICE_TYPE, *_source(), *_destination(), *_content(MAX_SHORT_MESSAGE)),
        tlvs=True,
    ),
    Layout(
        CommandId.SUBMIT_SM_RESP,
        bodies.SubmitSmResp,
        (_ANSWERED_ID,),
        tlvs=True,
        absent=bodies.SubmitSmResp(),
        bare_refusal=True,
    ),
    # Carriers put longer addresses and 255 octets into deliver_sm; a receipt must not be lost for that.
    Layout(
        CommandId.DELIVER_SM,
        bodies.DeliverSm,
        (_SERVICE_TYPE, *_source(_LONG_ADDRESS), *_destination(_LONG_ADDRESS), *_content(255)),
        tlvs=True,
    ),
    Layout(
        CommandId.DELIVER_SM_RESP,
        bodies.DeliverSmResp,
        (_ANSWERED_ID,),
        tlvs=True,
        absent=bodies.DeliverSmResp(),
    ),
    Layout(
        CommandId.SUBMIT_MULTI,
        bodies.SubmitMulti,
        (_SERVICE_TYPE, *_source(), Destinations("destinations"), *_content(MAX_SHORT_MESSAGE)),
        tlvs=True,
    ),
    Layout(
        CommandId.SUBMIT_MULTI_RESP,
        bodies.SubmitMultiResp,
        (_ANSWERED_ID, Failures("failures")),
        tlvs=True,
        absent=bodies.SubmitMultiResp(),
        bare_refusal=True,
    ),
    Layout(
        CommandId.DATA_SM,
        bodies.DataSm,
        (
            _SERVICE_TYPE,
            *_source(_LONG_ADDRESS),
            *_destination(_LONG_ADDRESS),
            Number("esm_class"),
            Number("registered_delivery"),
            Number("data_coding"),
        ),
        tlvs=True,
    ),
    Layout(
        CommandId.DATA_SM_RESP,
        bodies.DataSmResp,
        (_ANSWERED_ID,),
        tlvs=True,
        absent=bodies.DataSmResp(),
    ),
    Layout(CommandId.QUERY_SM, bodies.QuerySm, (_MESSAGE, *_source())),
    Layout(
        CommandId.QUERY_SM_RESP,
        bodies.QuerySmResp,
        (_MESSAGE, Text("final_date", 17), Number("message_state"), Number("error_code")),
        bare_refusal=True,
    ),
    Layout(CommandId.CANCEL_SM, bodies.CancelSm, (_SERVICE_TYPE, _MESSAGE, *_source(), *_destination())),
    Layout(CommandId.CANCEL_SM_RESP, bodies.CancelSmResp, absent=bodies.CancelSmResp()),
    Layout(
        CommandId.REPLACE_SM,
        bodies.ReplaceSm,
        (
            _MESSAGE,
            *_source(),
            *_TIMES,
            Number("registered_delivery"),
            Number("sm_default_msg_id"),
            Octets("short_message", MAX_SHORT_MESSAGE),
        ),
    ),
    Layout(CommandId.REPLACE_SM_RESP, bodies.ReplaceSmResp, absent=bodies.ReplaceSmResp()),
    Layout(
        CommandId.ALERT_NOTIFICATION,
        bodies.AlertNotification,
        (
            *_source(_LONG_ADDRESS),
            Number("esme_addr_ton"),
            Number("esme_addr_npi"),
            Text("esme_addr", _LONG_ADDRESS),
        ),
        tlvs=True,
    ),
)

BY_COMMAND: Final[dict[int, Layout]] = {layout.command: layout for layout in _ALL}
BY_TYPE: Final[dict[type, Layout]] = {layout.build: layout for layout in _ALL if isinstance(layout.build, type)}
