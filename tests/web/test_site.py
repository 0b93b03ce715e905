from tests.gateway import Inside
from tolmach.services.entrance import Entrance
from tolmach.web.site import Site


def test_a_site_has_its_services_and_the_look_of_all_pages(indoors: Inside) -> None:
    gateway = indoors.gateway
    entrance = Entrance(gateway.database, gateway.clock)
    site = Site(entrance, gateway.reception, gateway.clock, always_secure=True)
    assert (site.entrance, site.reception) == (entrance, gateway.reception)
    assert site.assets.url("app.css").startswith("/static/app.")
