"""What the JSON interface calls things."""

import pytest

from tolmach.dialects.prontosms import endpoints
from tolmach.dialects.prontosms.jsonforms import METHODS, OTHER, method_of
from tolmach.dialects.prontosms.sendsmsjson import SendSmsJson

NOT_YET = {"incoming"}  # named by the documentation; the gateway keeps no incoming messages yet


@pytest.mark.parametrize(
    ("paths", "types"),
    [
        (("/xml", "/xml/", "/xml/index.php"), {"sms"}),
        (("/xml/stats.php",), {"stats", "list_stats"}),
        (("/xml/stop.php",), {"stop"}),
        (("/xml/new.php",), {"new"}),
    ],
)
def test_types_are_the_names_of_scripts(paths: tuple[str, ...], types: set[str]) -> None:
    assert method_of(paths).keys() == types


def test_every_row_belongs_to_a_method_and_every_method_has_a_type() -> None:
    everything = endpoints()
    (twin,) = (one for one in everything if isinstance(one, SendSmsJson))
    assert METHODS.keys() - twin.methods.keys() <= NOT_YET
    reached = {id(one) for one in twin.methods.values()}
    unreached = {one.paths[0] for one in everything if id(one) not in reached}
    assert unreached == {"/xml/file.php", "/sendsms.php", "/sendsmsjson.php"}


def test_a_method_without_a_row_is_written_as_it_is() -> None:
    assert method_of(("/xml/version.php",)) == {"version": OTHER}
