"""What `bench.pages` asks: every page of cabinet, desk and phones, downloads, and what dialects tell of a period."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench import filler
from tolmach.services import demo
from tolmach.web.door import PAGES

FILES = (".csv", ".xlsx", "/csv")
NEEDS_MORE = frozenset(
    {"/cabinet/users/{id}", "/desk/moderation/files/{id}", "/desk/added-links/{name}", "/sign-in/code"}
)
"""Pages of one thing that the generated database does not have, or that nobody can be at."""

PHONE = "79000007919"
MORE = {
    demo.LOGIN: (
        "/cabinet/messages?status=failed",
        "/cabinet/messages?status=delivered",
        "/cabinet/messages?status=waiting",
        "/cabinet/messages?recipient=7900",
        "/cabinet/messages?recipient=79161234500",
        "/cabinet/messages?sender=Tolmach",
        "/cabinet/messages?sender=Nobody",
        "/cabinet/messages?period=today&status=failed",
        "/cabinet/messages?period=month&sender=Nobody",
        "/cabinet/messages?from={late}&to={late}",
        "/cabinet/messages?from={early}&to={early}&status=waiting",
        "/cabinet/messages?before={middle}",
        "/cabinet/messages?before={middle}&status=failed",
        "/cabinet/messages?before=2000",
        "/cabinet/messages?campaign=25",
        "/cabinet/messages?campaign=25&status=failed",
        "/cabinet/campaigns?before=20",
        "/cabinet/bases/1?page=150",
        "/cabinet/inbox/1",
        "/cabinet/inbox?before=500",
        "/cabinet/messages/export.csv?status=failed",
        "/cabinet/messages/export.csv?sender=Nobody",
        "/cabinet/messages/export.xlsx?from={early}&to={early}",
    ),
    demo.OPERATOR: (
        "/desk/traffic?window=quarter",
        "/desk/traffic?window=hour",
        "/desk/ledger?kind=top-up",
        "/desk/ledger?login=client07",
        "/desk/ledger?login=client07&kind=release",
        "/desk/ledger?login=demo&before=1000",
        "/desk/ledger?login=demo&kind=transfer",
        "/desk/routes?number=79161234500",
        "/desk/accounts?search=client",
        "/desk/stops?prefix=790",
        "/desk/callbacks?login=client07",
        "/desk/callbacks?login=demo&before=200",
        "/desk/numbering?number=79161234500",
        "/desk/changes?before=10000",
        "/desk/ledger.csv?login=client07",
    ),
    "": (
        "/sandbox/",
        "/sandbox/api/phones",
        "/sandbox/api/phones?prefix=7900",
        "/sandbox/api/phones?prefix=79",
        f"/sandbox/api/phones/{PHONE}",
        f"/sandbox/api/phones/{PHONE}/replies",
        f"/sandbox/api/messages?phone={PHONE}",
        "/sandbox/api/messages",
        "/sandbox/api/messages?containing=ready",
        "/sandbox/api/messages?containing=no+such+words",
        "/sandbox/api/messages?containing=no+such+words&since=2026-01-01T00:00:00Z",
        "/sandbox/api/messages?sender=Nobody",
        "/sandbox/api/messages?outcome=expired",
        "/sandbox/api/messages/77",
        "/sandbox/api/messages/77/raw",
    ),
}
"""What is asked beside the plain pages, by whom; for days and ids in braces see `Known`."""

_SECURITY = f'<security><login value="{demo.LOGIN}"/><password value="{demo.PASSWORD}"/></security>'
_ENTRY = f"<login>{demo.LOGIN}</login><password>{demo.PASSWORD}</password>"


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to be asked about: ``messages`` were accepted in the month before ``now``."""

    messages: int
    now: datetime

    @property
    def words(self) -> dict[str, str]:
        """What stands for the words in braces: an early and a late day, and the id in the middle."""
        return {
            "early": f"{self.now - timedelta(days=filler.DAYS - 5):%Y-%m-%d}",
            "late": f"{self.now - timedelta(days=2):%Y-%m-%d}",
            "middle": str(self.messages // 2 // 10 * 10 * 10),
        }

    @property
    def ids(self) -> dict[str, object]:
        """Which one is asked for, by the pages of one thing."""
        return {
            "/cabinet/messages/{id}": self.words["middle"],
            "/cabinet/campaigns/{id}": 1,
            "/cabinet/bases/{id}": 1,
            "/cabinet/inbox/{id}": 1,
            "/cabinet/imports/{id}": 1,
            "/cabinet/invoices/{id}": 1,
            "/desk/days/{day}": self.words["late"],
            "/desk/accounts/{login}": demo.LOGIN,
            "/desk/tariffs/{name}": demo.TARIFF,
            "/desk/links/{name}": "sandbox",
        }


@dataclass(frozen=True, slots=True)
class Document:
    """What a program asks: where, what it is called in the table, and the document."""

    path: str
    title: str
    body: str


def documents(known: Known) -> Iterator[Document]:
    """Yield what the dialects are asked about a period, about many messages, and page by page."""
    early, late, middle = known.words["early"], known.words["late"], int(known.words["middle"])
    many = "".join(f"<id_sms>{middle + 10 * place}</id_sms>" for place in range(1000))
    kept = "".join(f"<id_message>{middle + 10 * place}</id_message>" for place in range(1000))
    for path, title, body in (
        ("/xml/stats.php", "a day", f'<stats date_start="{late}" date_stop="{late}"/>'),
        ("/xml/stats.php", "a month", f'<stats date_start="{early}" date_stop="{late}"/>'),
        ("/xml/stats.php", "a month, goes on", f'<stats date_start="{early}" date_stop="{late}" after="{middle}"/>'),
        ("/xml/stats.php", "a month, expired", f'<stats date_start="{early}" date_stop="{late}" state="expired"/>'),
        (
            "/xml/stats.php",
            "a month, a number",
            f'<stats date_start="{early}" date_stop="{late}" phone="79161234500"/>',
        ),
        ("/xml/stats.php", "a month, no sender", f'<stats date_start="{early}" date_stop="{late}" originator="No"/>'),
        ("/xml/state.php", "1,000 ids", f"<get_state>{many}</get_state>"),
        ("/xml/state_message.php", "1,000 ids", f"<state>{kept}</state>"),
        ("/xml/incoming.php", "a month", f'<time start="{early} 00:00:00" end="{late} 00:00:00"/>'),
        ("/xml/list_scheduled.php", "page 1", '<scheduled page="1"/>'),
        ("/xml/list_phones.php", "page 2", '<base id_base="1" page="2"/>'),
        ("/xml/list_bases.php", "", ""),
        ("/xml/balance.php", "", ""),
    ):
        yield Document(path, title, f"<request>{body}{_SECURITY}</request>")
    for title, body in (
        ("a month", f"<start>{early}</start><stop>{late}</stop>"),
        ("a month, a number", f"<start>{early}</start><stop>{late}</stop><number>79161234500</number>"),
        ("a month, no source", f"<start>{early}</start><stop>{late}</stop><source>Nobody</source>"),
        ("one mailing", "<smsid>25</smsid>"),
    ):
        yield Document("/report.xml", title, f"<data>{_ENTRY}{body}</data>")


def paths(login: str, known: Known) -> Iterator[str]:
    """Yield what somebody asks: every page of theirs, with an id where one is needed, and more."""
    for page in PAGES if login else ():
        mine = page.path.startswith("/desk/") == (login == demo.OPERATOR)
        if page.posts or not mine or page.path in NEEDS_MORE:
            continue
        yield _with_id(page.path, known)
    for path in MORE[login]:
        yield path.format(**known.words)


def _with_id(path: str, known: Known) -> str:
    if "{" not in path:
        return path
    name = path[: path.index("}") + 1]
    return f"{name.partition('{')[0]}{known.ids[name]}{path.removeprefix(name)}"


def is_file(path: str) -> bool:
    """Tell whether what is there is downloaded."""
    return path.partition("?")[0].endswith(FILES)


def left_out(asked: Iterable[str]) -> list[str]:
    """Return the pages of which none was asked."""
    plain = [path.partition("?")[0] for path in asked]
    return sorted(
        page.path
        for page in PAGES
        if not page.posts and not any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", page.path), path) for path in plain)
    )
