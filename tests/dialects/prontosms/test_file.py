import pytest

from tests.dialects.prontosms.documents import call
from tests.dialects.prontosms.test_multipart import TYPE, form, named
from tolmach.core.accounts import Credentials, Login, Token
from tolmach.core.commands import StoreFile
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import FileStored
from tolmach.dialects.contract import Call
from tolmach.dialects.prontosms.file import File
from tolmach.wire import WireRequest

FILE = (named("file", '; filename="a.php"'), b"content")


def parse(*parts: tuple[str, bytes], **headers: str) -> Call[FileStored]:
    return File().parse(WireRequest("POST", "/", headers={"content-type": TYPE} | headers, body=form(*parts)))


@pytest.mark.parametrize(
    ("fields", "credentials"),
    [
        ({"login": "demo", "password": "x"}, Login("demo", "x")),
        ({"login": "demo", "passsword": "x"}, Login("demo", "x")),
        ({"token": "t"}, Token("t")),
        ({}, Login("", "")),
    ],
)
def test_who_asks(fields: dict[str, str], credentials: Credentials) -> None:
    found = parse(*((named(name), value.encode()) for name, value in fields.items()), FILE)
    assert found.credentials == credentials
    assert found.command == StoreFile("a.php", b"content")


def test_a_token_in_the_head() -> None:
    assert parse(FILE, authorization="Bearer t").credentials == Token("t")


def test_no_file_is_told_after_the_login() -> None:
    for parts in ([], [(named("file"), b"")]):
        fault = parse((named("login"), b"demo"), *parts).fault
        assert fault is not None
        assert fault.failure is Failure.MISSING_FIELD


def test_answers_are_plain_text() -> None:
    answer = File().render(call(), FileStored(12))
    assert (answer.body, answer.headers["content-type"]) == (b"12", "text/plain; charset=utf-8")


@pytest.mark.parametrize("failure", Failure)
def test_there_are_two_errors(failure: Failure) -> None:
    strange = failure in (Failure.UNAUTHORISED, Failure.UNKNOWN_CLIENT)
    expected = "Неверный логин или пароль!" if strange else "Не удалось скопировать файл!"
    answer = File().refuse(RequestError(failure), None)
    assert (answer.status, answer.body.decode()) == (200, expected)
