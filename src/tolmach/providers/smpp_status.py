"""What each command_status of an answer to a submission means for the part that was submitted: one table."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from tolmach.codecs.smpp.constants import Status, status_name
from tolmach.core.delivery import Busy, Refused

LATER_SECONDS: Final = 30.0


class Meaning(Enum):
    """The five things that an answer can mean."""

    TAKEN = "taken"
    SLOW_DOWN = "slow down"  # the link is too fast: the same part again on the same link, soon
    LATER = "later"  # not the link's speed: the leg again after a while, here or elsewhere
    ELSEWHERE = "refused here"  # this carrier, account or way of sending; another link may do better
    NEVER = "refused"  # the recipient or the message: nobody else need be asked


MEANINGS: Final[Mapping[int, Meaning]] = {
    Status.ROK: Meaning.TAKEN,
    Status.RINVMSGLEN: Meaning.ELSEWHERE,
    Status.RINVCMDLEN: Meaning.ELSEWHERE,
    Status.RINVCMDID: Meaning.ELSEWHERE,
    Status.RINVBNDSTS: Meaning.LATER,
    Status.RALYBND: Meaning.LATER,
    Status.RINVPRTFLG: Meaning.ELSEWHERE,
    Status.RINVREGDLVFLG: Meaning.ELSEWHERE,
    Status.RSYSERR: Meaning.LATER,
    Status.RINVSRCADR: Meaning.ELSEWHERE,
    Status.RINVDSTADR: Meaning.NEVER,
    Status.RINVMSGID: Meaning.ELSEWHERE,
    Status.RBINDFAIL: Meaning.LATER,
    Status.RINVPASWD: Meaning.ELSEWHERE,
    Status.RINVSYSID: Meaning.ELSEWHERE,
    Status.RCANCELFAIL: Meaning.ELSEWHERE,
    Status.RREPLACEFAIL: Meaning.ELSEWHERE,
    Status.RMSGQFUL: Meaning.SLOW_DOWN,
    Status.RINVSERTYP: Meaning.ELSEWHERE,
    Status.RINVNUMDESTS: Meaning.ELSEWHERE,
    Status.RINVDLNAME: Meaning.ELSEWHERE,
    Status.RINVDESTFLAG: Meaning.ELSEWHERE,
    Status.RINVSUBREP: Meaning.ELSEWHERE,
    Status.RINVESMCLASS: Meaning.ELSEWHERE,
    Status.RCNTSUBDL: Meaning.ELSEWHERE,
    Status.RSUBMITFAIL: Meaning.ELSEWHERE,
    Status.RINVSRCTON: Meaning.ELSEWHERE,
    Status.RINVSRCNPI: Meaning.ELSEWHERE,
    Status.RINVDSTTON: Meaning.ELSEWHERE,
    Status.RINVDSTNPI: Meaning.ELSEWHERE,
    Status.RINVSYSTYP: Meaning.ELSEWHERE,
    Status.RINVREPFLAG: Meaning.ELSEWHERE,
    Status.RINVNUMMSGS: Meaning.ELSEWHERE,
    Status.RTHROTTLED: Meaning.SLOW_DOWN,
    Status.RINVSCHED: Meaning.ELSEWHERE,
    Status.RINVEXPIRY: Meaning.ELSEWHERE,
    Status.RINVDFTMSGID: Meaning.ELSEWHERE,
    Status.RX_T_APPN: Meaning.LATER,
    Status.RX_P_APPN: Meaning.NEVER,
    Status.RX_R_APPN: Meaning.NEVER,
    Status.RQUERYFAIL: Meaning.ELSEWHERE,
    Status.RINVOPTPARSTREAM: Meaning.ELSEWHERE,
    Status.ROPTPARNOTALLWD: Meaning.ELSEWHERE,
    Status.RINVPARLEN: Meaning.ELSEWHERE,
    Status.RMISSINGOPTPARAM: Meaning.ELSEWHERE,
    Status.RINVOPTPARAMVAL: Meaning.ELSEWHERE,
    Status.RDELIVERYFAILURE: Meaning.ELSEWHERE,
    Status.RUNKNOWNERR: Meaning.ELSEWHERE,
}
"""Every code of SMPP 3.4 (5.1.3). The rest, reserved ones and the carrier's own from 0x400 up, is ELSEWHERE."""


def meaning(status: int) -> Meaning:
    """Return what a command_status means."""
    return MEANINGS.get(status, Meaning.ELSEWHERE)


def refusal(status: int) -> Refused | Busy:
    """Return the outcome of a status that neither took the part nor asked to slow down."""
    said = meaning(status)
    if said is Meaning.LATER:
        return Busy(LATER_SECONDS)
    return Refused(status_name(status), permanent=said is Meaning.NEVER)
