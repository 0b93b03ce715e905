from typing import Any

import pytest

from tolmach.core.content import Channel
from tolmach.core.http_links import (
    GenericLink,
    HttpLink,
    MobilgroupLink,
    Polling,
    ProntosmsLink,
    Question,
    Reading,
    SmspagerLink,
    TargetsmsLink,
    client_key,
    is_url,
)
from tolmach.core.ids import LARGEST, LegId
from tolmach.core.links import BadLink
from tolmach.core.money import ZERO, parse_money

SEND = Question(url="https://gate.example/send?to={recipient}&text={text}", method="GET")


def test_client_ids_are_numbers_that_fit_and_differ() -> None:
    assert client_key(12345, LegId(11)) == "123450000000000011"
    assert int(client_key(99_999, LegId(10**13 - 1))) < 2**63
    assert len(client_key(99_999, LegId(LARGEST))) <= 21


@pytest.mark.parametrize("kind", [ProntosmsLink, TargetsmsLink, SmspagerLink])
def test_defaults(kind: type[HttpLink]) -> None:
    link = kind(name="one", login="me")
    assert link.url.startswith("https://")
    assert (link.alarm, link.zone.key, link.allow_private) == (ZERO, "Europe/Moscow", False)
    assert "secret" not in repr(kind(name="one", login="me", password="secret", hook="secret-secret-secret"))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "Pronto"}, "name"),
        ({"name": "sandbox"}, "name"),
        ({"url": "ftp://a.example/"}, "url"),
        ({"url": "/xml/"}, "url"),
        ({"login": ""}, "login"),
        ({"connections": 0}, "connections"),
        ({"batch": 0}, "batch"),
        ({"rate": 0}, "rate"),
        ({"timeout": 21}, "timeout"),
        ({"doubt": -1}, "doubt"),
        ({"balance_every": -1}, "balance_every"),
        ({"hook": "short"}, "hook"),
        ({"time_zone": "Moscow"}, "time_zone"),
        ({"low_balance": "much"}, "low_balance"),
        ({"low_balance": "-1"}, "low_balance"),
    ],
)
def test_what_cannot_be(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(BadLink, match=named):
        ProntosmsLink(**(dict[str, Any](name="one", login="me") | changes))


def test_the_alarm_is_money() -> None:
    assert ProntosmsLink(name="one", login="me", low_balance="500.50").alarm == parse_money("500.50")


@pytest.mark.parametrize("changes", [{"first": 0}, {"most": 1}, {"batch": 0}])
def test_polling(changes: dict[str, Any]) -> None:
    with pytest.raises(BadLink, match="poll"):
        Polling(**changes)


def test_mobilgroup_needs_the_number_of_the_client() -> None:
    assert MobilgroupLink(name="one", login="me", client="7").poll.first == 60
    with pytest.raises(BadLink, match="client"):
        MobilgroupLink(name="one", login="me", client="x")


def test_a_gateway_of_any_kind() -> None:
    link = GenericLink(name="gate", send=SEND, answer=Reading(id="regex:id=(.*)"))
    assert link.channels == (Channel.SMS,)


@pytest.mark.parametrize(
    "changes",
    [
        {"channels": ()},
        {"ask": SEND, "told": Reading()},
        {"ask": SEND, "told": Reading(status="regex:(.*)"), "answer": Reading()},
        {"callback": Reading(id="json:id")},
    ],
)
def test_what_a_gateway_cannot_be(changes: dict[str, Any]) -> None:
    with pytest.raises(BadLink):
        GenericLink(**(dict[str, Any](name="gate", send=SEND, answer=Reading(id="json:id")) | changes))


@pytest.mark.parametrize("url", ["https://{recipient}.example/", "https://a.example/{who}", "nowhere"])
def test_questions_that_make_no_sense(url: str) -> None:
    with pytest.raises(BadLink):
        Question(url=url)


@pytest.mark.parametrize("place", ["id", "json:", "css:a", "regex:("])
def test_places_that_are_none(place: str) -> None:
    with pytest.raises(BadLink):
        Reading(id=place)


def test_urls() -> None:
    assert is_url("http://127.0.0.1:8080/xml/")
    assert not is_url("http://[::1")
    assert not is_url("http://a b/")
