import gzip
import re
from pathlib import Path

import pytest

from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.web.assets import BUILT, Assets, NotBuiltError
from tolmach.web.look import TEMPLATES

SOURCES = Path(__file__).parents[2] / "src" / "tolmach" / "web"


def test_files_are_named_by_their_content() -> None:
    url = Assets().url("app.css")
    assert re.fullmatch(r"/static/app\.[0-9a-f]{12}\.css", url)


def test_what_was_not_built_is_not_named() -> None:
    with pytest.raises(KeyError):
        Assets().url("jquery.js")
    with pytest.raises(KeyError, match=r"icons\.txt"):
        Assets().icon("unicorn")


def test_without_assets_there_are_no_pages(tmp_path: Path) -> None:
    with pytest.raises(NotBuiltError, match="scripts/setup"):
        Assets(tmp_path)


def test_every_icon_of_the_pages_is_there() -> None:
    named: set[str] = set()
    for file in TEMPLATES.rglob("*.html"):
        named |= set(re.findall(r"""\bicon\("([a-z0-9-]+)\"""", file.read_text("utf-8")))
    assert named
    assert named <= Assets().icons
    sprite = next(BUILT.glob("icons.*.svg")).read_text("utf-8")
    assert all(f'<symbol id="{name}"' in sprite for name in Assets().icons)


async def test_a_browser_keeps_them_for_good(browser: Browser, indoors: Inside) -> None:
    url = Assets().url("app.js")
    plain, packed = await browser.get(url), await browser.get(url, accept_encoding="br, gzip")
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["content-type"].startswith("text/javascript")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert (await browser.get("/static/app.js")).status == 404
    assert (await browser.get("/static/..%2fassets.json")).status == 404


def test_what_is_loaded_from_elsewhere_is_nothing() -> None:
    for file in (*BUILT.glob("*.css"), *TEMPLATES.rglob("*.html"), *(SOURCES / "static").glob("*.js")):
        text = file.read_text("utf-8")
        assert re.findall(r"""(?:@import|src=|href=)\s*["'(]?https?:""", text) == []
        assert re.findall(r"url\(\s*[\"']?https?:", text) == []
