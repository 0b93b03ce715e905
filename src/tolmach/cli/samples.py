"""One request per dialect that works when it is pasted into a shell. ASCII, so that every terminal keeps it whole."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tolmach.services.demo import CLIENT_NUMBER, LOGIN, OPERATOR, PASSWORD, SENDER

PHONE: Final = "79161234500"  # ends with 00: the sandbox delivers it
ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104
_NOW = "$(date +%s)"  # a shell's own number: Mobilgroup refuses the same id twice

_SECURITY = f'<security><login value="{LOGIN}"/><password value="{PASSWORD}"/></security>'
_CALLER = f"<login>{LOGIN}</login><password>{PASSWORD}</password>"
_UTF8 = '<?xml version="1.0" encoding="utf-8"?>'


@dataclass(frozen=True, slots=True)
class Sample:
    """A request of a dialect; a shell puts a number of its own in the place of ``$(date +%s)``."""

    dialect: str
    path: str
    body: str

    def curl(self, url: str) -> str:
        """Return the command that posts it, on one line."""
        pieces = [shlex.quote(piece) for piece in self.body.split(_NOW)]
        return f"curl -s {shlex.quote(url + self.path)} --data-binary {_NOW.join(pieces)}"


SAMPLES: Final = (
    Sample(
        "prontosms",
        "/xml/",
        f'{_UTF8}<request><message type="sms"><sender>{SENDER}</sender><text>Hello from ProntoSMS</text>'
        f'<abonent phone="{PHONE}" number_sms="1"/></message>{_SECURITY}</request>',
    ),
    Sample(
        "smspager",
        "/send.xml",
        f"{_UTF8}<data>{_CALLER}<action>send</action><source>{SENDER}</source><text>Hello from SMS-Pager</text>"
        f'<to number="{PHONE}"></to></data>',
    ),
    Sample(
        "targetsms",
        "/xml/message.php",
        f"{_UTF8}<request>{_SECURITY}<message><send_sms>1</send_sms><sender_sms>{SENDER}</sender_sms>"
        f'<text_sms>Hello from TargetSMS</text_sms><abonent phone="{PHONE}" client_id_message=""/></message></request>',
    ),
    Sample(
        "mobilgroup",
        "/extxml.php",
        f'<?xml version="1.0" encoding="windows-1251"?><request><user_id>{CLIENT_NUMBER}</user_id><user>{LOGIN}</user>'
        f"<pwd>{PASSWORD}</pwd><command>send</command><phone>{PHONE}</phone><sender>{SENDER}</sender>"
        f"<message>Hello from Mobilgroup</message><id>{_NOW}</id></request>",
    ),
)


def introduction(url: str, smpp: tuple[str, int] | None = None) -> Iterator[str]:
    """Yield the lines that a demonstration greets with; ``smpp`` is the address for SMPP clients."""
    url = reachable(url)
    yield f"Tolmach listens on {url}"
    yield f"virtual phones:    {url}/sandbox/"
    yield f"cabinet:           {url}/cabinet/ as {LOGIN} with password {PASSWORD} (operator: {OPERATOR}, {PASSWORD})"
    yield f"account:           login {LOGIN}, password {PASSWORD}, user_id {CLIENT_NUMBER}"
    if smpp is None:
        yield "SMPP:              off, its port is taken (choose another with --smpp-port)"
    else:
        yield f"SMPP:              {smpp[0]}:{smpp[1]}, system id {LOGIN}, password {PASSWORD}"
    for sample in SAMPLES:
        yield ""
        yield f"# {sample.dialect}"
        yield sample.curl(url)
    yield ""
    yield "Stop with Ctrl-C."


def reachable(url: str) -> str:
    """Return an address that this machine can be reached at, for one that means all of its addresses."""
    for anywhere, here in ANYWHERE.items():
        url = url.replace(f"//{anywhere}:", f"//{here}:")
    return url
