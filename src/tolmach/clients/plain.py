"""Clients for programs without an event loop, over the standard library's HTTP: one connection per request."""

import secrets
import ssl
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, Self, TypedDict, TypeVar, Unpack
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tolmach.clients import questions
from tolmach.clients.errors import AnswerError, ClientError, ConnectError
from tolmach.clients.questions import Question
from tolmach.clients.values import Balance, Message, Senders, SentMessage, State
from tolmach.core.content import Content
from tolmach.providers.http_contract import Access, HttpProvider
from tolmach.providers.mobilgroup import Mobilgroup as MobilgroupProvider
from tolmach.providers.prontosms import Prontosms
from tolmach.providers.smspager import Smspager
from tolmach.providers.targetsms import Targetsms
from tolmach.wire import WireRequest, WireResponse

T = TypeVar("T")

MOSCOW: Final = "Europe/Moscow"
DAY: Final = timedelta(days=1)
PATIENCE: Final = 15.0
LONGEST_ANSWER: Final = 16 * 1024 * 1024


class Options(TypedDict, total=False):
    """What may be left out: the time zone of the account (Moscow), seconds for a request (15), and whom to trust.

    ``tls`` replaces the system's trust, for https addresses.
    """

    time_zone: str
    timeout: float
    tls: ssl.SSLContext


class _Client:
    """What the four share."""

    def __init__(self, provider: HttpProvider, options: Options) -> None:
        self._provider = provider
        self._timeout = options.get("timeout", PATIENCE)
        self._tls = options.get("tls")

    def __enter__(self) -> Self:
        """Nothing is kept open: this is for symmetry with the asynchronous clients."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Nothing is kept open."""

    def send(
        self, to: str, content: Content | str, *, sender: str = "", client_id: str = "", valid_for: timedelta = DAY
    ) -> SentMessage:
        """Send one message. Raises `MessageRefusedError` when it is refused, and other `ClientError`."""
        return questions.single(self.send_many([Message(to, content, sender, client_id, valid_for)])[0])

    def send_many(self, messages: Sequence[Message]) -> list[SentMessage]:
        """Send messages; refused ones are among the results. An error has those that were ``done`` before it."""
        done: list[SentMessage] = []
        for question in questions.sending(self._provider, self._named(messages), datetime.now(UTC)):
            try:
                sent = self._ask(question)
            except ClientError as error:
                error.done = done
                raise
            done += sent
        return done

    def status(self, id_: str) -> State:
        """Return where a message stands. Raises `UnknownMessageError`, and other `ClientError`."""
        return questions.known(id_, self.statuses([id_]))

    def statuses(self, ids: Sequence[str]) -> list[State]:
        """Return where messages stand, without those that the provider does not know."""
        return [state for question in questions.asking(self._provider, ids) for state in self._ask(question)]

    def balance(self) -> Balance:
        """Return what can be spent."""
        return self._ask(questions.balance(self._provider))

    def _named(self, messages: Sequence[Message]) -> Sequence[Message]:
        return messages

    def _ask(self, question: Question[T]) -> T:
        return question.read(_exchange(question.request, self._timeout, self._tls))


class ProntoSMS(_Client):
    """An account at ProntoSMS or TargetSMS (version 1): ``url`` is the folder of its methods, like
    ``https://host/xml/``.
    """

    def __init__(self, url: str, login: str, password: str, **options: Unpack[Options]) -> None:
        self._pronto = Prontosms(access(url, login, password, options))
        super().__init__(self._pronto, options)

    def senders(self) -> Senders:
        """Return the senders of the account and their states."""
        return self._ask(questions.senders(self._pronto))


class TargetSMS(_Client):
    """An account at TargetSMS (version 2): SMS and Viber."""

    def __init__(self, url: str, login: str, password: str, **options: Unpack[Options]) -> None:
        super().__init__(Targetsms(access(url, login, password, options)), options)


class SMSPager(_Client):
    """An account at SMS-Pager. ``client_id`` is its smsid, of at most 21 characters; a repetition is sent again."""

    def __init__(self, url: str, login: str, password: str, **options: Unpack[Options]) -> None:
        self._pager = Smspager(access(url, login, password, options))
        super().__init__(self._pager, options)

    def cancel(self, id_: str) -> int:
        """Cancel what has not been sent yet under an id; return how many messages that were."""
        return self._ask(questions.cancelling(self._pager, id_))


class Mobilgroup(_Client):
    """An account at Mobilgroup, with the number of the client (``user_id``). A message without an id is given one."""

    def __init__(self, url: str, client: int | str, login: str, password: str, **options: Unpack[Options]) -> None:
        super().__init__(MobilgroupProvider(access(url, login, password, options, str(client))), options)

    def _named(self, messages: Sequence[Message]) -> Sequence[Message]:
        return named(messages)


def access(url: str, login: str, password: str, options: Options, client: str = "") -> Access:
    """Return where an account is and who asks."""
    return Access(url, login, password, ZoneInfo(options.get("time_zone", MOSCOW)), client)


def named(messages: Sequence[Message]) -> list[Message]:
    """Give an id to the messages that have none: Mobilgroup needs one."""
    return [
        message
        if message.client_id
        else Message(message.to, message.content, message.sender, str(secrets.randbelow(10**15)), message.valid_for)
        for message in messages
    ]


def _exchange(request: WireRequest, timeout: float, tls: ssl.SSLContext | None) -> WireResponse:
    """Send one request; ConnectError when it certainly did not arrive, AnswerError when it may have."""
    connection, target = _connection(request.path, timeout, tls)
    with closing(connection):
        try:
            connection.connect()
        except (OSError, UnicodeError) as error:
            raise ConnectError(f"cannot connect: {error}") from None
        try:
            connection.request(request.method, target, request.body, dict(request.headers))
            response = connection.getresponse()
            body = response.read(LONGEST_ANSWER)
        except (OSError, HTTPException) as error:
            raise AnswerError(f"no answer: {type(error).__name__} {error}".strip()) from None
        headers = {name.lower(): value for name, value in response.getheaders()}
        return WireResponse(response.status, headers, body)


def _connection(url: str, timeout: float, tls: ssl.SSLContext | None) -> tuple[HTTPConnection, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConnectError("not a URL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ConnectError("not an http or https URL")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme == "https":
        return HTTPSConnection(host, port, timeout=timeout, context=tls), target
    return HTTPConnection(host, port, timeout=timeout), target
