import pytest

from tolmach.web.devices import SHOWN, named

MOZILLA = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {}"
IPHONE = "iPhone; CPU iPhone OS 18_6 like Mac OS X"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (MOZILLA.format("X11; Linux", "Chrome/140.0 Safari/537.36"), "Chrome 140, Linux"),
        (MOZILLA.format("Windows NT 10.0", "Chrome/140.0 Safari/537.36 Edg/139.0"), "Edge 139, Windows"),
        (MOZILLA.format("Windows NT 10.0", "Chrome/138.0 YaBrowser/25.8 Safari/537"), "Yandex Browser 25, Windows"),
        (MOZILLA.format("Linux; Android 15; Pixel 9", "Chrome/140.0 Mobile Safari/537.36"), "Chrome 140, Android"),
        (MOZILLA.format(IPHONE, "Version/18.6 Mobile/15E148 Safari/604.1"), "Safari 18, iPhone"),
        (MOZILLA.format("Macintosh; Intel Mac OS X 10_15_7", "Version/18.6 Safari/605.1.15"), "Safari 18, macOS"),
        ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox 143, Linux"),
        ("Mozilla/5.0 Firefox/143.0", "Firefox 143"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("A browser", "A browser"),
        ("", ""),
        ("x" * 200, "x" * SHOWN),
    ],
)  # fmt: skip
def test_browsers_are_named(agent: str, name: str) -> None:
    assert named(agent) == name
