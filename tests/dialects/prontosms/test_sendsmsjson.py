"""The JSON interface: the command of a JSON document is that of the XML document that says the same."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialects.engine.documents import SECURITY
from tolmach.core.accounts import Login, Nobody, Token
from tolmach.core.commands import GetTime
from tolmach.core.content import Channel
from tolmach.core.errors import Failure, RequestError
from tolmach.core.ids import LegId, MessageId
from tolmach.core.money import Money
from tolmach.core.rejections import Rejection
from tolmach.core.results import Accepted, LegQuote, Rejected, SendResult
from tolmach.dialects.contract import Call
from tolmach.dialects.prontosms import endpoints
from tolmach.dialects.prontosms.sendsmsjson import SendSmsJson
from tolmach.wire import WireRequest

ALL = endpoints()
ENDPOINTS = {path: endpoint for endpoint in ALL for path in endpoint.paths}
TWIN = next(one for one in ALL if isinstance(one, SendSmsJson))
DEMO = {"login": "demo", "password": "secret"}

SAME: list[tuple[str, str, dict[str, Any]]] = [
    (
        "/xml/",
        '<message type="sms" type_send_1="sms"><sender>A</sender><text>x &amp; y</text><translite>1</translite>'
        '<name_delivery>n</name_delivery><abonent phone="79161234500" number_sms="1" client_id_sms="100" '
        'time_send="2016-11-09 12:40" validity_period="2016-11-09 13:30"/><abonent phone="79161234501"/></message>',
        {
            "type": "sms",
            "message": [
                {
                    "type": "sms",
                    "type_send_1": "sms",
                    "sender": "A",
                    "text": "x & y",
                    "translite": 1,
                    "name_delivery": "n",
                    "abonent": [
                        {
                            "phone": 79161234500,
                            "number_sms": "1",
                            "client_id_sms": 100,
                            "time_send": "2016-11-09 12:40",
                            "validity_period": "2016-11-09 13:30",
                        },
                        "79161234501",
                    ],
                }
            ],
        },
    ),
    (
        "/xml/",
        '<message type="vcard"><sender>A</sender><name>I</name><phone cell="1" work="2"/><address city="O"/>'
        '<abonent phone="79161234500"/></message>',
        {
            "type": "SMS",
            "message": {
                "type": "vcard",
                "sender": "A",
                "name": "I",
                "phone": {"cell": "1", "work": "2"},
                "address": {"city": "O"},
                "abonent": {"phone": "79161234500"},
            },
        },
    ),
    (
        "/xml/state.php",
        "<get_state><id_sms>10</id_sms><id_sms>x</id_sms></get_state>",
        {"type": "state", "get_state": [10, "x"]},
    ),
    ("/xml/balance.php", "", {"type": "balance"}),
    ("/xml/originator.php", "", {"type": "originator"}),
    (
        "/xml/def.php",
        "<phones><phone>79612242243</phone><phone>1</phone></phones>",
        {"type": "def", "phones": ["79612242243", 1]},
    ),
    ("/xml/list_bases.php", "", {"type": "list_bases"}),
    (
        "/xml/bases.php",
        '<bases><base id_base="1" name_base="n" time_birth="12:48" on_birth="no">T</base>'
        '<base number_base="1"/></bases>'
        '<delete_bases><base id_base="2"/><base id_base="3"/></delete_bases>',
        {
            "type": "bases",
            "bases": [
                {"id_base": "1", "name_base": "n", "time_birth": "12:48", "on_birth": "no", "text_birth": "T"},
                {"number_base": "1"},
            ],
            "delete_bases": [{"id_base": "2"}, "3"],
        },
    ),
    (
        "/xml/list_phones.php",
        '<base id_base="1" page="2" last_update="2016-10-18 12:14:25"/>',
        {"type": "list_phones", "base": {"id_base": "1", "page": 2, "last_update": "2016-10-18 12:14:25"}},
    ),
    (
        "/xml/phones.php",
        '<base id_base="1"><phone phone="79161234500" name="I" male="мужской" number_phone="1"/>'
        '<phone phone="79161234501" action="delete"/></base>',
        {
            "type": "phones",
            "id_base": "1",
            "phones": [
                {"phone": "79161234500", "name": "I", "male": "мужской", "number_phone": "1"},
                {"phone": "79161234501", "action": "delete"},
            ],
        },
    ),
    (
        "/xml/incoming.php",
        '<time start="2012-01-31 12:23:00" end="2012-02-31 12:23:00"/>',
        {"type": "incoming", "time": {"start": "2012-01-31 12:23:00", "end": "2012-02-31 12:23:00"}},
    ),
    ("/xml/list_stop.php", "", {"type": "list_stop"}),
    (
        "/xml/stop.php",
        '<add_stop><phone phone="1"/></add_stop><delete_stop><phone phone="2"/></delete_stop>',
        {"type": "stop", "add_stop": ["1"], "delete_stop": [{"phone": "2"}]},
    ),
    ("/xml/list_scheduled.php", '<scheduled page="3"/>', {"type": "list_scheduled", "page": 3}),
    (
        "/xml/scheduled.php",
        '<delete_schedule><schedule id_sms="10"/><schedule id_sms="20"/></delete_schedule>',
        {"type": "scheduled", "delete_schedule": [{"id_sms": "10"}, 20]},
    ),
    ("/xml/time.php", "", {"type": "time"}),
    (
        "/xml/stats.php",
        '<stats date_start="2016-11-20" from_hour="01" state="deliver" originator="A"/>',
        {
            "type": "list_stats",
            "stats": {"date_start": "2016-11-20", "from_hour": "01", "state": "deliver", "originator": "A"},
        },
    ),
    ("/xml/list_patterns.php", "", {"type": "list_patterns"}),
    (
        "/xml/patterns.php",
        '<patterns><pattern id_pattern="1" name="N">T</pattern><pattern number_pattern="1" name="M">U</pattern>'
        '</patterns><delete_patterns><pattern id_pattern="2"/></delete_patterns>',
        {
            "type": "patterns",
            "patterns": [
                {"id_pattern": "1", "name": "N", "pattern": "T"},
                {"number_pattern": "1", "name": "M", "pattern": "U"},
            ],
            "delete_patterns": [{"id_pattern": "2"}],
        },
    ),
    (
        "/xml/add_originator.php",
        '<originator INN="77" comment="c">Shop</originator><operator MCC="250" MNC="01"/><file href="http://x/"/>',
        {
            "type": "add_originator",
            "originator": {"originator": "Shop", "INN": "77", "comment": "c"},
            "operator": [{"MCC": "250", "MNC": "01"}],
            "file": [{"href": "http://x/"}],
        },
    ),
    (
        "/xml/list_registry_originator.php",
        '<registry_originator operator="mts"/>',
        {"type": "list_registry_originator", "registry_originator": {"operator": "mts"}},
    ),
    (
        "/xml/registry_originator.php",
        '<registry_originator><originator originator="A" operator="mts"/></registry_originator>'
        '<delete_registry_originator><originator originator="B" operator="mega"/></delete_registry_originator>',
        {
            "type": "registry_originator",
            "registry_originator": [{"originator": "A", "operator": "mts"}],
            "delete_registry_originator": [{"originator": "B", "operator": "mega"}],
        },
    ),
    (
        "/xml/get_state.php",
        '<get_state type="set">http://site.ru/state.php</get_state>',
        {"type": "get_state", "get_state": {"type": "set", "url": "http://site.ru/state.php"}},
    ),
    (
        "/xml/add_balance.php",
        '<client login_client="shop" balance="100.50" type_transaction="manager"/>',
        {"type": "add_balance", "client": {"login_client": "shop", "balance": 100.50, "type_transaction": "manager"}},
    ),
    (
        "/xml/check_change.php",
        '<check obgect="base" id="1"/>',
        {"type": "check_change", "check": {"obgect": "base", "id": 1}},
    ),
]


def asked(value: Any, **headers: str) -> Call[Any]:
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return TWIN.parse(WireRequest("POST", "/sendsmsjson.php", headers=headers, body=body))


def failed(value: Any) -> RequestError:
    try:
        found = asked(value).fault
    except RequestError as error:
        return error
    assert found is not None
    return found


@pytest.mark.parametrize(("path", "payload", "value"), SAME, ids=[f"{path}-{n}" for n, (path, *_) in enumerate(SAME)])
def test_a_method_is_asked_the_same_in_json(path: str, payload: str, value: dict[str, Any]) -> None:
    xml = ENDPOINTS[path].parse(WireRequest("POST", path, body=f"<request>{payload}{SECURITY}</request>".encode()))
    found = asked({"security": DEMO, **value})
    assert xml.fault is None
    assert found.fault is None
    assert (found.credentials, found.command) == (xml.credentials, xml.command)
    assert found.echo.endpoint is ENDPOINTS[path]
    assert found.echo.call.echo == xml.echo
    assert found.open_to_blocked is ENDPOINTS[path].open_to_blocked


def test_every_method_is_among_them_but_the_one_that_reads_nothing() -> None:
    shown = {ENDPOINTS[path] for path, _, _ in SAME}
    assert {one.paths[0] for one in TWIN.methods.values() if one not in shown} == {"/xml/version.php"}
    assert isinstance(asked({"type": "version"}).credentials, Nobody)


def test_who_asks_stands_in_the_document_or_in_the_head() -> None:
    assert asked({"security": DEMO, "type": "time"}).credentials == Login("demo", "secret")
    assert asked({"security": {"token": "t"}, "type": "time"}).credentials == Token("t")
    assert asked({"type": "time"}, authorization="Bearer t").credentials == Token("t")
    assert failed({"type": "time"}).failure is Failure.UNAUTHORISED


@pytest.mark.parametrize("type_", ["", "unknown", "file", "index", 7, None, []])
def test_an_unknown_type_is_told_after_the_login(type_: Any) -> None:
    found = asked({"security": DEMO, "type": type_})
    assert (found.credentials, found.command, found.echo) == (Login("demo", "secret"), GetTime(), None)
    assert found.fault is not None
    assert TWIN.refuse(found.fault, found).body.decode() == '{"error":"Неправильный формат JSON документа"}'


def test_errors_are_in_the_words_of_the_method() -> None:
    faults: list[tuple[dict[str, Any], str]] = [
        ({"type": "stats", "stats": {"date_start": "x"}}, "Некорректный формат даты"),
        ({"type": "state"}, "Неправильный формат JSON документа"),
    ]
    for value, words in faults:
        call = asked({"security": DEMO, **value})
        assert call.fault is not None
        assert json.loads(TWIN.refuse(call.fault, call).body) == {"error": words}
    error = RequestError(Failure.BAD_FIELD)
    call = asked({"security": DEMO, "type": "get_state", "get_state": {"type": "set", "url": "x"}})
    assert json.loads(TWIN.refuse(error, call).body) == {"error": "Ссылка должна начинаться с http:// или https://"}


def test_answers_are_those_of_the_method() -> None:
    abonents = [{"phone": "1", "number_sms": 7}, {"phone": "", "number_sms": 8}]
    call = asked({"security": DEMO, "type": "sms", "message": [{"text": "x", "abonent": abonents}]})
    accepted = Accepted(MessageId(10), "1", (LegQuote(LegId(11), Channel.SMS, 1, Money(10_000)),))
    result = SendResult((accepted, Rejected(Rejection.NO_RECIPIENT, "")), datetime(2026, 1, 1, tzinfo=UTC))
    assert json.loads(TWIN.render(call, result).body) == {
        "sms": [
            {"number_sms": "7", "id_sms": "10", "parts": "1", "action": "send"},
            {"number_sms": "8", "action": "Укажите номер телефона."},
        ]
    }


def asked_at_all(value: Any) -> Call[Any] | RequestError:
    try:
        return asked(value)
    except RequestError as error:
        return error


@given(body=st.binary(max_size=200))
def test_any_bytes_are_a_call_or_a_request_error(body: bytes) -> None:
    found = asked_at_all(body)
    assert isinstance(found, Call) or found.failure in {Failure.EMPTY_BODY, Failure.MALFORMED}


NAMES = ["message", "abonent", "phone", "phones", "base", "bases", "id_base", "get_state", "text", "page", "1", "stats"]
LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "sms", "79161234500", "1", "2011-01-01"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=10,
)


@given(type_=st.sampled_from(sorted(TWIN.methods)), value=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4))
def test_any_document_is_a_call_or_malformed(type_: str, value: dict[str, Any]) -> None:
    found = asked_at_all(value | {"security": DEMO, "type": type_})
    assert isinstance(found, Call) or found.failure is Failure.MALFORMED
