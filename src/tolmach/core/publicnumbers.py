"""What the public metadata of ``phonenumbers`` knows of a number: the answer where no numbering plan has one.

It knows the carriers of most countries and the places of geographic numbers, but neither region nor zone of a Russian
mobile number. Its place names take 100 MB and a third of a second to load, so they are loaded when first needed.
"""

from datetime import datetime
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import carrier, timezone

from tolmach.core.regions import zone_of
from tolmach.core.timezones import zone

LANGUAGE: Final = "ru"  # that of the accounts
_RUSSIAN_MOBILE: Final = "79"
_ONE_SPELLING: Final = {  # the metadata spells these by chance one way or the other
    "MegaFon": "МегаФон",
    "Beeline": "Билайн",
    "MTS": "МТС",
    "Motiv": "Мотив",
    "МОТИВ": "Мотив",
    "Tele2": "T2",
}
_KAZAKHSTAN: Final = ("76", "77")
_SEASONS: Final = (datetime(2026, 1, 1, 12), datetime(2026, 7, 1, 12))  # noqa: DTZ001


@lru_cache(maxsize=4096)
def describe(phone: str) -> tuple[str, str, str]:
    """Return operator, region and IANA zone of international digits, each "" where it is not known."""
    try:
        number = phonenumbers.parse("+" + phone)
    except phonenumbers.NumberParseException:
        return "", "", ""
    operator = carrier.name_for_number(number, LANGUAGE)
    if phone.startswith(_RUSSIAN_MOBILE):
        return _ONE_SPELLING.get(operator, operator), "", ""
    region = _region(number)
    if phone.startswith(_KAZAKHSTAN):
        return operator, region, "Asia/Almaty"
    return operator, region, _agreed(timezone.time_zones_for_number(number)) or zone_of(region)


def _region(number: phonenumbers.PhoneNumber) -> str:
    from phonenumbers import geocoder  # noqa: PLC0415 - see above

    return str(geocoder.description_for_number(number, LANGUAGE))


def _agreed(names: tuple[str, ...]) -> str:
    """Return the first of several zones when their clocks show the same, in winter and in summer."""
    try:
        offsets = {tuple(zone(name).utcoffset(season) for season in _SEASONS) for name in names}
    except ValueError:  # "Etc/Unknown" is no zone
        return ""
    return names[0] if len(offsets) == 1 else ""
