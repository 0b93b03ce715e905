"""``cancel.xml``: cancel the messages of a group that no carrier has seen yet, or count them."""

from tolmach.codecs import xmltree
from tolmach.core.commands import CancelCampaign
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import CancelResult
from tolmach.dialects.contract import Call
from tolmach.dialects.document import read_root
from tolmach.dialects.smspager.envelope import check_smsid, read_fields, read_login, respond
from tolmach.dialects.smspager.jsonform import Dressed
from tolmach.dialects.smspager.vocabulary import NAME, SUCCESS, Answer, answer_to
from tolmach.wire import WireRequest, WireResponse

MAKE, CHECK = "make", "check"


class Cancel(Dressed):
    """The cancel method; the echo of its calls is the action that was asked for."""

    dialect = NAME
    paths = ("/cancel.xml", "/API/XML/cancel.php")
    open_to_blocked = True

    def parse(self, request: WireRequest) -> Call[CancelResult]:
        """Read action and smsid; what is wrong with them is told after the login."""
        fields = read_fields(read_root(request), "action", "smsid")
        action, smsid = fields["action"] or MAKE, fields["smsid"]
        credentials = read_login(fields, request, echo=action)
        command = CancelCampaign(NAME, smsid, system_ids=True, dry_run=action == CHECK)
        try:
            _check(action, smsid)
        except RequestError as fault:
            return Call(credentials, command, action, fault)
        return Call(credentials, command, action)

    def render(self, call: Call[CancelResult], result: CancelResult) -> WireResponse:
        """Write how many messages were cancelled, or would be."""
        return _respond(SUCCESS, call.echo, result.count)

    def refuse(self, error: RequestError, call: Call[CancelResult] | None) -> WireResponse:
        """Write the error in the layout of the answer; an unknown smsid is a success that cancelled nothing."""
        action = call.echo if call is not None else error.echo or MAKE
        return _respond(answer_to(error), str(action), 0)


def _check(action: str, smsid: str) -> None:
    if action not in (MAKE, CHECK):
        raise RequestError(Failure.BAD_FIELD, "action is neither check nor make")
    if not smsid:
        raise RequestError(Failure.MISSING_FIELD, "smsid")
    check_smsid(smsid)


def _respond(answer: Answer, action: str, count: int) -> WireResponse:
    return respond(answer, f"<action>{xmltree.escape(action)}</action><cancelCol>{count}</cancelCol>")
