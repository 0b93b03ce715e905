"""Whatever is asked, by any dialect at any address, the answer is one that is documented, and keeps to its layout.

The gateway is whole but for sockets and delivery. Documents are those of the feature matrix with any values in the
place of theirs, by a caller who is known.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.clock import FakeClock
from tests.dialects.prontosms.test_multipart import TYPE, form, named
from tests.docs.matrix import ENDPOINTS
from tests.docs.samples import SAMPLES, Sample
from tests.gateway import Answer, Inside, inside
from tolmach.dialects.engine.plaintext import REASONS, WORDS
from tolmach.dialects.engine.vocabulary import BAD_JSON
from tolmach.dialects.prontosms.get_state import BAD_URL
from tolmach.dialects.prontosms.stats import BAD_DATE
from tolmach.dialects.prontosms.vocabulary import BAD_LOGIN_OF_FILE, FAILURES, FILE_NOT_KEPT
from tolmach.dialects.smspager import vocabulary as smspager

SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]  # one gateway for all examples of a test
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<response>\n'
ERRORS = {*FAILURES.values(), BAD_JSON, BAD_URL, BAD_DATE}
PLAIN = {*WORDS.values(), *REASONS.values(), FILE_NOT_KEPT, BAD_LOGIN_OF_FILE}
CODES = {answer.code for answer in (*smspager.FAILURES.values(), *smspager.REJECTIONS.values(), smspager.SUCCESS)}
# an answer of these is read by position: nothing may stand between its rows
ON_ONE_LINE = (
    *("originator", "incoming", "def", "list_bases", "bases", "list_phones", "phones", "list_stop", "stop"),
    *("list_scheduled", "scheduled", "check_change", "stats", "patterns", "list_patterns", "add_originator"),
    *("list_registry_originator", "registry_originator"),
)
VALUES = st.sampled_from(
    [
        "",
        "0",
        "1",
        "2",
        "10",
        "79161234500",
        "INFORM",
        "Nobody",
        "sms",
        "viber",
        "2030-01-01 10:00",
        "yes",
        "\\n",
        "99999999999",
    ]
) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


class Gateway(NamedTuple):
    """A gateway, and the loop that it lives in."""

    loop: asyncio.AbstractEventLoop
    inside: Inside

    def ask(self, path: str, body: bytes, method: str = "POST", **headers: str) -> Answer:
        """Return an answer."""
        named_ = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return self.loop.run_until_complete(self.inside.ask(path, body, method, named_))


@pytest.fixture
def gateway(installation: Path) -> Iterator[Gateway]:
    loop = asyncio.new_event_loop()
    living = inside(installation, clock=FakeClock(), access={"wrong_passwords": 0})
    yield Gateway(loop, loop.run_until_complete(living.__aenter__()))
    loop.run_until_complete(living.__aexit__(None, None, None))
    loop.close()


def check(path: str, answer: Answer) -> None:
    """The answer is in the form of its address, and says nothing that is not documented."""
    assert answer.status == 200
    kind = answer.headers["content-type"]
    if kind.startswith("text/plain"):
        _check_line(answer.body.decode())
    elif kind.startswith("application/json"):
        _check_json(json.loads(answer.body))
    else:
        _LAYOUTS[ENDPOINTS[path].dialect](path, answer.body)


def _check_line(text: str) -> None:
    assert "\n" not in text
    words = set(text.split(",")) - PLAIN
    states = re.compile(r"[0-9]+|[0-9.]+ [A-Z]{3}|send|deliver|not_deliver|expired|Сообщение с таким ID не принималось")
    assert text in PLAIN or all(states.fullmatch(word) for word in words)


def _check_json(value: Any) -> None:
    assert isinstance(value, dict)
    if "error" in value:
        assert value.keys() == {"error"}
        assert value["error"] in ERRORS
    for leaf in _leaves(value):
        assert isinstance(leaf, str)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _leaves(one)
    else:
        yield value


def _check_engine(path: str, body: bytes) -> None:
    """Rules of the clients of ProntoSMS and TargetSMS, who read by position and by expressions."""
    text = body.decode()
    root = etree.fromstring(body)
    if text == HEAD.rstrip() + "</response>":  # nothing came in: as the manual prints it
        return
    assert text.startswith(HEAD)
    assert text.endswith("</response>")
    lines = text.removeprefix(HEAD).removesuffix("</response>").split("\n")
    assert lines.pop() == ""  # a line break before the end, or nothing at all
    error = root.find("error")
    if error is not None:
        assert error.text in ERRORS
        assert len(root) == 1
    script = path.rpartition("/")[2].removesuffix(".php")
    if script in ON_ONE_LINE:
        assert len(lines) <= 1
    elif "message" not in path:
        assert len(lines) == len(root)
    for line in lines:
        assert "\r" not in line
        etree.fromstring(f"<line>{line}</line>" if "message>" not in line else "<line/>")  # whole elements
    _check_order(root)


def _check_order(root: "etree._Element") -> None:
    """Some attributes are found by their place."""
    for information in root.iter("information"):
        if "parts" in information.attrib:
            assert list(information.attrib)[-1] == "parts"
    for originator in root.iterfind("list_originator/originator"):
        assert list(originator.attrib) == ["state"]


def _check_pager(path: str, body: bytes) -> None:
    """One line after the declaration, nothing between the elements, code and words first."""
    declaration, _, rest = body.decode().partition("\n")
    root = etree.fromstring(body)
    assert declaration == '<?xml version="1.0" encoding="UTF-8"?>'
    assert re.match(r"<data><code>[0-9]+</code><descr>[^<]+</descr>", rest)
    code = root.findtext("code") or ""
    assert code in CODES or re.fullmatch("70[0-9]{1,2}", code)
    for element in root.iter():
        assert not len(element) or not (element.text or "").strip()
        assert not element.tail
    if path == "/send.xml":
        assert [child.tag for child in root][2:5] == ["smsid", "datetime", "action"]


def _check_mobil(_: str, body: bytes) -> None:
    """Result and number first, in windows-1251, one element per line."""
    text = body.decode("windows-1251")
    root = etree.fromstring(body)
    assert [child.tag for child in root][:2] == ["result", "error"]
    assert (root.findtext("result"), root.findtext("error") == "0") in {("OK", True), ("ERROR", False)}
    assert 0 <= int(root.findtext("error") or "") <= 12
    assert "windows-1251" in text.splitlines()[0]


_LAYOUTS: Mapping[str, Callable[[str, bytes], None]] = {
    "prontosms": _check_engine,
    "targetsms": _check_engine,
    "smspager": _check_pager,
    "mobilgroup": _check_mobil,
}


@pytest.mark.parametrize("path", sorted(ENDPOINTS))
@settings(max_examples=20, suppress_health_check=SHARED)
@given(body=st.binary(max_size=100) | st.sampled_from([b"{}", b"<a/>", b"<request/>", b"<data/>", b'{"type":"sms"}']))
def test_any_bytes_are_answered_as_documented(gateway: Gateway, path: str, body: bytes) -> None:
    check(path, gateway.ask(path, body))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.dialect}-{sample.title}")
@settings(max_examples=25, suppress_health_check=SHARED)
@given(data=st.data())
def test_answers_to_any_values_keep_to_their_layout(gateway: Gateway, sample: Sample, data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(sample.documents))
    if isinstance(document, Mapping):
        check(sample.path, _asked(gateway, sample, _with_values(document, data)))
    else:
        check(sample.path, gateway.ask(sample.path, _varied(document, data)))


def _with_values(document: Mapping[str, str], data: st.DataObject) -> dict[str, str]:
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(document)), VALUES, max_size=4))
    return {**document, **changed, **_caller(document)}


def _caller(document: Mapping[str, str]) -> dict[str, str]:
    """Return the right login, under all the names that a token may stand for."""
    names = {*document, *(("login", "password", "user", "pwd") if "token" in document else ())}
    right = {name: "demo" for name in ("login", "user", "password", "passsword", "pwd") if name in names}
    return right | ({"token": ""} if "token" in document else {})


def _asked(gateway: Gateway, sample: Sample, fields: Mapping[str, str]) -> Answer:
    if sample.multipart:
        parts = [
            (named(name, "; filename=x" if name == "file" else ""), value.encode()) for name, value in fields.items()
        ]
        return gateway.ask(sample.path, form(*parts), content_type=TYPE)
    return gateway.ask(f"{sample.path}?{urlencode(fields)}", b"", "GET")


def _varied(document: str, data: st.DataObject) -> bytes:
    """Return a document with other values here and there, by a caller whose password is right."""
    root = etree.fromstring(document.replace("secret", "demo"))
    places = [
        (element, name)
        for element in root.iter()
        for name in (*map(str, element.attrib), *([""] if not len(element) and element.text else []))
        if element.tag not in ("login", "password", "user_id", "user", "pwd", "command", "security")
    ]
    if places:
        for element, name in data.draw(st.lists(st.sampled_from(places), max_size=4)):
            value = data.draw(VALUES)
            if name:
                element.set(name, value)
            else:
                element.text = value
    return etree.tostring(root, encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/xml/originator.php", f"{HEAD}<any_originator>TRUE</any_originator>\n<a/>\n</response>"),
        ("/xml/", f"{HEAD}<information/><information/>\n</response>"),
        ("/xml/", f'{HEAD}<information parts="1" id_sms="10">send</information>\n</response>'),
        ("/xml/", f"{HEAD}<error>Something else</error>\n</response>"),
        ("/xml/", f"{HEAD}<a>\n</a>\n</response>"),
        ("/send.xml", '<?xml version="1.0" encoding="UTF-8"?>\n<data><code>999</code><descr>x</descr></data>'),
        ("/extxml.php", '<?xml version="1.0" encoding="windows-1251"?>\n<r><result>OK</result><error>5</error></r>'),
    ],
)
def test_the_check_sees_what_is_wrong(path: str, body: str) -> None:
    answer = Answer(200, {"content-type": "text/xml; charset=utf-8"}, body.encode())
    with pytest.raises((AssertionError, etree.XMLSyntaxError)):
        check(path, answer)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.dialect}-{sample.title}")
def test_the_documents_are_those_of_somebody_who_is_known(gateway: Gateway, sample: Sample) -> None:
    document = sample.documents[0]
    if isinstance(document, Mapping):
        answer = _asked(gateway, sample, {**document, **_caller(document)})
    else:
        answer = gateway.ask(sample.path, document.replace("secret", "demo").encode())
    check(sample.path, answer)
    strangers = ["Неправильный логин", "Неверный логин", "<code>501</code>", "<error>3</error>", "<error>4</error>"]
    text = answer.body.decode("windows-1251" if sample.dialect == "mobilgroup" else "utf-8")
    assert [words for words in strangers if words in text] == []
