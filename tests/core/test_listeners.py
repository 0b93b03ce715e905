from typing import Any

import pytest

from tolmach.core.listeners import BadListener, Listener


def test_a_listener_speaks_everything_unless_it_names_some() -> None:
    assert Listener(port=1).speaks("mobilgroup")
    pager = Listener(port=7214, dialects=("smspager",), pages=False)
    assert pager.speaks("smspager")
    assert not pager.speaks("prontosms")


def test_where_it_listens() -> None:
    assert Listener(port=80).where == "127.0.0.1:80"
    assert Listener(host="::1", port=80).where == "[::1]:80"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"port": -1}, "port must be 0 to 65535"),
        ({"port": 65536}, "port"),
        ({"port": 1, "host": ""}, "host"),
        ({"port": 1, "dialects": ("pager",)}, "dialects must be some of prontosms, targetsms, smspager, mobilgroup"),
        ({"port": 1, "certificate": "a.pem"}, "certificate and key must be given together"),
        ({"port": 1, "key": "a.pem"}, "given together"),
    ],
)
def test_bad_listeners(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadListener, match=said):
        Listener(**fields)
