from datetime import timedelta

import pytest
from starlette.datastructures import FormData

from tolmach.core.content import Channel, SmsText, ViberCard
from tolmach.core.drafts import For
from tolmach.core.quiet import Quiet
from tolmach.web.cabinet.composeform import ComposeForm


def form(**fields: str) -> ComposeForm:
    return ComposeForm(FormData({"way": "sms", **fields}))


def test_an_empty_form_is_one_sms_for_a_day() -> None:
    asked = form()
    assert asked.good()
    (step,) = asked.steps()
    assert (step.channel, step.content, step.sender) == (Channel.SMS, SmsText(""), None)
    assert step.validity == For(timedelta(days=1))
    assert (asked.composition().due, asked.composition().quiet) == (None, None)


def test_steps_wait_and_the_last_one_lasts() -> None:
    steps = form(
        way="viber", third="sms", wait="360", lasts="4320", text="a", viber_text="b", sender=" INFORM "
    ).steps()
    assert [(step.channel, step.sender) for step in steps] == [(Channel.VIBER, "INFORM"), (Channel.SMS, "INFORM")]
    assert [step.validity for step in steps] == [For(timedelta(hours=6)), For(timedelta(days=3))]
    assert steps[0].content == ViberCard("b")


def test_all_but_the_last_and_sms_may_have_to_be_read() -> None:
    steps = form(way="sms", second="viber", third="vk", fourth="whatsapp", unless="read").steps()
    assert [step.success.value for step in steps] == ["delivered", "read", "read", "delivered"]
    assert {step.success.value for step in form(way="viber", second="sms").steps()} == {"delivered"}


@pytest.mark.parametrize(
    "fields",
    [
        {"unless": "answered"},
        {"way": "fax"},
        {"way": ""},
        {"second": "sms"},
        {"second": "vk", "fourth": "vk"},
        {"wait": "1"},
        {"lasts": "x"},
        {"vk_text": "x" * 1_001},
    ],
)
def test_forms_that_no_page_makes(fields: dict[str, str]) -> None:
    assert not form(**fields).good()


def test_quiet_hours() -> None:
    asked = form(quiet="y", quiet_from="22:00", quiet_to="08:30").composition().quiet
    assert isinstance(asked, Quiet)
    assert form(quiet_from="22:00").composition().quiet is None
    with pytest.raises(ValueError, match="not a date"):
        form(due="tomorrow").composition()
