"""What a gateway logs at its most talkative: keys, and never a password, a text or a whole phone number."""

import asyncio
import os
import re
import sys
from pathlib import Path

import aiohttp

from tests.databases import place_of
from tests.e2e.documents import mobil, mobil_sms, pager, pager_sms, pronto, pronto_sms, target, target_sms, target_viber
from tests.faults.processes import setting
from tests.gateway import DEADLINE, conceal
from tests.receiver import Receiver
from tolmach.services import accounts
from tolmach.services.accounts import Changes
from tolmach.store.database import Database

PASSWORD = "Sesam-öffne-dich"
TEXT = "Геheimtext"
PHONE = "79161234595"  # busy at first, and then delivered
NAMED = {"X-Request-Id": "ours"}  # names that are drawn may have eleven digits in a row, which are nobody's number


def requests() -> list[tuple[str, bytes]]:
    """Return good and bad requests, all with secrets in them."""
    good = [
        ("/xml/", pronto_sms(PHONE, text=TEXT, client_id_sms="k1")),
        ("/xml/message.php", target(target_viber(1, TEXT) + target_sms(2, TEXT), PHONE)),
        ("/send.xml", pager_sms(PHONE, "12125550123", text=TEXT)),
        ("/xml/state.php", pronto("<get_state><id_sms>10</id_sms></get_state>")),
        ("/balance.xml", pager()),
    ]
    bad = [
        ("/xml/", pronto_sms(PHONE, text=TEXT, time_send=f"{TEXT} {PHONE}")),
        ("/xml/", pronto_sms(PHONE, text=TEXT, validity_period=PASSWORD)),
        ("/xml/", pronto_sms(PHONE, text=f"{TEXT} <b>")),
        ("/xml/", pronto_sms(PHONE, text=f"{TEXT} & {PASSWORD}")),
        ("/xml/", pronto_sms(PHONE, text=TEXT, client_id_sms=PHONE * 9)),
        ("/send.xml", pager_sms(PHONE, text=TEXT, more=f"<datetime>{TEXT}</datetime><vp>{PHONE}</vp>")),
        ("/send.xml", pager_sms(PHONE, text=f"{TEXT} &{TEXT};")),
        ("/report.xml", pager(f"<start>{TEXT}</start>")),
        (f"/xml/?password={PASSWORD}&phone={PHONE}", TEXT),
        (f"/sendsms.php?user=demo&pwd={PASSWORD}&dadr={PHONE}&text={TEXT}&sadr=INFORM", ""),
        (f"/sendsms.php?token={PASSWORD}&dadr={PHONE}&text={TEXT}&sadr=INFORM", ""),
        ("/xml/balance.php", pronto("", f'<security><token value="{PASSWORD}"/></security>')),
        ("/balance.xml", f"<data><api_key>{PASSWORD}</api_key></data>"),
        (f"/{PASSWORD}", TEXT),
    ]
    utf8 = [(path, body.replace("demo</pass", f"{PASSWORD}</pass")) for path, body in good + bad]
    utf8 = [(path, body.replace('password value="demo"', f'password value="{PASSWORD}"')) for path, body in utf8]
    windows = [mobil_sms(1, PHONE, text=TEXT), mobil_sms(PHONE, PHONE, text=TEXT * 10), mobil(TEXT)]
    encoded = [
        ("/extxml.php", body.replace("<pwd>demo", f"<pwd>{PASSWORD}").encode("cp1251", "xmlcharrefreplace"))
        for body in windows
    ]
    return [(path, body.encode()) for path, body in utf8] + encoded


async def logged(installation: Path) -> str:
    """Let a gateway do all that, and return what it wrote."""
    environment = {
        **os.environ, "TOLMACH_DATA": str(installation), "TOLMACH_LOG_LEVEL": "debug", "TOLMACH_LOG_FORMAT": "json",
        "TOLMACH_SANDBOX__ENABLED": "true", "TOLMACH_SANDBOX__DELAY": "0", "TOLMACH_CALLBACKS__ALLOW_PRIVATE": "true",
        **setting(installation),
    }  # fmt: skip
    gateway = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from tolmach.cli import main; main()", "serve", "--port", "0",
        env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert gateway.stdout is not None
    greeting = (await gateway.stdout.readline()).decode()
    try:
        async with aiohttp.ClientSession(greeting.split()[-1], timeout=aiohttp.ClientTimeout(DEADLINE)) as http:
            for path, body in requests():
                async with http.post(path, data=body, headers=NAMED) as response:
                    assert response.status == 404 if path == f"/{PASSWORD}" else 200
            wait = {"phone": PHONE, "timeout": str(DEADLINE)}
            async with http.get("/sandbox/api/wait", params=wait, headers=NAMED) as response:
                assert response.status == 200
    finally:
        gateway.terminate()
        _, complaints = await gateway.communicate()
    assert gateway.returncode == 0
    return complaints.decode()


async def test_nothing_secret_is_logged(installation: Path, receiver: Receiver) -> None:
    database = Database(place_of(installation))
    url = receiver.url.replace("127.0.0.1", "user:Geheim@127.0.0.1") + "?token=Geheim"
    database.write_now(lambda tx: accounts.set_password(tx, "demo", conceal(PASSWORD)))
    database.write_now(lambda tx: accounts.change(tx, "demo", Changes(callback_url=url)))
    database.close()
    text = await logged(installation)
    assert "request refused" in text  # it did talk
    for secret in (PASSWORD, "Sesam", TEXT, "heimtext", "Geheim", PHONE, PHONE[1:], "12125550123"):
        assert secret not in text, secret
    assert re.search(r"[0-9]{11}", re.sub(r'"timestamp": ?"[^"]*"', "", text)) is None
    assert "Traceback" not in text
