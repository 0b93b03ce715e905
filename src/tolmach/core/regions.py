"""Time zones of Russian regions, by whatever spelling the numbering plan or a subscriber base has of them.

The registry writes «г. Москва», «Московская область», «Республика Саха /Якутия/», «Ханты-Мансийский - Югра АО»,
«г. Москва * Московская область», «г. Барнаул|Алтайский край». What tells regions apart is the stem of one word, so
the table below has stems; the longest that a word starts with counts. A region with several zones has its capital's.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import Final

from tolmach.core.timezones import zone

MOSCOW: Final = "Europe/Moscow"

_STEMS_OF_ZONES: Final = {
    "Europe/Kaliningrad": "калинингр",
    MOSCOW: (
        "москов москв петербург санкт ленинград адыг майкоп архангел белгород брянск владимир вологод вологда воронеж "
        "дагест махачкал иванов ингуш назран магас кабард балкар нальчик калмык элиста калуж калуг карача черкес карел "
        "петрозавод коми сыктывкар костром краснодар кубан сочи курск липецк марий йошкар мордов саранск мурманск "
        "ненец нарьян нижегород новгород орлов орел пенз псков ростов рязан осет владикавказ смоленск ставропол "
        "тамбов татар казан твер тула тульск чечен чечн грозн чуваш чебоксар ярослав донецк днр луганск лнр запорож "
        "херсон"
    ),
    "Europe/Simferopol": "крым симфероп севастоп",
    "Europe/Kirov": "киров",
    "Europe/Volgograd": "волгоград",
    "Europe/Samara": "самар тольятти удмурт ижевск",
    "Europe/Saratov": "саратов",
    "Europe/Ulyanovsk": "ульянов",
    "Europe/Astrakhan": "астрахан",
    "Asia/Yekaterinburg": (
        "башк уфа курган оренбург перм пермяц свердл екатеринбург тюмен челябинск магнитогорск ханты югр сургут ямал "
        "салехард"
    ),
    "Asia/Qyzylorda": "байконур",
    "Asia/Omsk": "омск",
    "Asia/Novosibirsk": "новосиб",
    "Asia/Barnaul": "алтай барнаул",
    "Asia/Tomsk": "томск",
    "Asia/Novokuznetsk": "кемеров кузбас новокузнец",
    "Asia/Krasnoyarsk": "краснояр норильск хакас абакан тыв тув кызыл таймыр долган эвенк",
    "Asia/Irkutsk": "иркут братск бурят ордын",
    "Asia/Chita": "забайкал чит агин",
    "Asia/Yakutsk": "амурск благовещен саха якут",
    "Asia/Vladivostok": "примор владивост хабаров еврей биробидж",
    "Asia/Sakhalin": "сахалин",
    "Asia/Magadan": "магадан",
    "Asia/Kamchatka": "камчат коряк",
    "Asia/Anadyr": "чукот анадыр",
}
_ZONES: Final = {stem: name for name, stems in _STEMS_OF_ZONES.items() for stem in stems.split()}
_SHORTEST = min(map(len, _ZONES))
_ALTERNATIVES = re.compile(r"[*;,]")
_WORDS = re.compile(r"[а-я]+")


@lru_cache(maxsize=4096)
def zone_of(region: str) -> str:
    """Return the IANA zone of a Russian region, "" when it is not recognised or names regions of several zones."""
    alternatives = [_zone(one.rpartition("|")[2]) for one in _ALTERNATIVES.split(region.lower().replace("ё", "е"))]
    found = {name for name in alternatives if name}
    return found.pop() if len(found) == 1 else ""


def _zone(region: str) -> str:
    words = _WORDS.findall(region)
    if any(word.startswith("пермяц") for word in words):
        return _ZONES["пермяц"]  # «Коми-Пермяцкий» is not «Коми»
    return next((name for name in map(_zone_of_word, words) if name), "")


def _zone_of_word(word: str) -> str:
    stems = (word[:length] for length in range(len(word), _SHORTEST - 1, -1))
    return next((_ZONES[stem] for stem in stems if stem in _ZONES), "")


def hours_from_moscow(time_zone: str, moment: datetime) -> float:
    """Return how many hours a zone is ahead of Moscow at a moment; negative when it is behind."""
    ahead = moment.astimezone(zone(time_zone)).utcoffset()
    moscow = moment.astimezone(zone(MOSCOW)).utcoffset()
    assert ahead is not None
    assert moscow is not None
    return (ahead - moscow).total_seconds() / 3600
