import pytest

from tests.dialects.engine.documents import element
from tolmach.core.content import Address, Content, FlashText, SilentPing, SmsText, VCard, WapPush
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.prontosms import contents

CARD = VCard(
    "Имя",
    cell="1",
    work="2",
    fax="3",
    email="a@b",
    url="http://c",
    position="Должность",
    organization="Организация",
    additional="Ещё\nстрока",
    address=Address("4", "Улица", "Город", "Область", "5", "Страна"),
)
STRUCTURED = {"name": "Имя", "url": " http://c ", "email": "a@b", "position": "Должность"}
STRUCTURED |= {"organization": "Организация", "additional": "Ещё\\nстрока"}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("", SmsText("Yo\nmayo")),
        (" SMS ", SmsText("Yo\nmayo")),
        ("flashsms", FlashText("Yo\nmayo")),
        ("flash_sms", FlashText("Yo\nmayo")),
        ("silence", SilentPing("Yo\nmayo")),
        ("wappush", WapPush("Yo\nmayo", "http://c")),
        ("vcard", VCard("", url="http://c")),
    ],
)
def test_kinds(kind: str, expected: Content) -> None:
    assert contents.read(kind, {"text": "Ё\\nмаё", "translite": "1", "url": " http://c\n"}) == expected


def test_a_kind_that_does_not_exist() -> None:
    with pytest.raises(RequestError) as caught:
        contents.read("mms", {})
    assert caught.value.failure is Failure.BAD_FIELD


def test_a_card_in_attributes_and_in_flat_elements() -> None:
    attributes = dict(STRUCTURED)
    contents.with_attributes(attributes, element('<phone cell="1" work="2" fax="3"/>'))
    home = 'post_office_box="4" street="Улица" city="Город" region="Область" postal_code="5" country="Страна"'
    contents.with_attributes(attributes, element(f"<address {home}/>"))
    flat = {"cell": "1", "work": "2", "fax": "3", "post_office_box": "4", "street": "Улица", "city": "Город"}
    flat |= {"region": "Область", "postal_code": "5", "country": "Страна"}
    assert contents.read("vcard", attributes) == contents.read("vcard", STRUCTURED | flat) == CARD


def test_only_phone_and_address_have_attributes() -> None:
    fields = {"cell": "first"}
    contents.with_attributes(fields, element('<email cell="x" street="y"/>'))
    contents.with_attributes(fields, element('<phone cell="second" street="y" work=""/>'))
    assert fields == {"cell": "first"}
