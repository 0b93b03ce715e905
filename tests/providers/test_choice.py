import pytest

from tolmach.core.http_links import (
    GenericLink,
    HttpLink,
    MobilgroupLink,
    ProntosmsLink,
    Question,
    Reading,
    SmspagerLink,
    TargetsmsLink,
)
from tolmach.providers.choice import provider_of
from tolmach.providers.generic import Generic
from tolmach.providers.mobilgroup import Mobilgroup
from tolmach.providers.prontosms import Prontosms
from tolmach.providers.smspager import Smspager
from tolmach.providers.targetsms import Targetsms

GATE = GenericLink(name="gate", send=Question(url="https://a.example/"), answer=Reading(id="json:id"))


@pytest.mark.parametrize(
    ("link", "provider"),
    [
        (ProntosmsLink(name="one", login="me", batch=7), Prontosms),
        (TargetsmsLink(name="one", login="me", batch=7), Targetsms),
        (SmspagerLink(name="one", login="me"), Smspager),
        (MobilgroupLink(name="one", login="me", client="1"), Mobilgroup),
        (GATE, Generic),
    ],
)
def test_the_type_of_a_link_names_its_provider(link: HttpLink, provider: type[object]) -> None:
    made = provider_of(link)
    assert isinstance(made, provider)
    assert made.batch == (7 if link.batch == 7 else 1)


def test_a_link_of_no_type() -> None:
    with pytest.raises(TypeError):
        provider_of(HttpLink(name="one", url="https://a.example/"))
