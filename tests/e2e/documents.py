"""Requests of the four dialects, as a client's program would write them."""

from collections.abc import Iterable

from tolmach.services.demo import CLIENT_NUMBER, LOGIN, PASSWORD

UTF8 = '<?xml version="1.0" encoding="utf-8"?>'
WINDOWS = '<?xml version="1.0" encoding="windows-1251"?>'
SECURITY = f'<security><login value="{LOGIN}"/><password value="{PASSWORD}"/></security>'
CALLER = f"<login>{LOGIN}</login><password>{PASSWORD}</password>"
CLIENT = f"<user_id>{CLIENT_NUMBER}</user_id><user>{LOGIN}</user><pwd>{PASSWORD}</pwd>"


def pronto(content: str, security: str = SECURITY) -> str:
    """A request of ProntoSMS, or of TargetSMS."""
    return f"{UTF8}<request>{content}{security}</request>"


def pronto_sms(*phones: str, text: str = "Привет", sender: str = "INFORM", **attributes: str) -> str:
    """A message of ProntoSMS; ``attributes`` are those of its abonents."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    abonents = "".join(f'<abonent phone="{phone}" number_sms="1"{written}/>' for phone in phones)
    return pronto(f'<message type="sms"><sender>{sender}</sender><text>{text}</text>{abonents}</message>')


def pronto_states(ids: Iterable[object]) -> str:
    """A question for statuses."""
    return pronto(f"<get_state>{''.join(f'<id_sms>{id_}</id_sms>' for id_ in ids)}</get_state>")


def target(content: str, phone: str) -> str:
    """A message of TargetSMS; ``content`` says by which channels."""
    return pronto(f'<message>{content}<abonent phone="{phone}" client_id_message="7"/></message>')


def target_sms(order: int = 1, text: str = "Привет") -> str:
    """The SMS of a message."""
    return f"<send_sms>{order}</send_sms><sender_sms>INFORM</sender_sms><text_sms>{text}</text_sms>"


def target_viber(order: int = 1, text: str = "Привет") -> str:
    """The Viber message of a message."""
    return f"<send_viber>{order}</send_viber><sender_viber>INFORM</sender_viber><text_viber>{text}</text_viber>"


def target_states(*ids: object) -> str:
    """A question for statuses."""
    return pronto(f"<state>{''.join(f'<id_message>{id_}</id_message>' for id_ in ids)}</state>")


def pager(content: str = "", caller: str = CALLER) -> str:
    """A request of SMS-Pager."""
    return f"{UTF8}<data>{caller}{content}</data>"


def pager_sms(*phones: str, text: str = "Привет", more: str = "") -> str:
    """A mailing of SMS-Pager."""
    numbers = "".join(f'<to number="{phone}"></to>' for phone in phones)
    return pager(f"<text>{text}</text><source>INFORM</source>{numbers}{more}")


def mobil(command: str, content: str = "", client: str = CLIENT) -> str:
    """A request of Mobilgroup."""
    return f"{WINDOWS}<request>{client}<command>{command}</command>{content}</request>"


def mobil_sms(id_: object, phone: str, text: str = "Привет", more: str = "") -> str:
    """A message of Mobilgroup."""
    return mobil("send", f"<phone>{phone}</phone><message>{text}</message><id>{id_}</id><rus_sms>1</rus_sms>{more}")
