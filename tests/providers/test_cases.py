"""Golden cases: what a provider writes and what it makes of answers, byte for byte, without any wire.

A case is a file ``cases/*.toml``; the clock stands at the tests' noon, the account is `ACCESS`:

    note = "what it shows"
    provider = "prontosms"
    encoding = "utf-8"

    [[message]]                         # of a request to send
    to, sender, text, key               # and viber = true for a Viber message

    request = "..."                     # optional: the body that is written for them

    [[answer]]                          # to that request
    status, body, outcomes              # one outcome per message: "sent 10", "refused no-money" ...

    [[report]]                          # an answer to a question for the statuses of ids
    ids, body, statuses                 # "10 delivered 2011-01-01T09:57:46 price 2.3", in order
"""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.clock import NOON
from tests.providers.parcels import ACCESS
from tolmach.core.content import Channel, Content, SmsText, ViberCard
from tolmach.core.delivery import Busy, Lost, Outcome, Refused, Sent, Submission
from tolmach.core.ids import LegId
from tolmach.core.money import plain
from tolmach.providers.http_contract import HttpProvider, Parcel, ProviderError, Report
from tolmach.providers.mobilgroup import Mobilgroup
from tolmach.providers.prontosms import Prontosms
from tolmach.providers.smspager import Smspager
from tolmach.providers.targetsms import Targetsms
from tolmach.wire import WireResponse

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
PROVIDERS: dict[str, HttpProvider] = {
    "prontosms": Prontosms(ACCESS),
    "targetsms": Targetsms(ACCESS),
    "smspager": Smspager(ACCESS),
    "mobilgroup": Mobilgroup(ACCESS),
}
KEYS = {"note", "provider", "encoding", "message", "request", "answer", "report"}


def parcel(given: dict[str, Any]) -> Parcel:
    viber = given.get("viber", False)
    content: Content = ViberCard(given["text"]) if viber else SmsText(given["text"])
    channel = Channel.VIBER if viber else Channel.SMS
    expires = NOON + timedelta(days=1)
    submission = Submission(LegId(11), given["to"], given["sender"], channel, content, 1, expires)
    return Parcel(submission, given.get("key", ""))


def told(outcome: Outcome) -> str:
    """Write an outcome in a few words."""
    match outcome:
        case Sent(provider_ids):
            return f"sent {' '.join(provider_ids)}"
        case Refused(code, permanent):
            return f"refused {code}" if permanent else f"refused {code}, ask another"
        case Busy(seconds):
            return f"busy {seconds:g}"
        case Lost(detail):
            return f"lost {detail}"


def reported(report: Report) -> str:
    at = "" if report.at is None else f" {report.at:%Y-%m-%dT%H:%M:%S}"
    price = "" if report.price is None else f" price {plain(report.price)}"
    return f"{report.provider_id} {report.status or 'on its way'}{at}{price}"


def read(path: Path) -> dict[str, Any]:
    case = tomllib.loads(path.read_text("utf-8"))
    assert case.keys() <= KEYS, "keys of the case"
    return case


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = read(path)
    provider, encoding = PROVIDERS[case["provider"]], case.get("encoding", "utf-8")
    parcels = [parcel(given) for given in case.get("message", [])]
    if "request" in case:
        assert provider.request(parcels, NOON).body.decode(encoding) == case["request"]
    for answer in case.get("answer", []):
        response = WireResponse(answer.get("status", 200), {}, answer["body"].encode(encoding))
        try:
            found = [told(reply.outcome) for reply in provider.replies(parcels, response)]
        except ProviderError as error:
            found = [f"{type(error).__name__}: {error}"]
        assert found == answer["outcomes"]
    for report in case.get("report", []):
        response = WireResponse(200, {}, report["body"].encode(encoding))
        assert [reported(one) for one in provider.reports(report["ids"], response)] == report["statuses"]


def test_there_are_cases_for_every_provider() -> None:
    assert {read(path)["provider"] for path in CASES} == set(PROVIDERS)
