"""Browsers by the names that people call them, from what they say of themselves."""

import re
from typing import Final

BROWSERS: Final = (
    ("YaBrowser", "Yandex Browser"),
    ("EdgA?", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("(?:Firefox|FxiOS)", "Firefox"),
    ("(?:HeadlessChrome|Chrome|CriOS)", "Chrome"),
    ("Version", "Safari"),
)
"""What stands before the version, and the name; those that also call themselves Chrome come first."""
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
SHOWN: Final = 80


def named(agent: str) -> str:
    """Return browser, version and system (``Chrome 140, Windows``); others as they call themselves, cut."""
    known = ((re.search(rf"\b{mark}/(\d+)", agent), name) for mark, name in BROWSERS)
    browser = next((f"{name} {found[1]}" for found, name in known if found), "")
    if not browser:
        return agent[:SHOWN]
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (browser, system)))
