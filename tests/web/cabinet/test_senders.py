from tests.web.browser import Browser

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FORM = {"name": "MyShop", "counterparty": "Shop LLC", "inn": "7707083893", "template": "Your order", "comment": ""}


async def test_a_sender_is_asked_for_with_its_documents(owner: Browser) -> None:
    await owner.get("/cabinet/senders")
    shown = await owner.follow(await owner.upload("/cabinet/senders", FORM, {"files": ("charter.pdf", PDF)}))
    assert "The sender waits for a decision of the operator." in shown.said()
    assert "MyShop waits for a decision" in shown.said("//main//ul")
    assert "Tolmach may be used" in shown.said("//main//ul")


async def test_what_is_not_taken(owner: Browser) -> None:
    await owner.get("/cabinet/senders")
    shown = await owner.upload("/cabinet/senders", FORM | {"name": "Магазин"}, {})
    assert "At most 11 Latin letters" in shown.said("//*[@id='name-errors']")
    shown = await owner.upload("/cabinet/senders", FORM, {"files": ("virus.exe", b"MZ\x90\x00" + b"\0" * 60)})
    assert (shown.status, "This file is not taken" in shown.said()) == (422, True)
