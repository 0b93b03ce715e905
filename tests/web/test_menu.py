from tolmach.web import menu
from tolmach.web.door import PAGES


def test_every_item_leads_to_a_page_and_stands_once() -> None:
    paths = [item.path for item in (*menu.CABINET, *menu.DESK)]
    assert set(paths) <= {page.path for page in PAGES if not page.posts}
    assert len(set(paths)) == len(paths)


def test_cabinet_and_desk_are_apart() -> None:
    assert all(item.path.startswith("/cabinet/") for item in menu.CABINET)
    assert all(item.path.startswith("/desk/") for item in menu.DESK)
