"""A birthday from the client's document to the virtual phone: nobody sends anything but the base."""

from datetime import UTC, datetime
from pathlib import Path

from tests.gateway import running
from tolmach.core.timezones import to_wall

SECURITY = '<security><login value="demo"/><password value="demo"/></security>'
PHONE = "79161234500"


async def test_a_subscriber_is_greeted_on_the_phone_once(installation: Path) -> None:
    today = to_wall(datetime.now(UTC), "Europe/Moscow").date().replace(year=2000)
    base = '<base number_base="1" name_base="Office" time_birth="00:00" on_birth="yes">Happy birthday, #name#!</base>'
    phone = f'<phone phone="{PHONE}" name="Anna" date_birth="{today}"/>'
    async with running(installation) as live:
        answer = await live.post("/xml/bases.php", f"<request><bases>{base}</bases>{SECURITY}</request>")
        assert '<base number_base="1" id_base="1">insert</base>' in answer
        answer = await live.post("/xml/phones.php", f'<request><base id_base="1">{phone}</base>{SECURITY}</request>')
        assert f'<phone phone="{PHONE}">insert</phone>' in answer
    for _ in range(2):  # a gateway looks for birthdays when it starts
        async with running(installation) as live:
            message = await live.phone(PHONE)
            assert (message["text"], message["sender"]) == ("Happy birthday, Anna!", "Tolmach")
            await live.settled()
            assert len(await live.messages(PHONE)) == 1
