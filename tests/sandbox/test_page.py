"""The phones' page as it is sent; tests/sandbox/browser has what it does in a browser."""

import re

import pytest

from tests.sandbox.conftest import Site
from tolmach.sandbox.page import SCRIPTS


async def page(site: Site, query: str = "", **headers: str) -> str:
    async with site.client.get(f"/sandbox/{query}", headers=headers) as response:
        assert (response.status, response.content_type, response.charset) == (200, "text/html", "utf-8")
        return await response.text()


async def test_the_page_is_html_under_a_strict_policy(site: Site) -> None:
    html = await page(site)
    async with site.client.get("/sandbox/") as response:
        policy = response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http:;" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)", html)


@pytest.mark.parametrize(
    ("query", "accepted", "title"),
    [("", "ru-RU", "Телефоны"), ("?lang=en", "ru-RU", "Phones"), ("?lang=ru", "en", "Телефоны"), ("", "de", "Phones")],
)
async def test_the_page_speaks_the_readers_language(site: Site, query: str, accepted: str, title: str) -> None:
    assert f'id="wall-title">{title}</h1>' in await page(site, query, **{"Accept-Language": accepted})


async def test_language_and_theme_are_remembered(site: Site) -> None:
    async with site.client.get("/sandbox/?lang=ru&theme=dark") as response:
        cookies = "; ".join(f"{name}={one.value}" for name, one in response.cookies.items())
    assert cookies == "language=ru; theme=dark"
    for query in ("", "?lang=fr&theme=green"):
        html = await page(site, query, Cookie=cookies, **{"Accept-Language": "en"})
        assert '<html lang="ru" data-bs-theme="dark"' in html


async def test_the_legend_stands_on_the_page(site: Site) -> None:
    html = await page(site, "?lang=en")
    assert re.search(r'<th scope="row">92</th><td>refused at once; no message appears here</td>', html)


async def test_everything_the_page_loads_is_its_own(site: Site) -> None:
    loaded = re.findall(r'(?:src|rel="[^"]+" href)="([^"]+)"', await page(site))
    assert len(loaded) > len(SCRIPTS)
    for path in loaded:
        async with site.client.get(path) as response:
            assert (response.status, path.startswith("/static/")) == (200, True)
            content = await response.text()
        if "/phones" in path:
            assert not re.search(r"@import|url\(|innerHTML|insertAdjacentHTML|document\.write|eval\(", content)


async def test_without_an_smsc_there_is_nothing_of_it(site: Site) -> None:
    assert 'id="view-smsc"' not in await page(site)


@pytest.mark.parametrize(("path", "to"), [("/sandbox", "/sandbox/"), ("/sandbox?lang=ru", "/sandbox/?lang=ru")])
async def test_the_slash_is_added(site: Site, path: str, to: str) -> None:
    async with site.client.get(path, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (307, to)
