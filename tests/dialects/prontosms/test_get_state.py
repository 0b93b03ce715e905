import pytest

from tests.dialects.engine.documents import below_root
from tests.dialects.prontosms.documents import call, request
from tolmach.core.commands import Command, GetCallbackUrl, SetCallbackUrl
from tolmach.core.errors import Failure, RequestError
from tolmach.core.results import CallbackUrlResult
from tolmach.dialects.prontosms.get_state import CallbackUrl


@pytest.mark.parametrize(
    ("payload", "command"),
    [
        ('<get_state type="set"> http://site.ru/state.php\n</get_state>', SetCallbackUrl("http://site.ru/state.php")),
        ('<get_state type="SET"/>', SetCallbackUrl("")),
        ('<get_state type="get">http://site.ru/</get_state>', GetCallbackUrl()),
        ("<get_state/>", GetCallbackUrl()),
    ],
)
def test_a_request(payload: str, command: Command[CallbackUrlResult]) -> None:
    asked = CallbackUrl().parse(request(payload))
    assert (asked.command, asked.fault) == (command, None)


@pytest.mark.parametrize("payload", ["", '<get_state type="delete"/>'])
def test_what_makes_no_sense_is_told_after_the_login(payload: str) -> None:
    fault = CallbackUrl().parse(request(payload)).fault
    assert fault is not None
    assert fault.failure is Failure.MISSING_FIELD


def test_the_answer() -> None:
    answer = CallbackUrl().render(call(), CallbackUrlResult("http://a/?b&c"))
    assert below_root(answer) == "<get_state>http://a/?b&amp;c</get_state>"
    refused = CallbackUrl().refuse(RequestError(Failure.BAD_FIELD), None)
    assert below_root(refused) == "<error>Ссылка должна начинаться с http:// или https://</error>"
