"""One request per dialect, filled with an account's data, that works when it is pasted into a shell. ASCII."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

PHONE: Final = "79161234500"  # ends with 00: the sandbox delivers it
_NOW = "$(date +%s)"  # a shell's own number: Mobilgroup refuses the same id twice
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


def samples(login: str, password: str, client_number: int, sender: str) -> Sequence[Sample]:
    """Return the requests for an account."""
    security = f"<security><login value={_attribute(login)}/><password value={_attribute(password)}/></security>"
    sender, login, password = escape(sender), escape(login), escape(password)
    caller = f"<login>{login}</login><password>{password}</password>"
    return (
        Sample(
            "prontosms",
            "/xml/",
            f'{_UTF8}<request><message type="sms"><sender>{sender}</sender><text>Hello from ProntoSMS</text>'
            f'<abonent phone="{PHONE}" number_sms="1"/></message>{security}</request>',
        ),
        Sample(
            "smspager",
            "/send.xml",
            f"{_UTF8}<data>{caller}<action>send</action><source>{sender}</source><text>Hello from SMS-Pager</text>"
            f'<to number="{PHONE}"></to></data>',
        ),
        Sample(
            "targetsms",
            "/xml/message.php",
            f"{_UTF8}<request>{security}<message><send_sms>1</send_sms><sender_sms>{sender}</sender_sms>"
            f'<text_sms>Hello from TargetSMS</text_sms><abonent phone="{PHONE}" client_id_message=""/></message>'
            "</request>",
        ),
        Sample(
            "mobilgroup",
            "/extxml.php",
            f'<?xml version="1.0" encoding="windows-1251"?><request><user_id>{client_number}</user_id>'
            f"<user>{login}</user><pwd>{password}</pwd><command>send</command><phone>{PHONE}</phone>"
            f"<sender>{sender}</sender><message>Hello from Mobilgroup</message><id>{_NOW}</id></request>",
        ),
    )


def _attribute(text: str) -> str:
    return quoteattr(text, {"'": "&apos;"})
