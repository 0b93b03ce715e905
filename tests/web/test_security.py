from starlette.requests import Request
from starlette.responses import Response

from tolmach.web.security import Cookies, form_token, is_own, make_visit


def request(scheme: str = "http", **headers: str) -> Request:
    heads = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "scheme": scheme, "path": "/", "headers": heads})


def test_a_form_is_ours_by_its_token() -> None:
    assert is_own(request(), "a", form_token("a"))
    for cookie, token in (("a", form_token("b")), ("a", ""), ("", form_token("")), ("a", "я")):
        assert not is_own(request(), cookie, token)


def test_a_form_of_another_site_is_not() -> None:
    for site, ours in (("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)):
        assert is_own(request(sec_fetch_site=site), "a", form_token("a")) is ours


def test_every_visit_is_another() -> None:
    assert make_visit() != make_visit()


def test_cookies_behind_a_proxy_that_speaks_tls() -> None:
    cookies, response = Cookies(always_secure=True), Response()
    cookies.write(request(), response, "a", "b", 60)
    header = response.headers["set-cookie"]
    assert header.startswith("__Host-a=b;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax", "Max-Age=60"} <= set(header.split("; "))
    assert cookies.read(request(cookie="__Host-a=b; a=c"), "a") == "b"
    assert Cookies(always_secure=False).read(request(cookie="__Host-a=b"), "a") == ""


def test_dropping_a_cookie() -> None:
    response = Response()
    Cookies(always_secure=False).drop(request(), response, "a")
    assert "Max-Age=0" in response.headers["set-cookie"]
