"""Numbers of SMPP 3.4 (and the few that 5.0 adds) under their names in the specification."""

from enum import IntEnum
from typing import Final

HEADER_SIZE: Final = 16
MAX_PDU: Final = 65_536
"""The largest command_length accepted or built, in octets: a `message_payload` of almost 64 KB."""

MAX_SEQUENCE: Final = 0x7FFFFFFF
RESPONSE_BIT: Final = 0x80000000
VERSION_34: Final = 0x34
VERSION_50: Final = 0x50
MAX_SHORT_MESSAGE: Final = 254
VENDOR_TAGS: Final = range(0x1400, 0x4000)


class CommandId(IntEnum):
    """The command_id values this codec knows."""

    GENERIC_NACK = 0x80000000
    BIND_RECEIVER = 0x01
    BIND_RECEIVER_RESP = 0x80000001
    BIND_TRANSMITTER = 0x02
    BIND_TRANSMITTER_RESP = 0x80000002
    QUERY_SM = 0x03
    QUERY_SM_RESP = 0x80000003
    SUBMIT_SM = 0x04
    SUBMIT_SM_RESP = 0x80000004
    DELIVER_SM = 0x05
    DELIVER_SM_RESP = 0x80000005
    UNBIND = 0x06
    UNBIND_RESP = 0x80000006
    REPLACE_SM = 0x07
    REPLACE_SM_RESP = 0x80000007
    CANCEL_SM = 0x08
    CANCEL_SM_RESP = 0x80000008
    BIND_TRANSCEIVER = 0x09
    BIND_TRANSCEIVER_RESP = 0x80000009
    OUTBIND = 0x0B
    ENQUIRE_LINK = 0x15
    ENQUIRE_LINK_RESP = 0x80000015
    SUBMIT_MULTI = 0x21
    SUBMIT_MULTI_RESP = 0x80000021
    ALERT_NOTIFICATION = 0x102
    DATA_SM = 0x103
    DATA_SM_RESP = 0x80000103


class Status(IntEnum):
    """command_status values; carriers add their own from 0x400 up, so a wire status stays an `int`."""

    ROK = 0x00
    RINVMSGLEN = 0x01
    RINVCMDLEN = 0x02
    RINVCMDID = 0x03
    RINVBNDSTS = 0x04
    RALYBND = 0x05
    RINVPRTFLG = 0x06
    RINVREGDLVFLG = 0x07
    RSYSERR = 0x08
    RINVSRCADR = 0x0A
    RINVDSTADR = 0x0B
    RINVMSGID = 0x0C
    RBINDFAIL = 0x0D
    RINVPASWD = 0x0E
    RINVSYSID = 0x0F
    RCANCELFAIL = 0x11
    RREPLACEFAIL = 0x13
    RMSGQFUL = 0x14
    RINVSERTYP = 0x15
    RINVNUMDESTS = 0x33
    RINVDLNAME = 0x34
    RINVDESTFLAG = 0x40
    RINVSUBREP = 0x42
    RINVESMCLASS = 0x43
    RCNTSUBDL = 0x44
    RSUBMITFAIL = 0x45
    RINVSRCTON = 0x48
    RINVSRCNPI = 0x49
    RINVDSTTON = 0x50
    RINVDSTNPI = 0x51
    RINVSYSTYP = 0x53
    RINVREPFLAG = 0x54
    RINVNUMMSGS = 0x55
    RTHROTTLED = 0x58
    RINVSCHED = 0x61
    RINVEXPIRY = 0x62
    RINVDFTMSGID = 0x63
    RX_T_APPN = 0x64
    RX_P_APPN = 0x65
    RX_R_APPN = 0x66
    RQUERYFAIL = 0x67
    RINVOPTPARSTREAM = 0xC0
    ROPTPARNOTALLWD = 0xC1
    RINVPARLEN = 0xC2
    RMISSINGOPTPARAM = 0xC3
    RINVOPTPARAMVAL = 0xC4
    RDELIVERYFAILURE = 0xFE
    RUNKNOWNERR = 0xFF


class MessageState(IntEnum):
    """message_state values (5.2.28); SCHEDULED and SKIPPED come from 5.0."""

    SCHEDULED = 0
    ENROUTE = 1
    DELIVERED = 2
    EXPIRED = 3
    DELETED = 4
    UNDELIVERABLE = 5
    ACCEPTED = 6
    UNKNOWN = 7
    REJECTED = 8
    SKIPPED = 9


class EsmClass(IntEnum):
    """Bits of esm_class (5.2.12) that this project reads or sets.

    Numbers and no flags: every operation on a flag makes another one, by name, and each message needs three.
    """

    DATAGRAM = 0x01
    TRANSACTION = 0x02
    STORE_AND_FORWARD = 0x03
    RECEIPT = 0x04
    DELIVERY_ACK = 0x08
    USER_ACK = 0x10
    INTERMEDIATE = 0x20
    UDHI = 0x40
    REPLY_PATH = 0x80


class Ton(IntEnum):
    """Type of number (5.2.5)."""

    UNKNOWN = 0
    INTERNATIONAL = 1
    NATIONAL = 2
    NETWORK = 3
    SUBSCRIBER = 4
    ALPHANUMERIC = 5
    ABBREVIATED = 6


class Npi(IntEnum):
    """Numbering plan indicator (5.2.6), the values seen on links."""

    UNKNOWN = 0
    ISDN = 1
    DATA = 3
    TELEX = 4
    LAND_MOBILE = 6
    NATIONAL = 8
    PRIVATE = 9
    ERMES = 10
    INTERNET = 14
    WAP = 18


def status_name(status: int) -> str:
    """`ESME_RTHROTTLED` for 0x58, `0x00000400` for a number without a name."""
    try:
        return f"ESME_{Status(status).name}"
    except ValueError:
        return f"0x{status:08X}"


def command_name(command: int) -> str:
    """`submit_sm` for 4, `0x000000AA` for a number without a name."""
    try:
        return CommandId(command).name.lower()
    except ValueError:
        return f"0x{command:08X}"
