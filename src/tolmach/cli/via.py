"""``tolmach message send --via``: straight to a provider, without a gateway and its database."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import typer

from tolmach.cli import console
from tolmach.cli.errors import FAILED, MISUSED, CommandError
from tolmach.clients import ClientError, Message, MessageRefusedError, Mobilgroup, ProntoSMS, SMSPager, State, TargetSMS
from tolmach.core.content import Content
from tolmach.core.http_links import MobilgroupLink, ProntosmsLink, SmspagerLink, TargetsmsLink
from tolmach.core.rejections import Rejection
from tolmach.services.explanations import explain

PASSWORD_VARIABLE = "TOLMACH_VIA_PASSWORD"  # noqa: S105 - the name of a variable
POLL_SECONDS = 1.0
Client = ProntoSMS | TargetSMS | SMSPager | Mobilgroup
_MAKERS: dict[str, type[ProntoSMS | TargetSMS | SMSPager]] = {
    "prontosms": ProntoSMS,
    "targetsms": TargetSMS,
    "smspager": SMSPager,
}
_URLS = {
    "prontosms": ProntosmsLink(name="x", login="x").url,
    "targetsms": TargetsmsLink(name="x", login="x").url,
    "smspager": SmspagerLink(name="x", login="x").url,
    "mobilgroup": MobilgroupLink(name="x", login="x", client="1").url,
}


@dataclass(frozen=True, slots=True)
class Provider:
    """Which provider, where it is, and who sends."""

    kind: str
    url: str | None
    login: str | None
    client: str | None


def send(provider: Provider, messages: Sequence[Message], wait: float, *, as_json: bool) -> None:
    """Send, print what became of each message, and wait for their statuses. Ends with 1 when one is refused."""
    client = _client(provider)
    try:
        sent = client.send_many(messages)
        states = _states(client, [one.id for one in sent if one.accepted], wait) if wait else {}
    except MessageRefusedError as error:
        raise CommandError(f"refused: {_words(error.reason)}") from None
    except ClientError as error:
        raise CommandError(f"{provider.kind}: {error}") from None
    if as_json:
        console.data([_values(one, states.get(one.id)) for one in sent])
    else:
        rows = [_row(one, states.get(one.id)) for one in sent]
        console.table(("to", "id", "parts", "price", "outcome"), rows, right=("id", "parts", "price"))
    if not all(one.accepted for one in sent):
        raise typer.Exit(FAILED)


def message(to: str, content: Content, sender: str | None, minutes: int) -> Message:
    """Return one message; numbers are written as the provider wants them."""
    return Message(to.strip().removeprefix("+"), content, sender or "", valid_for=timedelta(minutes=minutes))


def _client(provider: Provider) -> Client:
    kind = provider.kind
    if kind not in _URLS:
        raise CommandError(f"--via is one of {', '.join(_URLS)}", MISUSED)
    if not provider.login:
        raise CommandError("--via needs --login, that of the account at the provider", MISUSED)
    url = provider.url or _URLS[kind]
    password = os.environ.get(PASSWORD_VARIABLE) or typer.prompt("Password at the provider", hide_input=True, err=True)
    if kind in _MAKERS:
        return _MAKERS[kind](url, provider.login, password)
    if not provider.client:
        raise CommandError("--via mobilgroup needs --client, the number of the client (user_id)", MISUSED)
    return Mobilgroup(url, provider.client, provider.login, password)


def _states(client: Client, ids: Sequence[str], wait: float) -> dict[str, State]:
    """Ask for statuses until all are final or the time is over."""
    until = time.monotonic() + wait
    found: dict[str, State] = {}
    while True:
        found |= {state.id: state for state in client.statuses([id_ for id_ in ids if not _final(found.get(id_))])}
        left = until - time.monotonic()
        if left <= 0 or all(_final(found.get(id_)) for id_ in ids):
            return found
        time.sleep(min(POLL_SECONDS, left))


def _final(state: State | None) -> bool:
    return state is not None and state.final


def _row(one: Any, state: State | None) -> list[str]:
    price = one.price if state is None or state.price is None else state.price
    outcome = (
        f"refused: {_words(one.reason)}" if not one.accepted else "accepted" if state is None else state.status.value
    )
    return [one.to, one.id, "" if one.parts is None else str(one.parts), "" if price is None else str(price), outcome]


def _values(one: Any, state: State | None) -> dict[str, Any]:
    if not one.accepted:
        return {"to": one.to, "rejected": one.reason, "because": _words(one.reason), "permanent": one.permanent}
    price = one.price if state is None or state.price is None else state.price
    return {
        "to": one.to,
        "id": one.id,
        "parts": one.parts,
        "price": None if price is None else str(price),
        "status": None if state is None else state.status.value,
    }


def _words(reason: str) -> str:
    """Return plain English for a reason; what is said of our own account holds for the one at the provider."""
    return explain(reason) if reason in set(Rejection) else reason
