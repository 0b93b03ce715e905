import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.etree import _Element

from tolmach.codecs import xmltree
from tolmach.codecs.xmltree import Document, XmlError, parse

TEXT = "Привет, мир"
QUOTES = "“да”"


def text(body: bytes, default_encoding: str = "utf-8") -> str | None:
    return xmltree.child_text(parse(body, default_encoding=default_encoding).root, "t")


def code(body: bytes) -> int:
    with pytest.raises(XmlError) as caught:
        parse(body)
    assert caught.value.message
    return caught.value.code


def document(declaration: str = "", content: str = TEXT) -> str:
    return f"{declaration}<r><t>{content}</t></r>"


def declared(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>'


# --- encodings: mark, declaration, octets, in every combination that has been seen -------------------

ENCODINGS = {
    "utf-8 declared": document(declared("utf-8")).encode(),
    "utf-8 undeclared": document().encode(),
    "utf-8 mark": b"\xef\xbb\xbf" + document(declared("UTF-8")).encode(),
    "utf-8 mark alone": b"\xef\xbb\xbf" + document().encode(),
    "utf-8 mark beats declaration": b"\xef\xbb\xbf" + document(declared("windows-1251")).encode(),
    "windows-1251 declared": document(declared("windows-1251")).encode("cp1251"),
    "WIN-1251 declared": document(declared("WIN-1251")).encode("cp1251"),
    "windows-1251 undeclared": document().encode("cp1251"),
    "windows-1251 with bare declaration": document('<?xml version="1.0"?>').encode("cp1251"),
    "koi8-r declared": document(declared("KOI8-R")).encode("koi8-r"),
    "iso-8859-5 declared": document(declared("iso-8859-5")).encode("iso8859-5"),
    "utf-16 le mark": ("\ufeff" + document(declared("utf-16"))).encode("utf-16-le"),
    "utf-16 be mark": ("\ufeff" + document()).encode("utf-16-be"),
    "utf-16 mark beats declaration": ("\ufeff" + document(declared("utf-8"))).encode("utf-16-le"),
    "utf-16 declared, sent as utf-8": document(declared("utf-16")).encode(),
    "ascii declared, references": document(declared("us-ascii"), "&#x41F;ривет, мир").encode(),
    "no encoding, references": document('<?xml version="1.0"?>').encode("ascii", "xmlcharrefreplace"),
    "single quotes": document("<?xml version='1.0' encoding='windows-1251'?>").encode("cp1251"),
    "double space": document('<?xml  version="1.0"  encoding = "utf-8" ?>\r\n').encode(),
    "white space before declaration": b"\r\n\t " + document(declared("utf-8")).encode(),
    "white space before mark": b"\n\xef\xbb\xbf\n" + document(declared("utf-8")).encode(),
    "white space after mark": b"\xef\xbb\xbf\n" + document(declared("utf-8")).encode(),
    "white space before windows-1251": b"\n" + document(declared("windows-1251")).encode("cp1251"),
    "white space after the end": document().encode() + b"\r\n\r\n",
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_encodings_are_understood_without_repair(name: str) -> None:
    assert text(ENCODINGS[name]) == TEXT
    assert parse(ENCODINGS[name]).repaired is False


def test_the_default_encoding_is_for_undeclared_octets_only() -> None:
    assert text(document().encode("koi8-r"), "koi8-r") == TEXT
    assert text(document().encode(), "koi8-r") == TEXT
    assert text(document(declared("windows-1251")).encode("cp1251"), "koi8-r") == TEXT
    assert text(document().encode("cp1251"), "ascii") == TEXT


BROKEN_ENCODINGS = [
    (document(declared("utf-8")).encode("cp1251"), 9),
    (b"\xef\xbb\xbf" + document().encode("cp1251"), 9),
    (b"\xff\xfe" + document().encode("utf-16-le")[:-1], 9),
    (("\ufeff" + document()).encode("utf-32-le"), 9),
    (document().encode("utf-16-le"), 9),
    (b"<r>\x98\xff</r>", 9),
    (b'<?xml version="1.0" encoding="windows-1251"?><r>\x98</r>', 9),
    (document(declared("utf-7")).encode(), 32),
    (document(declared("punycode")).encode(), 32),
    (document(declared("bogus")).encode(), 32),
    (document(declared("utf-32")).encode(), 32),
    (document(declared("cp037")).encode(), 32),
]


@pytest.mark.parametrize(("body", "number"), BROKEN_ENCODINGS)
def test_octets_that_break_their_encoding_are_refused(body: bytes, number: int) -> None:
    assert code(body) == number


# --- errors ------------------------------------------------------------------------------------------

ERRORS = [
    (b"", 4),
    (b" \r\n", 4),
    (b"\xef\xbb\xbf", 4),
    (b"login=1&password=2", 4),
    (b'{"a": 1}', 4),
    (b"<a/>tail", 5),
    (b"<a/><b/>", 5),
    (b"<a>\x01</a>", 9),
    (b"<a>\0</a>", 9),
    (b"<a/>\0", 9),
    (b"\0", 9),
    (b"<a>&#0;</a>", 9),
    (b"<a>&#xD800;</a>", 9),
    ("<a>\ufffe</a>".encode(), 9),
    (b"<a>&laquo;</a>", 26),
    (b"<a x='a<b'/>", 38),
    (b"<a x=1/>", 39),
    (b'<a x="1" x="2"/>', 42),
    (b"<a/><?xml version='1.0'?>", 64),
    (b"<a>1 < 2</a>", 68),
    (b"<!doctype a><a/>", 68),
    (b"<a", 73),
    (b"<a></a", 73),
    (b"<a></b>", 76),
    ("<any_originator></any_originatоr>".encode(), 76),
    (b"<a><b></b>", 77),
    (b"<!DOCTYPE a><a/>", 111),
    (b"<a>" * 65 + b"</a>" * 65, 114),
    (b"<a>" * 100_000, 114),
    (b"<a>" * 100_000 + b"&", 114),
    (b"<r><a " + b" ".join(b'x%d="1"' % at for at in range(201)) + b"/></r>", 114),
]


@pytest.mark.parametrize(("body", "number"), ERRORS, ids=lambda value: str(value)[:40])
def test_errors_carry_the_libxml_number(body: bytes, number: int) -> None:
    assert code(body) == number


def test_limits_are_inclusive() -> None:
    assert parse(b"<a>" * 64 + b"</a>" * 64).root.tag == "a"
    wide = parse(b"<a " + b" ".join(b'x%d="1"' % at for at in range(200)) + b"/>").root
    assert len(wide.attrib) == 200
    assert len(parse(b"<r>" + b"<a b='1'/>" * 1000 + b"</r>").root) == 1000


def test_the_error_of_the_strict_parse_is_reported_when_repair_fails() -> None:
    assert code(b"<a>x & y<b></a>") == 68
    assert code(b"<a><b></ c></a>") == 73


def test_white_space_and_marks_are_blank() -> None:
    assert all(map(xmltree.is_blank, (b"", b" \r\n", b"\xef\xbb\xbf\n", b"\xff\xfe")))
    assert not any(map(xmltree.is_blank, (b"x", b"\xef\xbb\xbf<a/>", b"\0")))


# --- refused before parsing --------------------------------------------------------------------------

LAUGHS = """<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><r><t>&d;</t></r>"""
DOCTYPES = [
    "<!DOCTYPE r><r/>",
    LAUGHS,
    '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><r/>',
    '<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><r/>',
    "<!-- <r> --><!-- -- ---><?p <r>?>\n<!DOCTYPE r><r/>",
]


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("head", ["", "\n", '<?xml version="1.0"?>\n', declared("utf-16")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_document_types_are_refused_in_every_encoding(doctype: str, head: str, encoding: str) -> None:
    body = (("\ufeff" if encoding == "utf-16-le" else "") + head + doctype).encode(encoding)
    assert code(body) == xmltree.DOCTYPE_REFUSED


def test_the_word_in_a_message_is_not_a_document_type() -> None:
    assert text(b"<r><t><![CDATA[<!DOCTYPE html>]]></t></r>") == "<!DOCTYPE html>"
    assert text(b"<r><!-- <!DOCTYPE r> --><t>1</t></r>") == "1"
    assert text(b"<!-- <!DOCTYPE r> --><r><t>1</t></r>") == "1"


def test_external_things_are_not_touched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        for body in (
            f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]><r><t>&x;</t></r>',
            f'<!DOCTYPE r SYSTEM "{address}"><r><t>1</t></r>',
            f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{address}">%p;]><r><t>1</t></r>',
        ):
            assert code(body.encode()) == xmltree.DOCTYPE_REFUSED
        include = f'<r xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{secret.as_uri()}"/></r>'
        included = parse(include.encode()).root
        assert "secret" not in "".join(map(str, included.itertext()))
        stylesheet = f'<?xml-stylesheet type="text/xsl" href="{address}"?><r schemaLocation="{address}"/>'
        assert parse(stylesheet.encode()).root.tag == "r"
        with pytest.raises(BlockingIOError):
            server.accept()


# --- repair ------------------------------------------------------------------------------------------

# what was sent, what it must read as (serialised by hand, as one canonical line)
REPAIRS = [
    ("<a><id>123456</ id></a>", "<a><id>123456</id></a>"),
    ("<a><cancelCol>CANCELCOL</ cancelCol ></a>", "<a><cancelCol>CANCELCOL</cancelCol></a>"),
    ("<a><originator id_originator=''>x</ originator></a>", '<a><originator id_originator="">x</originator></a>'),
    ("<a><b>x</\r\n\tb></a>", "<a><b>x</b></a>"),
    ("<a>x & y</a>", "<a>x &amp; y</a>"),
    ("<a>&&</a>", "<a>&amp;&amp;</a>"),
    ("<a>http://x/?a=1&b=2</a>", "<a>http://x/?a=1&amp;b=2</a>"),
    ("<a>AT&amp;T & &lt;&#1087;&#x43F;</a>", "<a>AT&amp;T &amp; &lt;пп</a>"),
    ('<a x="p&q"/>', '<a x="p&amp;q"/>'),
    ("<a>1&nbsp;000</a>", "<a>1\u00a0000</a>"),
    ('<a x="1&nbsp;2"/>', '<a x="1\u00a02"/>'),
    ("<base id_base=”1234”>edit</base>", '<base id_base="1234">edit</base>'),
    ("<base number_base=”1” id_base=”1235”>insert</ base>", '<base number_base="1" id_base="1235">insert</base>'),
    ('<base id_base="1234" page=”1” last_update=”2011-03-25 08:39:48”/>',
     '<base id_base="1234" page="1" last_update="2011-03-25 08:39:48"/>'),
    ('<p><phone phone="79612242243” />\n<phone phone="79612242244" /></p>',
     '<p><phone phone="79612242243"/>\n<phone phone="79612242244"/></p>'),
    ('<schedule id_sms="1234” />', '<schedule id_sms="1234"/>'),
    ('<a x=“1" y="2”>z</a>', '<a x="1" y="2">z</a>'),
    ("<a x=“1” y='2' z = ”3”/>", '<a x="1" y="2" z="3"/>'),
    ("<a x=”a & b”>c & d</a>", '<a x="a &amp; b">c &amp; d</a>'),
    (f'<a x="{QUOTES}" y=”1”>{QUOTES} x=”1”</a>', f'<a x="{QUOTES}" y="1">{QUOTES} x=”1”</a>'),
    (f"<a x='он сказал {QUOTES}' y='1'>&</a>", f'<a x="он сказал {QUOTES}" y="1">&amp;</a>'),
    ("<a><![CDATA[</ b> & &nbsp; <c x=”1”>]]> & </a>", "<a>&lt;/ b&gt; &amp; &amp;nbsp; &lt;c x=”1”&gt; &amp; </a>"),
    ("<a><!-- & </ b> <c x=”1”> -->&<?p & ?></a>", "<a>&amp;</a>"),
    ("<сообщение><текст тип=”1”>&</ текст></сообщение>", '<сообщение><текст тип="1">&amp;</текст></сообщение>'),
]  # fmt: skip


def xml_of(element: _Element) -> str:
    attributes = "".join(f' {name!s}="{xmltree.attribute(str(value))}"' for name, value in element.attrib.items())
    inner = xmltree.escape(element.text or "")
    inner += "".join(xml_of(item) + xmltree.escape(item.tail or "") for item in element)
    start = f"{element.tag}{attributes}"
    return f"<{start}>{inner}</{element.tag}>" if inner else f"<{start}/>"


@pytest.mark.parametrize(("sent", "meant"), REPAIRS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_slips_of_hand_written_requests_are_repaired(sent: str, meant: str, encoding: str) -> None:
    result = parse(sent.encode(encoding))
    assert result.repaired is True
    assert xml_of(result.root) == meant


@pytest.mark.parametrize("sample", [meant for _, meant in REPAIRS])
def test_well_formed_requests_are_left_alone(sample: str) -> None:
    result = parse(sample.encode())
    assert result.repaired is False
    assert xml_of(result.root) == sample


NOT_REPAIRED = ['<baseid_base="1234">edit</base>', "<a x=«1»/>", "<a>&copy;</a>", "<a>1 < 2 & 3</a>", "<a x=“1>”/>"]


@pytest.mark.parametrize("sent", NOT_REPAIRED)
def test_the_repair_is_narrow(sent: str) -> None:
    with pytest.raises(XmlError):
        parse(sent.encode())


content = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("&<>\"'“” =/\n\t")
)


@given(content, content)
def test_a_repair_elsewhere_does_not_change_correct_content(value: str, inner: str) -> None:
    sent = f'<r><t x="{xmltree.attribute(value)}">{xmltree.escape(inner)}</t><u y=”1”>&</ u></r>'
    result = parse(sent.encode())
    assert result.repaired is True
    assert result.root[0].attrib["x"] == value
    assert xmltree.child_text(result.root, "t") == inner


# --- laws --------------------------------------------------------------------------------------------

FRAGMENTS = [
    b"<a>", b"</a>", b"</ a>", b"<a x=", b'"', b"'", b"&", b";", b"&nbsp;", b"&#", b"&amp;", b"<!--", b"-->", b"<?xml ",
    b"?>", b"<![CDATA[", b"]]>", b"<!DOCTYPE a [", b"<!ENTITY b 'c'>", b"]>", b"\0", b"\x01", b"\xff\xfe", b"\xfe\xff",
    b"\xef\xbb\xbf", "“".encode(), "”".encode(), "я".encode(), "я".encode("cp1251"), b" ", b"=", b"/>", b"xmlns:b='c'",
    b"b:d", b'version="1.0"', b'encoding="utf-8"', b'encoding="windows-1251"', b'encoding="utf-16"', b"xml:id='1'",
    b"\x98",
]  # fmt: skip
any_body = st.binary(max_size=300) | st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=3), max_size=40).map(
    b"".join
)


def verdict(body: bytes, default_encoding: str = "utf-8") -> Document | XmlError:
    try:
        return parse(body, default_encoding=default_encoding)
    except XmlError as error:
        return error


@given(any_body, st.sampled_from(["utf-8", "windows-1251", "koi8-r", "ascii"]), st.booleans())
def test_any_octets_give_a_document_or_an_xml_error(body: bytes, default_encoding: str, wrap: bool) -> None:
    result = verdict(b"<r><t>" + body + b"</t></r>" if wrap else body, default_encoding)
    if isinstance(result, XmlError):
        assert result.code > 0
        assert result.message
    else:
        assert isinstance(result.root.tag, str)


@given(st.text(st.characters(exclude_categories=[])))
def test_escaped_text_comes_back_without_illegal_characters(raw: str) -> None:
    legal = "".join(char for char in raw if is_legal(char))
    body = f'<r x="{xmltree.attribute(raw)}"><t>{xmltree.escape(raw)}</t></r>'
    result = parse(body.encode())
    assert result.repaired is False
    assert result.root.attrib["x"] == legal
    assert xmltree.child_text(result.root, "t") == legal


def is_legal(char: str) -> bool:
    return char in "\t\n\r" or "\x20" <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"


@pytest.mark.parametrize(
    ("raw", "content", "value"),
    [
        ("", "", ""),
        ("Привет", "Привет", "Привет"),
        ("a & b", "a &amp; b", "a &amp; b"),
        ("&amp;", "&amp;amp;", "&amp;amp;"),
        ("<\">'", "&lt;&quot;&gt;'", "&lt;&quot;&gt;'"),
        ("1\n2\t3\r\n", "1\n2\t3&#13;\n", "1&#10;2&#9;3&#13;&#10;"),
        ("a\0b\x08\x1f\ufffe\ud800c", "abc", "abc"),
    ],
)
def test_escaping(raw: str, content: str, value: str) -> None:
    assert xmltree.escape(raw) == content
    assert xmltree.attribute(raw) == value


# --- reading -----------------------------------------------------------------------------------------


def test_reading_children_and_text() -> None:
    root = parse(
        b"<r> <!-- c --><t>a<![CDATA[<&>]]><!-- c -->b<i>no</i>c<?p?></t><e/><t>second</t><SMSID>7</SMSID></r>"
    ).root
    assert xmltree.child_text(root, "t") == "a<&>bc"
    assert xmltree.child_text(root, "e") == ""
    assert xmltree.child_text(root, "smsid") is None
    assert xmltree.child(root, "absent") is None
    found = xmltree.child(root, "smsid", "SMSID", "sms_id")
    assert found is not None
    assert xmltree.text_of(found) == "7"
    assert xmltree.text_of(root) == " "


# --- cost and threads --------------------------------------------------------------------------------


def test_many_threads_parse_at_once() -> None:
    wrong: list[str | None] = []

    def work(mark: int) -> None:
        for at in range(200):
            expected = f"{mark}-{at}-{TEXT}"
            read = text(f"<r><n{mark}_{at}/><t>{expected}</t></r>".encode())
            if read != expected or code(f"<r><t{mark}></r>".encode()) != 76:
                wrong.append(read)

    threads = [threading.Thread(target=work, args=(mark,)) for mark in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_large_body_is_parsed_and_repaired() -> None:
    rows = b'<abonent phone="79033256699" number_sms="1"/>' * 180_000
    result = parse(b"<r>" + rows + b"<t>a & b</t></r>")
    assert result.repaired is True
    assert len(result.root) == 180_001


@pytest.mark.parametrize(
    "unit", ["<!--", "<![CDATA[", "<?", "<a”", "<a x=”", ' x="', "<a x='", "&", "&a", "</ ", " ", "="]
)
def test_hostile_repetition_ends(unit: str) -> None:
    assert code(f"<a x=”1” {unit * (1_000_000 // len(unit))}".encode()) > 0


# In a process of its own: memory that other tests have freed would hide the growth.
INVENTED_NAMES = """
from pathlib import Path
from tolmach.codecs.xmltree import parse

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

def invent(start):
    names = (b"<n%d_%s/>" % (at, b"x" * 60) for at in range(start, start + 2000))
    return parse(b"<r>" + b"".join(names) + b"</r>").root

kept = [invent(start) for start in range(0, 60_000, 2000)][0]
before = resident()
for start in range(100_000, 500_000, 2000):
    invent(start)
print(resident() - before, kept[0].tag)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_invented_names_do_not_fill_the_memory() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", INVENTED_NAMES],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    grown, name = ran.stdout.split()
    assert int(grown) < 20_000_000
    assert name == "n0_" + "x" * 60
