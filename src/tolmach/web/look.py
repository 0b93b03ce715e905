"""What every page has in common, whoever asks and whatever it shows: templates in every language, assets, cookies."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from tolmach import __version__
from tolmach.services.explanations import REJECTIONS
from tolmach.web import languages, words
from tolmach.web.assets import Assets
from tolmach.web.languages import Catalogue
from tolmach.web.security import Cookies

TEMPLATES = Path(__file__).parent / "templates"


class Look:
    """The parts that pages are made of; raises `NotBuiltError` without the assets."""

    def __init__(self, *, always_secure: bool = False) -> None:
        self.assets = Assets()
        self.cookies = Cookies(always_secure=always_secure)
        self.catalogues: Mapping[str, Catalogue] = languages.load()
        self.environments = {language: self._environment(language) for language in languages.LANGUAGES}

    def _environment(self, language: str) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        installed: Any = environment
        installed.install_gettext_translations(self.catalogues[language], newstyle=True)
        environment.globals |= {
            "asset": self.assets.url,
            "icon_url": self.assets.icon,
            "version": __version__,
            "statuses": words.STATUSES,
            "colours": words.COLOURS,
            "channels": words.CHANNELS,
            "rejections": REJECTIONS,
            "actions": words.ACTIONS,
        }
        return environment
