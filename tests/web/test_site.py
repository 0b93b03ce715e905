import jinja2
import pytest

from tests.gateway import Inside
from tolmach.services.entrance import Entrance
from tolmach.web.languages import LANGUAGES
from tolmach.web.site import TEMPLATES, Site


def test_every_template_compiles_in_every_language_and_escapes(indoors: Inside) -> None:
    gateway = indoors.gateway
    site = Site(Entrance(gateway.database, gateway.clock), gateway.reception)
    assert site.environments.keys() == LANGUAGES.keys()
    for environment in site.environments.values():
        assert environment.autoescape
        for file in TEMPLATES.rglob("*.html"):
            environment.get_template(file.relative_to(TEMPLATES).as_posix())
        with pytest.raises(jinja2.UndefinedError):
            environment.from_string("{{ nothing }}").render()
