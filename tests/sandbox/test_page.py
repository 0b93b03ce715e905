import re

import pytest

from tests.sandbox.conftest import Site


async def test_the_page_is_html_under_a_strict_policy(site: Site) -> None:
    async with site.client.get("/sandbox/") as response:
        html = await response.text()
        policy = response.headers["Content-Security-Policy"]

    assert (response.status, response.content_type, response.charset) == (200, "text/html", "utf-8")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=)", html)


@pytest.mark.parametrize(
    ("lang", "accepted", "title"),
    [
        ("", "ru-RU", "Песочница"),
        ("?lang=en", "ru-RU", "Sandbox"),
        ("?lang=ru", "en", "Песочница"),
        ("", "", "Sandbox"),
    ],
)
async def test_the_page_speaks_the_readers_language(site: Site, lang: str, accepted: str, title: str) -> None:
    async with site.client.get(f"/sandbox/{lang}", headers={"Accept-Language": accepted}) as response:
        assert f"<h1>{title}</h1>" in await response.text()
        assert response.headers["Vary"] == "Accept-Language"


async def test_the_legend_stands_on_the_page(site: Site) -> None:
    async with site.client.get("/sandbox/?lang=en") as response:
        html = await response.text()

    assert '<th scope="row">92</th><td>refused at once; no message appears here</td>' in html


async def test_everything_the_page_loads_is_its_own(site: Site) -> None:
    async with site.client.get("/sandbox/") as response:
        loaded = re.findall(r'(?:src|rel="[^"]+" href)="([^"]+)"', await response.text())

    assert sorted(loaded) == ["/sandbox/page.css", "/sandbox/page.js", "/sandbox/page.svg"]
    for path in loaded:
        async with site.client.get(path) as response:
            content = await response.text()
            assert response.status == 200
        assert response.content_type in {"text/css", "text/javascript", "image/svg+xml"}
        assert not re.search(r"@import|url\(|innerHTML|insertAdjacentHTML|document\.write|eval\(", content)


@pytest.mark.parametrize(("path", "to"), [("/sandbox", "/sandbox/"), ("/sandbox?lang=ru", "/sandbox/?lang=ru")])
async def test_the_slash_is_added(site: Site, path: str, to: str) -> None:
    async with site.client.get(path, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (307, to)
