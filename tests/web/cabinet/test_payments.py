from tests.web.browser import Browser


async def test_top_ups_and_what_they_buy(owner: Browser) -> None:
    shown = await owner.get("/cabinet/payments")
    assert "Top-up demonstration 1,000.00 ₽" in shown.said().replace("\N{NO-BREAK SPACE}", " ")
    assert "Россия SMS 1.00 ₽ 1,000" in shown.said().replace("\N{NO-BREAK SPACE}", " ")
