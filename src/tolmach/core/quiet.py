"""Quiet hours: a part of every day in which nobody is written to; what falls into it waits for its end."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tolmach.core.timezones import to_utc, to_wall


@dataclass(frozen=True, slots=True)
class Quiet:
    """From ``begins`` up to ``ends`` by the recipient's clock; they may lie on two days, as 21:00 and 10:00 do."""

    begins: time
    ends: time

    def covers(self, clock: time) -> bool:
        """Tell whether a time of the day is quiet."""
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def after(self, moment: datetime, zone: str) -> datetime:
        """Return a moment (aware, UTC) itself, or the end of the quiet hours that it falls into in a zone."""
        wall = to_wall(moment, zone)
        if not self.covers(wall.time()):
            return moment
        day = wall.date() + timedelta(days=wall.time() >= self.ends)
        return max(moment, to_utc(datetime.combine(day, self.ends), zone))
