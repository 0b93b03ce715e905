"""A file is uploaded: ``/xml/file.php``, a form with ``login``, ``password`` and ``file``; the answer is its number.

The manual's sample writes ``passsword``. A ``token`` may stand in for both. Answers, errors too, are plain text.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from tolmach.core.accounts import Login, Token
from tolmach.core.commands import StoreFile
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import FileStored
from tolmach.dialects.bearer import bearer
from tolmach.dialects.contract import Call
from tolmach.dialects.prontosms.multipart import Part, read_parts
from tolmach.dialects.prontosms.vocabulary import BAD_LOGIN_OF_FILE, FILE_NOT_KEPT, NAME
from tolmach.wire import WireRequest, WireResponse

HEADERS: Final[Mapping[str, str]] = MappingProxyType({"content-type": "text/plain; charset=utf-8"})
_STRANGERS: Final = frozenset({Failure.UNAUTHORISED, Failure.UNKNOWN_CLIENT})


class File:
    """Keep a file that senders can refer to."""

    dialect: str = NAME
    paths: Sequence[str] = ("/xml/file.php",)
    open_to_blocked: bool = True

    def parse(self, request: WireRequest) -> Call[FileStored]:
        """Read the form; that there is no file in it is told only to an authenticated caller."""
        parts = {part.name: part for part in reversed(read_parts(request))}  # the first of a name counts
        credentials = _credentials(parts, request)
        file = parts.get("file")
        if file is None or not file.content:
            fault = RequestError(Failure.MISSING_FIELD, "file")
            return Call(credentials, StoreFile("", b""), fault=fault)
        return Call(credentials, StoreFile(file.filename or "", bytes(file.content)))

    def render(self, call: Call[FileStored], result: FileStored) -> WireResponse:
        """Write the number."""
        return _answer(str(result.id))

    def refuse(self, error: RequestError, call: Call[Any] | None) -> WireResponse:
        """Write one of the two errors that there are."""
        return _answer(BAD_LOGIN_OF_FILE if error.failure in _STRANGERS else FILE_NOT_KEPT)


def _credentials(parts: Mapping[str, Part], request: WireRequest) -> Login | Token:
    def field(*names: str) -> str:
        return next((parts[name].text.strip() for name in names if name in parts), "")

    token, login, head = field("token"), field("login"), bearer(request)
    if token:
        return Token(token)
    return head if head is not None and not login else Login(login, field("password", "passsword"))


def _answer(text: str) -> WireResponse:
    return WireResponse(200, HEADERS, text.encode())
