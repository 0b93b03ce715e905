"""Numbers, money and moments as people of a language write them."""

from datetime import date, datetime
from decimal import Decimal

from babel.core import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from tolmach.core.moments import from_ms
from tolmach.core.money import SCALE, Money
from tolmach.core.timezones import to_wall

SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "KZT": "₸", "UAH": "₴", "BYN": "Br"}


class Formats:
    """Writes values in one language; moments in the time zone of the account."""

    def __init__(self, language: str, zone: str) -> None:
        self._locale = Locale.parse({"en": "en_GB"}.get(language, language))
        self._zone = zone

    def money(self, amount: Money, currency: str) -> str:
        """Write an amount with its currency; more than two decimals only where there are more."""
        return f"{self.amount(amount)}\N{NO-BREAK SPACE}{SIGNS.get(currency, currency)}"

    def amount(self, amount: Money) -> str:
        """Write an amount without a currency."""
        value = Decimal(amount) / SCALE
        decimals = max(2, -int(value.normalize().as_tuple().exponent)) if amount else 2
        return format_decimal(value, f"#,##0.{'0' * decimals}", locale=self._locale)

    def number(self, value: float) -> str:
        """Write a whole number."""
        return format_decimal(value, locale=self._locale)

    def percent(self, part: int, whole: int) -> str:
        """Write a share with one decimal; a dash of nothing."""
        return format_percent(part / whole, "#,##0.#%", locale=self._locale) if whole else "—"

    def moment(self, moment: datetime | None) -> str:
        """Write date and time; "" for None."""
        return "" if moment is None else format_datetime(self._wall(moment), "d MMM y, HH:mm", locale=self._locale)

    def stamp(self, ms: int | None) -> str:
        """Write milliseconds since 1970 as date and time; "" for None."""
        return "" if ms is None else self.moment(from_ms(ms))

    def exactly(self, moment: datetime) -> str:
        """Write date and time to the second."""
        return format_datetime(self._wall(moment), "d MMM y, HH:mm:ss", locale=self._locale)

    def day(self, day: date) -> str:
        """Write a day without its year."""
        return format_date(day, "d MMM", locale=self._locale)

    def whole_day(self, written: str) -> str:
        """Write a day of the form YYYY-MM-DD with its year; "" for none."""
        return format_date(date.fromisoformat(written), "d MMM y", locale=self._locale) if written else ""

    def date_of(self, moment: datetime) -> date:
        """Return the day of a moment, where the caller is."""
        return self._wall(moment).date()

    def _wall(self, moment: datetime) -> datetime:
        return to_wall(moment, self._zone).replace(tzinfo=None)
