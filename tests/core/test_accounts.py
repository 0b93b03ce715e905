from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.core.samples import account
from tolmach.core.accounts import DIALECTS, ClientLogin, Login, Token

NETWORKS = (ip_network("10.1.0.0/16"), ip_network("192.0.2.7/32"), ip_network("2001:db8::/32"))


@pytest.mark.parametrize("remote", ["10.1.0.0", "10.1.255.255", "192.0.2.7", "2001:db8::1", "::ffff:10.1.2.3"])
def test_an_address_of_the_list_may_use_the_account(remote: str) -> None:
    assert account(networks=NETWORKS).allows(remote)


@pytest.mark.parametrize(
    "remote", ["10.2.0.0", "192.0.2.8", "2001:db9::1", "::ffff:10.2.0.1", "", "localhost", "10.1.0.0/16", "10.1.0"]
)
def test_any_other_address_may_not(remote: str) -> None:
    assert not account(networks=NETWORKS).allows(remote)


@pytest.mark.parametrize("remote", ["10.2.0.0", "::1", "", "anything"])
def test_without_a_list_any_address_may(remote: str) -> None:
    assert account().allows(remote)


def test_an_account_speaks_every_dialect_unless_some_are_named() -> None:
    assert all(account().speaks(dialect) for dialect in (*DIALECTS, ""))
    some = replace(account(), dialects=("prontosms", "smspager"))
    assert [dialect for dialect in DIALECTS if some.speaks(dialect)] == ["prontosms", "smspager"]
    assert some.speaks("")


def test_secrets_are_not_shown() -> None:
    assert "secret" not in f"{Login('a', 'secret')} {ClientLogin('1', 'a', 'secret')} {Token('secret')}"
