"""What every page has in common."""

import jinja2
import pytest

from tolmach.web.languages import LANGUAGES
from tolmach.web.look import TEMPLATES, Look


def test_every_template_compiles_in_every_language_and_escapes() -> None:
    look = Look()
    assert look.environments.keys() == LANGUAGES.keys()
    for environment in look.environments.values():
        assert environment.autoescape
        for file in TEMPLATES.rglob("*.html"):
            environment.get_template(file.relative_to(TEMPLATES).as_posix())
        with pytest.raises(jinja2.UndefinedError):
            environment.from_string("{{ nothing }}").render()
