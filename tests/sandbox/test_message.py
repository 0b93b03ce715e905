from tolmach.codecs.segments import Alphabet
from tolmach.core.content import Channel
from tolmach.sandbox.message import Encoding, MessageQuery


def test_encodings_are_called_as_everywhere() -> None:
    of_smpp = {Encoding.LATIN1, Encoding.CYRILLIC, Encoding.HEBREW, Encoding.BINARY}
    assert set(Encoding) - of_smpp == {*Alphabet, Channel.VIBER, Channel.WHATSAPP, Channel.VK}


def test_a_query_says_nothing_unless_told() -> None:
    assert MessageQuery() == MessageQuery(phone="", after=0, since=None, containing="", limit=100, newest=False)
