import inspect

import pytest

from tolmach.codecs.smpp.constants import RESPONSE_BIT
from tolmach.codecs.smpp.layouts import BY_COMMAND, BY_TYPE, Layout


@pytest.mark.parametrize("layout", BY_COMMAND.values(), ids=lambda layout: layout.command.name)
def test_fields_are_the_parameters_of_the_body_in_order(layout: Layout) -> None:
    names = [field.name for field in layout.fields] + (["tlvs"] if layout.tlvs else [])
    assert list(inspect.signature(layout.build).parameters) == names


@pytest.mark.parametrize("layout", BY_COMMAND.values(), ids=lambda layout: layout.command.name)
def test_only_answers_may_be_empty(layout: Layout) -> None:
    if layout.absent is not None or layout.bare_refusal:
        assert layout.command & RESPONSE_BIT
    if layout.absent is not None:
        assert type(layout.absent) is layout.build


def test_every_body_has_one_command() -> None:
    assert len(BY_TYPE) == len(BY_COMMAND)
