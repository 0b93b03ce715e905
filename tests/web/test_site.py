from tests.gateway import Inside
from tests.web.browser import Browser
from tolmach.services.entrance import Entrance
from tolmach.web.site import Site


def test_a_site_has_its_services_and_the_look_of_all_pages(indoors: Inside) -> None:
    gateway = indoors.gateway
    entrance = Entrance(gateway.database, gateway.clock)
    site = Site(entrance, gateway.reception, gateway.clock, always_secure=True)
    assert (site.entrance, site.reception) == (entrance, gateway.reception)
    assert site.assets.url("app.css").startswith("/static/app.")


async def test_menus_lead_to_no_phones_where_there_are_none(owner: Browser) -> None:
    shown = await owner.get("/cabinet/")  # where there are some a browser goes there, in chromium/test_desk.py
    assert shown.page.xpath("//nav//a[@href='/cabinet/messages']")
    assert not shown.page.xpath("//a[@href='/sandbox/']")
