import pytest

from tolmach.core.accounts import Login
from tolmach.core.commands import CancelCampaign
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import CancelResult
from tolmach.dialects.contract import Call
from tolmach.dialects.smspager.cancel import Cancel
from tolmach.wire import WireRequest, WireResponse

# the manual's request
SAMPLE = """<?xml version='1.0' encoding='UTF-8'?>

<data>

    <login>LOGIN</login>

    <password>PASSWORD</password>
    <action>{action}</action>
    <smsid>{smsid}</smsid>

</data>"""


def parse(action: str, smsid: str) -> Call[CancelResult]:
    body = SAMPLE.format(action=action, smsid=smsid).encode()
    return Cancel().parse(WireRequest("POST", "/cancel.xml", body=body))


def tail(answer: WireResponse) -> str:
    return answer.body.decode().partition("</descr>")[2]


@pytest.mark.parametrize(
    ("action", "echo", "dry_run"), [("check", "check", True), ("make", "make", False), ("", "make", False)]
)
def test_sample_of_the_manual(action: str, echo: str, *, dry_run: bool) -> None:
    command = CancelCampaign("smspager", "SMSID", system_ids=True, dry_run=dry_run)
    assert parse(action, "SMSID") == Call(Login("LOGIN", "PASSWORD"), command, echo)


@pytest.mark.parametrize(
    ("action", "smsid", "failure"),
    [
        ("ACTION", "SMSID", Failure.BAD_FIELD),
        ("make", "", Failure.MISSING_FIELD),
        ("make", "x" * 22, Failure.GROUP_KEY_TOO_LONG),
    ],
)
def test_wrong_fields_are_told_after_the_login(action: str, smsid: str, failure: Failure) -> None:
    call = parse(action, smsid)
    assert call.fault is not None
    assert call.fault.failure is failure


def test_answer_repeats_the_action() -> None:
    answer = Cancel().render(parse("check", "SMSID"), CancelResult(3))
    assert tail(answer) == "<action>check</action><cancelCol>3</cancelCol></data>"


def test_unknown_smsid_cancels_nothing() -> None:
    answer = Cancel().refuse(RequestError(Failure.UNKNOWN_GROUP), parse("make", "SMSID"))
    assert "<code>1</code>" in answer.body.decode()
    assert tail(answer) == "<action>make</action><cancelCol>0</cancelCol></data>"


@pytest.mark.parametrize(("echo", "action"), [("check", "check"), ("<&>", "&lt;&amp;&gt;"), (None, "make")])
def test_action_is_there_in_errors(echo: str | None, action: str) -> None:
    answer = Cancel().refuse(RequestError(Failure.MISSING_FIELD, echo=echo), None)
    assert tail(answer) == f"<action>{action}</action><cancelCol>0</cancelCol></data>"


def test_addresses() -> None:
    assert Cancel().paths == ("/cancel.xml", "/API/XML/cancel.php")
    assert Cancel().open_to_blocked
