"""The links of docs/operations/http-links.md are links."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from textwrap import dedent

import pytest

from tolmach.core.http_links import HttpLink
from tolmach.providers.choice import provider_of
from tolmach.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "operations" / "http-links.md").read_text()
BLOCKS = [dedent(block) for block in re.findall(r"(?:^(?: {4}.*)?\n)+", PAGE, re.MULTILINE) if "[[links]]" in block]


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_example(block: str) -> None:
    links = Settings(links=tomllib.loads(block)["links"]).links
    for link in links:
        assert isinstance(link, HttpLink)
        assert provider_of(link).channels


def test_every_setting_is_described() -> None:
    assert len(BLOCKS) == 3
    names = {one.name for one in fields(HttpLink) if one.name != "poll"} | {"client", "poll.first", "poll.most"}
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []
