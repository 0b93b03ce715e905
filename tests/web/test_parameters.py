import pytest
from starlette.requests import Request

from tolmach.web import parameters


def request(query: str) -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": query.encode()})


@pytest.mark.parametrize(("query", "number"), [("a=12", 12), ("a=-1", 0), ("a=x", 0), ("", 0), ("a=9" + "9" * 30, 0)])
def test_numbers(query: str, number: int) -> None:
    assert parameters.number(request(query), "a") == number


def test_texts() -> None:
    assert parameters.text(request("a=+b+"), "a") == "b"
    assert parameters.text(request("a=" + "x" * 300), "a") == "x" * 200
    assert parameters.text(request(""), "a") == ""
