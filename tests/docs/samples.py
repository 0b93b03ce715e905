"""A request for every method of every dialect, with every field that a manual or a client knows of.

Values are none of the defaults, so that a request without a field means something else, if the field is read at all.
``shown`` is what the matrix calls a method; several documents are needed where fields exclude each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One method: its dialect and address, and documents (XML), or parameters of a query or of a form."""

    dialect: str
    path: str
    documents: tuple[str | Fields, ...]
    shown: str = ""
    multipart: bool = False
    caller: bool = False  # it stands for all methods: the fields by which somebody says who he is

    @property
    def title(self) -> str:
        """What the matrix calls it."""
        return self.shown or f"`{self.path}`"


SECURITY = '<security><login value="demo"/><password value="secret"/></security>'
TOKEN = '<security><token value="key"/></security>'
DATES = 'time_send="2030-01-01 10:00" validity_period="2030-01-02 10:00" validity_period_viber="2030-01-02 11:00"'
TEXT = f"""<message type="flashsms" type_send_1="viber" type_send_2="sms">
<sender>A</sender><text>Текст</text><translite>1</translite><name_delivery>N</name_delivery>
<sender_viber>V</sender_viber><text_viber>T</text_viber><button_viber>B</button_viber>
<action_viber>http://x/</action_viber><image_viber>http://y/</image_viber>
<abonent phone="79161234500" number_sms="1" client_id_sms="7" phone_id="8" {DATES}/></message>"""
LINK = """<message type="wappush"><sender>A</sender><text>T</text><url>http://x/</url>
<abonent phone="79161234500"/></message>"""
CARD = """<message type="vcard"><sender>A</sender><name>N</name><email>e</email><position>p</position>
<organization>o</organization><additional>a</additional><phone cell="1" work="2" fax="3"/>
<address post_office_box="1" street="2" city="3" region="4" postal_code="5" country="6"/>
<abonent phone="79161234500"/></message>"""
BASE = """<bases><base id_base="1" number_base="2" name_base="N" time_birth="12:48" local_time_birth="yes"
day_before="1" originator_birth="A" on_birth="yes">T</base></bases>
<delete_bases><base id_base="3" number_base="9"/></delete_bases>"""
PHONES = """<base id_base="1"><phone phone="79161234500" region="R" operator="O" name="N" surname="S" patronymic="P"
date_birth="1984-08-21" male="f" addition_1="1" addition_2="2" addition_3="3" addition_4="4" addition_5="5"
number_phone="1"/><phone phone="79161234501" action="delete"/></base>"""
STATS = """<stats date_start="2026-01-02" date_stop="2026-01-03" state="deliver" originator="A" phone="79161234500"
operator="МТС" from_hour="1" from_minute="2" to_hour="3" to_minute="4" after="10"/>"""
ORIGINATOR = """<originator INN="1" KPP="2" OGRN="3" name_counterparty="C" template="T" comment="M">A</originator>
<operator MCC="250" MNC="01"/><file href="http://x/"/><file id="7"/>"""
PATTERNS = """<patterns><pattern id_pattern="1" name="N">T</pattern><pattern number_pattern="1" name="N">T</pattern>
</patterns><delete_patterns><pattern id_pattern="2" number_pattern="9"/></delete_patterns>"""
REGISTRY = """<registry_originator><originator originator="A" operator="mts" legal_entity="L" inn="7" comment="C"/>
</registry_originator><delete_registry_originator><originator originator="B" operator="mega"/>
</delete_registry_originator>"""


def _prontosms(path: str, *payloads: str) -> Sample:
    documents = tuple(f"<request>{payload}{SECURITY}</request>" for payload in payloads)
    return Sample("prontosms", path, documents)


def _smspager(method: str, payload: str) -> Sample:
    document = f"<data><login>demo</login><password>secret</password>{payload}</data>"
    return Sample("smspager", f"/{method}.xml", (document,))


def _mobilgroup(command: str, *payloads: str) -> Sample:
    head = f"<user_id>1</user_id><user>demo</user><pwd>secret</pwd><command>{command}</command>"
    documents = tuple(f"<request>{head}{payload}</request>" for payload in payloads)
    return Sample("mobilgroup", "/extxml.php", documents, f"`{command}`")


PRONTOSMS = (
    Sample(
        "prontosms",
        "/xml/time.php",
        (f"<request>{SECURITY}</request>", f"<request>{TOKEN}</request>"),
        "every XML method",
        caller=True,
    ),
    _prontosms("/xml/", TEXT, LINK, CARD),
    _prontosms("/xml/state.php", "<get_state><id_sms>10</id_sms></get_state>"),
    _prontosms("/xml/def.php", "<phones><phone>79161234500</phone></phones>"),
    _prontosms("/xml/bases.php", BASE),
    _prontosms("/xml/list_phones.php", '<base id_base="1" page="2" last_update="2026-01-02 03:04:05"/>'),
    _prontosms("/xml/phones.php", PHONES),
    _prontosms("/xml/stop.php", '<add_stop><phone phone="1"/></add_stop><delete_stop><phone phone="2"/></delete_stop>'),
    _prontosms("/xml/list_scheduled.php", '<scheduled page="2"/>'),
    _prontosms("/xml/scheduled.php", '<delete_schedule><schedule id_sms="10"/></delete_schedule>'),
    _prontosms("/xml/incoming.php", '<time start="2012-01-31 12:23:00" end="2012-02-28 12:23:00"/>'),
    _prontosms("/xml/check_change.php", '<check obgect="base" id="1"/>'),
    _prontosms("/xml/add_originator.php", ORIGINATOR),
    _prontosms("/xml/list_registry_originator.php", '<registry_originator operator="mts" originator="A" inn="7"/>'),
    _prontosms("/xml/registry_originator.php", REGISTRY),
    _prontosms("/xml/patterns.php", PATTERNS),
    _prontosms("/xml/stats.php", STATS),
    _prontosms("/xml/get_state.php", '<get_state type="set">http://x/</get_state>'),
    _prontosms("/xml/add_balance.php", '<client login_client="c" balance="1.5" type_transaction="write_off"/>'),
    Sample(
        "prontosms",
        "/xml/file.php",
        (
            {"login": "demo", "password": "secret", "file": "content"},
            {"login": "demo", "passsword": "secret", "file": "content"},
            {"token": "key", "file": "content"},
        ),
        multipart=True,
    ),
    Sample(
        "prontosms",
        "/sendsms.php",
        (
            {
                "user": "demo",
                "pwd": "secret",
                "dadr": "79161234500",
                "sadr": "A",
                "text": "Текст",
                "translite": "1",
                "name_delivery": "N",
                "time_send": "2030-01-01 10:00",
                "validity_period": "2030-01-02 10:00",
                "type_send_1": "viber",
                "type_send_2": "sms",
                "sender_viber": "V",
                "text_viber": "T",
                "button_viber": "B",
                "action_viber": "http://x/",
                "image_viber": "http://y/",
                "validity_period_viber": "2030-01-02 11:00",
            },
            {"token": "key", "smsid": "10"},
            {"token": "key", "balance": "1"},
        ),
    ),
)

CASCADE = {
    "send_viber": "3",
    "send_sms": "4",
    "send_whatsapp": "1",
    "send_vk": "2",
    "name_delivery": "N",
    "time_send": "2030-01-01 10:00",
    "sender_viber": "V",
    "text_viber": "T",
    "button_text": "B",
    "button_url": "http://x/",
    "image_url": "http://y/",
    "validity_period_viber": "30",
    "finale_viber_read": "1",
    "sender_sms": "A",
    "text_sms": "T",
    "sender_whatsapp": "W",
    "text_whatsapp": "T",
    "button_text_whatsapp": "B",
    "button_url_whatsapp": "http://x/",
    "image_url_whatsapp": "http://y/",
    "validity_period_whatsapp": "40",
    "sender_vk": "K",
    "text_vk": "T",
    "validity_period_vk": "50",
    "templateId": "7",
    "templateData": "{}",
}
MESSAGE = "".join(f"<{name}>{value}</{name}>" for name, value in CASCADE.items())
TARGETSMS = (
    Sample(
        "targetsms",
        "/xml/message.php",
        (f"<request>{SECURITY}</request>", f"<request>{TOKEN}</request>"),
        "both XML methods",
        caller=True,
    ),
    Sample(
        "targetsms",
        "/xml/message.php",
        (
            f'<request><message>{MESSAGE}<abonent phone="79161234500" client_id_message="7"/></message>'
            f"{SECURITY}</request>",
        ),
    ),
    Sample(
        "targetsms",
        "/xml/state_message.php",
        (f"<request><state><id_message>10</id_message></state>{SECURITY}</request>",),
    ),
    Sample(
        "targetsms",
        "/sendmessage.php",
        (
            {"login": "demo", "password": "secret", "phone": "79161234500", "client_id_message": "7", **CASCADE},
            {"token": "key", "id_message": "10"},
        ),
    ),
)

SMSPAGER = (
    Sample(
        "smspager",
        "/balance.xml",
        (
            "<data><login>demo</login><password>secret</password></data>",
            "<data><api_key>key</api_key></data>",
        ),
        "every method",
        caller=True,
    ),
    _smspager(
        "send",
        "<action>check</action><text>T</text><source>A</source><smsid>s</smsid><datetime>2030-01-01 10:00:00</datetime>"
        "<vp>60</vp><onlydelivery>1</onlydelivery><regionalTime>1</regionalTime><stop>0</stop>"
        "<allowed_opsos>mts</allowed_opsos><exclude_opsos>beeline</exclude_opsos><flash>1</flash><name>N</name>"
        "<channel>3</channel><use_alfasource>1</use_alfasource><discountID>5</discountID><check>1</check>"
        '<to number="79161234500"/><to number="79161234501">Own</to>',
    ),
    _smspager(
        "report",
        "<start>2026-01-02</start><stop>2026-01-03</stop><source>A%</source><number>7916%</number>",
    ),
    Sample(
        "smspager",
        "/report.xml",
        (
            "<data><login>demo</login><password>secret</password><smsid>s</smsid>"
            "<return-delivery-datetime>1</return-delivery-datetime></data>",
        ),
        "`/report.xml` of one mailing",
    ),
    _smspager("cancel", "<action>check</action><smsid>s</smsid>"),
)

SENDING = (
    "<id>7</id><phone>79161234500</phone><message>Текст</message><sender>A</sender>"
    "<schedule>2030-01-01 10:00</schedule><valid>5</valid>"
)
MOBILGROUP = (
    Sample(
        "mobilgroup",
        "/extxml.php",
        ("<request><user_id>1</user_id><user>demo</user><pwd>secret</pwd><command>balance</command></request>",),
        "every command",
        caller=True,
    ),
    _mobilgroup("send", f"{SENDING}<rus_sms>1</rus_sms>", f"{SENDING}<translit>0</translit>"),
    _mobilgroup("status", "<id>7</id><extended>1</extended>"),
    _mobilgroup("balance", "<id>7</id>"),
)

SAMPLES = (*PRONTOSMS, *TARGETSMS, *SMSPAGER, *MOBILGROUP)
TITLES: Mapping[str, str] = {
    "prontosms": "ProntoSMS, TargetSMS version 1",
    "targetsms": "TargetSMS version 2",
    "smspager": "SMS-Pager",
    "mobilgroup": "Mobilgroup",
}
# addresses that say the same in another form, and methods that read nothing but who asks
SAME_AS: Mapping[str, str] = {
    "prontosms": (
        "`/sendsmsjson.php` reads the fields of every XML method by the same names "
        "([where its own names differ](prontosms.md#json-sendsmsjsonphp)). `/xml/balance.php`, `/xml/originator.php`, "
        "`/xml/list_bases.php`, `/xml/list_stop.php`, `/xml/list_patterns.php` and `/xml/time.php` read nothing but "
        "who asks, and `/xml/version.php` nothing."
    ),
    "targetsms": (
        "`/sendmessagejson.php` reads the fields of both XML methods by the same names, with `phones` for `abonent`."
    ),
    "smspager": "`/API/XML/*.php` read the same; in their address also `returnType`.",
    "mobilgroup": "",
}
