import pytest

from tests.dialects.engine.documents import below_root, element, text
from tolmach.core.accounts import Login, Token
from tolmach.core.errors import Failure, RequestError
from tolmach.dialects.engine.envelope import Refusing, answer, credentials, on_one_line
from tolmach.wire import WireRequest

REQUEST = WireRequest("POST", "/xml/")
BEARER = WireRequest("POST", "/xml/", headers={"authorization": "Bearer from-the-head"})
CREDENTIALS = [
    ('<security><login value="логин" /><password value="пароль" /></security>', "логин", "пароль"),
    ("<security><login value='логин'></login><password value='пароль'></password></security>", "логин", "пароль"),
    ("<security><login> логин\n</login><password>пароль</password></security>", "логин", "пароль"),
    ('<security><password value=" a b "/><login value="x">y</login></security>', "x", " a b "),
    ('<security><login value="логин"/></security>', "логин", ""),
    ('<security><login value=""/><password/></security>', "", ""),
    ("<security/>", "", ""),
    ('<get_state><security><login value="x"/><password value="y"/></security></get_state>', "x", "y"),
    ('<security><login value="1"/></security><security><login value="2"/></security>', "1", ""),
]


@pytest.mark.parametrize(("inner", "login", "password"), CREDENTIALS)
def test_credentials_are_found_wherever_and_however_they_are_written(inner: str, login: str, password: str) -> None:
    for root in (f"<request>{inner}<message/></request>", f"<request><message/>{inner}</request>"):
        assert credentials(element(root), REQUEST) == Login(login, password)


@pytest.mark.parametrize("root", ["<request/>", "<request><login value='x'/></request>"])
def test_without_a_security_element_nobody_asks(root: str) -> None:
    with pytest.raises(RequestError) as caught:
        credentials(element(root), REQUEST)
    assert caught.value.failure is Failure.UNAUTHORISED


def test_an_answer_has_one_child_per_line() -> None:
    assert answer(["<a/>", "<b/>"]).body == (
        b'<?xml version="1.0" encoding="utf-8"?>\n<response>\n<a/>\n<b/>\n</response>'
    )
    assert text(answer([])) == '<?xml version="1.0" encoding="utf-8"?>\n<response>\n</response>'


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure.EMPTY_BODY, "POST данные отсутствуют"),
        (Failure.MALFORMED, "Неправильный формат XML документа"),
        (Failure.BAD_DATE, "Неправильный формат XML документа"),
        (Failure.UNAUTHORISED, "Неправильный логин или пароль"),
        (Failure.BLOCKED, "Ваш аккаунт заблокирован"),
    ],
)
def test_an_error_is_one_element(failure: Failure, words: str) -> None:
    assert below_root(Refusing().refuse(RequestError(failure, "not shown"), None)) == f"<error>{words}</error>"


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        ('<security><token value="key"/></security>', Token("key")),
        ("<security><token> key\n</token></security>", Token("key")),
        ('<security><login value="x"/><password value="y"/><token value="key"/></security>', Token("key")),
        ('<security><login value="x"/><password value="y"/></security>', Login("x", "y")),
        ('<security><token value=""/></security>', Token("from-the-head")),
        ("<security/>", Token("from-the-head")),
        ("", Token("from-the-head")),
    ],
)
def test_a_token_stands_in_the_document_or_in_the_head(inner: str, found: Login | Token) -> None:
    assert credentials(element(f"<request>{inner}</request>"), BEARER) == found


def test_a_list_stands_on_one_line() -> None:
    assert below_root(on_one_line(["<a/>", "<b/>"])) == "<a/><b/>"
    assert on_one_line([]) == answer([])
