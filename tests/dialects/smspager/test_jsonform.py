import orjson
import pytest

from tolmach.dialects.smspager.jsonform import in_json, wants_json
from tolmach.wire import WireRequest, WireResponse


def shown(content: str) -> object:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<data>{content}</data>'.encode()
    response = in_json(WireResponse(200, {"content-type": "text/xml"}, body))
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    return orjson.loads(response.body)["data"]


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("", ""),
        ("<code>1</code>", {"code": "1"}),
        ("<a></a><b/>", {"a": "", "b": ""}),
        ("<n>1</n><n>2</n>", {"n": ["1", "2"]}),
        ("<g><n>1</n></g>", {"g": {"n": "1"}}),
        ('<n at="x">1</n>', {"n": {"@attributes": {"at": "x"}, "@value": "1"}}),
        ('<n at="x"/>', {"n": {"@attributes": {"at": "x"}}}),
        ("<t> a &lt; b </t>", {"t": " a < b "}),
    ],
)
def test_elements_collapse_as_clients_expect(content: str, value: object) -> None:
    assert shown(content) == value


@pytest.mark.parametrize(
    ("path", "query", "asked"),
    [
        ("/API/XML/send.php", "returnType=json", True),
        ("/API/XML//send.php", "a=1&returnType=JSON", True),
        ("/API/XML/send.php", "", False),
        ("/API/XML/send.php", "returnType=xml", False),
        ("/API/XML/send.php", "xreturnType=json", False),
        ("/send.xml", "returnType=json", False),
    ],
)
def test_only_the_addresses_of_the_second_family_know_it(path: str, query: str, asked: bool) -> None:
    assert wants_json(WireRequest("POST", path, query=query, body=b"")) is asked
