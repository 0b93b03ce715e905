import pytest
from hypothesis import given
from hypothesis import strategies as st

from tolmach.codecs import gsm0338
from tolmach.codecs.translit import transliterate

PAIRS = [
    ("", ""),
    ("plain [text] 1", "plain [text] 1"),
    ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "abvgdeyozhzijklmnoprstufhcchshschyeyuya"),
    ("іїєґ", "iyiyeg"),
    ("Щука", "Schuka"),
    ("ЩИ", "SCHI"),
    ("Я", "Ya"),
    ("Я и Ты", "Ya i Ty"),
    ("ОБЪЯВЛЕНИЕ: Жук", "OBYAVLENIE: Zhuk"),
    ("ЮЛЯ, Юля, юля", "YULYA, Yulya, yulya"),
    ("СМС-ЧАТ", "SMS-CHAT"),
    ("ЩИт", "SchIt"),
    ("iЧАС", "iChAS"),
    ("ЁЖ2", "YOZH2"),
    ("Ключ Щ", "Klyuch Sch"),
    ("подъезд, большой", "podezd, bolshoj"),
    ("«Ромашка» — “лучшая” „фирма‟", '"Romashka" - "luchshaya" "firma"'),
    ("заказ № 5… 10\u00a0000\u202fруб.", "zakaz N 5... 10 000 rub."),
    ("it’s `ok`", "it's 'ok'"),
    ("`ascii`", "'ascii'"),
    ("1–2−3", "1-2-3"),
    ("и\u0306 е\u0308", "j yo"),
    ("пере\u00adнос", "perenos"),
    ("日本 😀", "日本 😀"),
    ("\ud800я", "\ud800ya"),
]


@pytest.mark.parametrize(("text", "latin"), PAIRS)
def test_transliteration(text: str, latin: str) -> None:
    assert transliterate(text) == latin


@given(st.text(st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґАЩЪЮЯЇЄҐЫЭ«»“”„—–…№\u00a0 aZ1.,!`")))
def test_russian_and_ukrainian_become_gsm(text: str) -> None:
    latin = transliterate(text)
    assert gsm0338.unencodable(latin) is None
    assert transliterate(latin) == latin


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_accepted_and_settles(text: str) -> None:
    latin = transliterate(text)
    assert transliterate(latin) == latin


@given(st.text(st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщыэюя"), min_size=2))
def test_capitals_stay_capitals(word: str) -> None:
    assert transliterate(word.upper()) == transliterate(word).upper()
    assert transliterate(word.capitalize()).lower() == transliterate(word)
