"""``tolmach route``."""

import pytest

from tests.cli.stage import Tolmach, complaint


def test_rules_are_added_moved_explained_and_removed(tolmach: Tolmach) -> None:
    conditions = ("--direction", "Россия", "--traffic", "advert")
    ran = tolmach("route", "add", "cheap=3", "solid", *conditions, "--on-undelivered")
    assert ran.out == "route 1 stands at place 1\n"
    assert "there is no link cheap, solid yet" in ran.err
    assert tolmach("route", "add", "codes", "--account", "demo", "--place", "1").out == "route 2 stands at place 1\n"
    assert tolmach("route", "add", "rest").out == "route 3 stands at place 3\n"
    listed = tolmach("route", "list", "--json").json
    assert [(rule["route"], rule["place"]) for rule in listed] == [(2, 1), (1, 2), (3, 3)]
    assert (listed[0]["account"], listed[1]["traffic"], listed[1]["on_undelivered"]) == ("demo", "advert", True)
    assert listed[1]["links"] == [{"link": "cheap", "weight": 3}, {"link": "solid", "weight": 1}]
    assert "direction Россия, traffic advert" in tolmach("route", "list").out

    told = tolmach("route", "explain", "+7 916 123-45-67").out.splitlines()
    assert told[0].startswith("79161234567: sms, service, direction Россия, operator ")
    assert told[1].startswith("No account is named, so the direction is that of all price lists; it is priced by: ")
    assert told[2:] == [
        "  route 2 (account demo): passed over: no account is named",
        "  route 1 (direction Россия, traffic advert): passed over: another traffic",
        "  route 3 (all): decides",
        "First asked: rest 100 % (no such link); the others follow when it is down or refuses.",
    ]
    told = tolmach("route", "explain", "79161234567", "--account", "demo", "--traffic", "advert").out.splitlines()
    assert told[1] == "  route 2 (account demo): decides"

    assert tolmach("route", "move", "1", "9").out == "route 1 stands at place 3\n"
    for route in ("1", "2", "3"):
        assert tolmach("route", "remove", route).out == f"route {route} is removed\n"
    assert "No route decides" in tolmach("route", "explain", "79161234567").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("add a a", 2, "a route names each link once"),
        ("add a=0", 2, "one of them is above 0"),
        ("add a=x", 2, "neither a link nor link=weight"),
        ("add a --prefix 7x", 2, "prefix '7x' is not 1 to 15 digits"),
        ("add a --direction Mars", 1, "there is no direction 'Mars'"),
        ("add a --account nobody", 1, "there is no account 'nobody'"),
        ("add a --patience 99999", 2, "patience is 0 to 3600 seconds"),
        ("move 7 1", 1, "there is no route '7'"),
        ("remove 7", 1, "there is no route '7'"),
        ("explain abc", 2, "no number"),
    ],
)
def test_what_cannot_be_is_one_line(tolmach: Tolmach, words: str, code: int, said: str) -> None:
    assert said in complaint(tolmach("route", *words.split()), code)


def test_classes_of_traffic(tolmach: Tolmach) -> None:
    assert tolmach("account", "set", "demo", "--traffic", "advert").code == 0
    assert tolmach("account", "show", "demo", "--json").json["traffic"] == "advert"
    assert "one of otp, service, advert" in complaint(tolmach("account", "set", "demo", "--traffic", "fast"), 2)
    assert tolmach("sender", "set", "demo", "Tolmach", "--traffic", "otp").out == "sender Tolmach of demo is for otp\n"
    ran = tolmach("sender", "set", "demo", "Tolmach", "--traffic", "account")
    assert ran.out == "sender Tolmach of demo has the traffic of its account\n"
    assert "there is no sender" in complaint(tolmach("sender", "set", "demo", "Nobody", "--traffic", "otp"), 1)
