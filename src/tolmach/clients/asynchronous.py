"""Clients for programs with an event loop, over aiohttp. Use them as async context managers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Self, TypeVar, Unpack

import aiohttp

from tolmach.clients import questions
from tolmach.clients.errors import AnswerError, ClientError, ConnectError
from tolmach.clients.plain import DAY, LONGEST_ANSWER, PATIENCE, Options, access, named
from tolmach.clients.questions import Question
from tolmach.clients.values import Balance, Message, Senders, SentMessage, State
from tolmach.core.content import Content
from tolmach.providers.http_contract import HttpProvider
from tolmach.providers.mobilgroup import Mobilgroup
from tolmach.providers.prontosms import Prontosms
from tolmach.providers.smspager import Smspager
from tolmach.providers.targetsms import Targetsms
from tolmach.wire import WireResponse

T = TypeVar("T")
_UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class _AsyncClient:
    """What the four share."""

    def __init__(self, provider: HttpProvider, options: Options) -> None:
        self._provider = provider
        self._timeout = aiohttp.ClientTimeout(total=options.get("timeout", PATIENCE))
        self._tls = options.get("tls", True)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close the connection pool."""
        if self._session is not None:
            await self._session.close()

    async def send(
        self, to: str, content: Content | str, *, sender: str = "", client_id: str = "", valid_for: timedelta = DAY
    ) -> SentMessage:
        """Send one message. Raises `MessageRefusedError` when it is refused, and other `ClientError`."""
        return questions.single((await self.send_many([Message(to, content, sender, client_id, valid_for)]))[0])

    async def send_many(self, messages: Sequence[Message]) -> list[SentMessage]:
        """Send messages; refused ones are among the results. An error has those that were ``done`` before it."""
        done: list[SentMessage] = []
        for question in questions.sending(self._provider, self._named(messages), datetime.now(UTC)):
            try:
                sent = await self._ask(question)
            except ClientError as error:
                error.done = done
                raise
            done += sent
        return done

    async def status(self, id_: str) -> State:
        """Return where a message stands. Raises `UnknownMessageError`, and other `ClientError`."""
        return questions.known(id_, await self.statuses([id_]))

    async def statuses(self, ids: Sequence[str]) -> list[State]:
        """Return where messages stand, without those that the provider does not know."""
        return [state for question in questions.asking(self._provider, ids) for state in await self._ask(question)]

    async def balance(self) -> Balance:
        """Return what can be spent."""
        return await self._ask(questions.balance(self._provider))

    def _named(self, messages: Sequence[Message]) -> Sequence[Message]:
        return messages

    async def _ask(self, question: Question[T]) -> T:
        if self._session is None:
            raise RuntimeError("use the client as an async context manager: async with client: ...")
        request = question.request
        try:
            async with self._session.request(
                request.method,
                request.path,
                data=request.body,
                headers=request.headers,
                allow_redirects=False,
                ssl=self._tls,
            ) as response:
                body = await response.content.read(LONGEST_ANSWER)
                while not response.content.at_eof() and len(body) < LONGEST_ANSWER:
                    body += await response.content.read(LONGEST_ANSWER - len(body))
                headers = {name.lower(): value for name, value in response.headers.items()}
                return question.read(WireResponse(response.status, headers, body))
        except _UNSENT as error:
            raise ConnectError(f"cannot connect: {error}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerError(f"no answer: {type(error).__name__} {error}".strip()) from None


class AsyncProntoSMS(_AsyncClient):
    """An account at ProntoSMS or TargetSMS (version 1); see `ProntoSMS`."""

    def __init__(self, url: str, login: str, password: str, **options: Unpack[Options]) -> None:
        self._pronto = Prontosms(access(url, login, password, options))
        super().__init__(self._pronto, options)

    async def senders(self) -> Senders:
        """Return the senders of the account and their states."""
        return await self._ask(questions.senders(self._pronto))


class AsyncTargetSMS(_AsyncClient):
    """An account at TargetSMS (version 2); see `TargetSMS`."""

    def __init__(self, url: str, login: str, password: str, **options: Unpack[Options]) -> None:
        super().__init__(Targetsms(access(url, login, password, options)), options)


class AsyncSMSPager(_AsyncClient):
    """An account at SMS-Pager; see `SMSPager`."""

    def __init__(self, url: str, login: str, password: str, **options: Unpack[Options]) -> None:
        self._pager = Smspager(access(url, login, password, options))
        super().__init__(self._pager, options)

    async def cancel(self, id_: str) -> int:
        """Cancel what has not been sent yet under an id; return how many messages that were."""
        return await self._ask(questions.cancelling(self._pager, id_))


class AsyncMobilgroup(_AsyncClient):
    """An account at Mobilgroup; see `Mobilgroup`."""

    def __init__(self, url: str, client: int | str, login: str, password: str, **options: Unpack[Options]) -> None:
        super().__init__(Mobilgroup(access(url, login, password, options, str(client))), options)

    def _named(self, messages: Sequence[Message]) -> Sequence[Message]:
        return named(messages)
