"""No account sees or touches what belongs to another: every address of every dialect, with every id of a neighbour.

The law: an answer to the id of another account is the answer to an id that nobody has. It is asked of all endpoints
with one document per dialect that names the id in every place where any method looks for one, so a new method is held
to it as soon as it is there. A method that looks somewhere else must be given its place here.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.clock import NOON, FakeClock
from tests.dialects.prontosms.test_multipart import form, named
from tests.e2e.documents import (
    mobil_sms,
    pager_sms,
    pronto,
    pronto_sms,
    target,
    target_sms,
    target_viber,
)
from tests.gateway import Inside, conceal, inside
from tolmach.core.accounts import DIALECTS
from tolmach.dialects import mobilgroup, prontosms, smspager, targetsms
from tolmach.dialects.contract import Endpoint
from tolmach.services import accounts, demo, ledger, senders
from tolmach.services.accounts import Changes
from tolmach.store import schema
from tolmach.store.database import Tx

SECRET, PHONE = "Тайна", "79161234500"
UPLOAD = [
    (named("login"), b"demo"),
    (named("password"), b"demo"),
    (named("file", '; filename="letter.pdf"'), b"%PDF-1.7 " + SECRET.encode()),
]
RIVAL, PASSWORD = "rival", "rivals-password"
NOBODYS = "98765430"  # a number that nothing has
ENDPOINTS: list[Endpoint[Any]] = [
    endpoint for dialect in (prontosms, targetsms, smspager, mobilgroup) for endpoint in dialect.endpoints()
]
PATHS = [path for endpoint in ENDPOINTS for path in endpoint.paths]

SECURITY = f'<security><login value="{RIVAL}"/><password value="{PASSWORD}"/></security>'
V1 = """<request>
<get_state><id_sms>ID</id_sms></get_state><state><id_message>ID</id_message></state>
<base id_base="ID" page="1"><phone phone="79161234599" name="Eve"/></base>
<bases><base id_base="ID" name_base="Mine"/></bases><delete_bases><base id_base="ID"/></delete_bases>
<patterns><pattern id_pattern="ID" name="Mine">Mine</pattern></patterns>
<delete_patterns><pattern id_pattern="ID"/></delete_patterns>
<check obgect="base" id="ID"/><scheduled page="1"/><delete_schedule><schedule id_sms="ID"/></delete_schedule>
<time start="2026-03-01 00:00:00" end="2026-03-03 00:00:00"/>
<originator>Mine<file id="ID"/></originator>
<registry_originator operator="" originator="" inn=""/>
<delete_registry_originator><originator originator="INFORM"/></delete_registry_originator>
<stats after="0"/><client login_client="demo" balance="1" type_transaction="manager"/>
</request>""".replace("</request>", SECURITY + "</request>")
PAGER = f"<data><login>{RIVAL}</login><password>{PASSWORD}</password><smsid>ID</smsid></data>"
MOBIL = (
    f"<request><user_id>2</user_id><user>{RIVAL}</user><pwd>{PASSWORD}</pwd><command>status</command><id>ID</id>"
    "<extended>1</extended></request>"
)
DOCUMENTS = {"prontosms": V1, "targetsms": V1, "smspager": PAGER, "mobilgroup": MOBIL}


@dataclass(frozen=True)
class Neighbours:
    """A gateway with two accounts; ``ids`` are those of the first one's things."""

    gateway: Inside
    ids: tuple[str, ...]


@pytest.fixture
async def neighbours(installation: Path) -> AsyncIterator[Neighbours]:
    async with inside(installation, clock=FakeClock()) as gateway:
        await gateway.write(add_rival)
        ids: set[str] = {"4711", "77", "1", "2"}
        for path, body in owned():
            answer = (await gateway.ask(path, body.encode())).body.decode("utf-8", "replace")
            ids |= set(re.findall(r'\bid\w*="([0-9]+)"', answer))
        form_head = [(b"content-type", b"multipart/form-data; boundary=b")]
        stored = await gateway.ask("/xml/file.php", form(*UPLOAD), headers=form_head)
        assert stored.body.isdigit(), stored
        ids |= {stored.body.decode()}
        ids -= {"0"}
        ids |= {str(number + 1) for number in map(int, ids & {"10", "20", "30"})}  # their first legs
        yield Neighbours(gateway, tuple(sorted(ids)))


def add_rival(tx: Tx) -> None:
    accounts.add(tx, RIVAL, conceal(PASSWORD), Changes(tariff=demo.TARIFF), NOON)
    ledger.top_up(tx, RIVAL, demo.BALANCE, "", NOON)
    senders.add(tx, RIVAL, "INFORM", NOON, approved=True)


def owned() -> Iterator[tuple[str, str]]:
    """Yield requests that give the first account something of every kind."""
    yield "/xml/", pronto_sms(PHONE, text=SECRET, client_id_sms="k1")
    yield "/xml/", pronto_sms(PHONE, text=SECRET, time_send="2026-03-03 10:00")
    yield "/xml/message.php", target(target_viber(1, SECRET) + target_sms(2, SECRET), PHONE)
    yield "/send.xml", pager_sms(PHONE, text=SECRET, more="<smsid>4711</smsid>")
    yield "/extxml.php", mobil_sms("77", PHONE, text="Secret")
    yield "/xml/bases.php", pronto(f'<bases><base number_base="1" name_base="{SECRET}">{SECRET}</base></bases>')
    yield "/xml/phones.php", pronto(f'<base id_base="1"><phone phone="{PHONE}" name="{SECRET}"/></base>')
    yield (
        "/xml/patterns.php",
        pronto(f'<patterns><pattern number_pattern="1" name="{SECRET}">{SECRET}</pattern></patterns>'),
    )
    yield "/xml/stop.php", pronto(f'<add_stop><phone phone="{PHONE}"/></add_stop>')


def everything(tx: Tx) -> dict[str, list[tuple[Any, ...]]]:
    """Return what belongs to others than the rival, and who they are to it."""
    rival = tx.execute(select(schema.accounts.c.id).where(schema.accounts.c.login == RIVAL)).scalar_one()
    found = {}
    for table in schema.metadata.sorted_tables:
        owner = "id" if table is schema.accounts else "account_id"
        rows = [tuple(row) for row in tx.execute(select(table)) if getattr(row, owner, None) != rival]
        if table.name != "counters":
            found[table.name] = rows
    return found


async def answered(gateway: Inside, endpoint: Endpoint[Any], path: str, number: str) -> str:
    """Ask as the rival; the id is taken out of the answer."""
    body = DOCUMENTS[endpoint.dialect].replace("ID", number)
    query = f"?user={RIVAL}&pwd={PASSWORD}&smsid={number}"
    answer = (await gateway.ask(path + query, b"" if "sendsms" in path else body.encode())).body.decode(
        "utf-8", "replace"
    )
    return re.sub(rf'(\bid\w*="|<smsid>|<id>){number}(?=["<])', r"\1#", answer)


@pytest.mark.parametrize("path", PATHS)
async def test_the_id_of_another_account_is_an_id_that_nobody_has(neighbours: Neighbours, path: str) -> None:
    gateway = neighbours.gateway
    endpoint = gateway.gateway.northbound.endpoint(path)
    assert endpoint is not None
    expected = await answered(gateway, endpoint, path, NOBODYS)
    before = await gateway.read(everything)
    for number in neighbours.ids:
        answer = await answered(gateway, endpoint, path, number)
        assert answer == expected, number
        assert SECRET not in answer
        assert PHONE not in answer
    assert await gateway.read(everything) == before


async def test_there_is_something_to_be_kept_apart(neighbours: Neighbours) -> None:
    """The owner finds by these ids what the neighbour does not."""
    assert {"10", "11", "20", "30", "1", "4711", "77"} <= set(neighbours.ids)
    for endpoint in ENDPOINTS:
        assert endpoint.dialect in DIALECTS
    own = pronto("<get_state><id_sms>10</id_sms><id_sms>11</id_sms></get_state>").encode()
    assert (await neighbours.gateway.ask("/xml/state.php", own)).body.count(b">send</state>") == 2
