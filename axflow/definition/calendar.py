"""A calendar as a document: which days are worked and when each local day begins, fixed when a definition is published.

Governments decide on holidays and time zones, and change them; a due date must not change with a library's version. So
both are materialised once into a document that its digest identifies, and everything after asks the document only.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final
from unicodedata import normalize
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from axflow.definition.canonical import digest_of

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_TICK = timedelta(microseconds=1)


class CalendarError(ValueError):
    """A calendar is wrong, or was asked about a day that it doesn't cover; the message says what to publish."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days and local days of one country, from `first_day` to `last_day` inclusive.

    `weekend` holds names of weekdays, `holidays` ISO dates with their names. `offsets` are the changes of the local
    clock, oldest first: the UTC instant of the change as RFC 3339 text (empty for the first, which has always held) and
    the offset from UTC in seconds from then on.

    Raises `CalendarError` naming the field that is wrong.
    """

    id: str
    country: str
    timezone: str
    weekend: tuple[str, ...]
    holidays: Mapping[str, str]
    first_day: date
    last_day: date
    version: str
    offsets: tuple[tuple[str, int], ...]
    _working: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _changes: tuple[datetime, ...] = field(init=False, repr=False, compare=False)
    _shifts: tuple[timedelta, ...] = field(init=False, repr=False, compare=False)
    _digest: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.weekend) - set(WEEKDAYS)):
            raise self._error(f"weekend names {unknown[0]!r}, which is none of {', '.join(WEEKDAYS)}")
        if self.first_day > self.last_day:
            raise self._error(f"first_day {self.first_day} is after last_day {self.last_day}")
        holidays = {self._date(text, "holidays").toordinal() for text in self.holidays}
        free = {WEEKDAYS.index(name) for name in self.weekend}
        span = range(self.first_day.toordinal(), self.last_day.toordinal() + 1)
        # Ordinal 1 is a Monday, 0001-01-01 of the proleptic Gregorian calendar.
        working = tuple(day for day in span if (day - 1) % 7 not in free and day not in holidays)
        if not working:
            raise self._error("has no working day at all: its weekend or its holidays take every day")
        if not self.offsets or self.offsets[0][0] != "":
            raise self._error('offsets begin with the offset that has always held, ["", seconds]')
        self._keep("holidays", dict(sorted(self.holidays.items())))
        self._keep("_working", working)
        self._keep("_shifts", tuple(timedelta(seconds=seconds) for _, seconds in self.offsets))
        self._keep("_changes", tuple(self._instant(text) for text, _ in self.offsets[1:]))
        if any(later <= earlier for earlier, later in pairwise(self._changes)):
            raise self._error("offsets are not in the order of their instants")
        self._keep("_digest", digest_of(self.to_json()))

    @classmethod
    def materialise(
        cls,
        country: str,
        timezone: str,
        years: Iterable[int],
        *,
        extra: Mapping[str, str] | None = None,
        remove: Iterable[str] = (),
        id: str | None = None,
        version: str = "1",
        weekend: Iterable[str] | None = None,
    ) -> Calendar:
        """Draw up the calendar of `country` (ISO 3166-1) for `years`, which must follow each other without a gap.

        Holidays come from the `holidays` package, in the country's own language, changes of the clock from the system's
        time zone data: call this when publishing, never while deciding. `extra` adds days (ISO date to name), such as a
        holiday the government has just declared; `remove` takes days out. `weekend` replaces the country's own.
        """
        covered = sorted(set(years))
        if not covered or covered != list(range(covered[0], covered[-1] + 1)):
            raise CalendarError(f"calendar of {country!r}: years {covered} are not one unbroken run; name each year")
        known, free = _published(country, covered)
        for text in remove:
            if known.pop(text, None) is None:
                raise CalendarError(f"calendar of {country!r}: {text!r} in remove is no holiday of the years given")
        known.update((text, normalize("NFC", name)) for text, name in (extra or {}).items())
        first, last = date(covered[0], 1, 1), date(covered[-1], 12, 31)
        return cls(
            id=id or f"{country.lower()}_{covered[0]}_{covered[-1]}",
            country=country,
            timezone=timezone,
            weekend=tuple(free if weekend is None else weekend),
            holidays=known,
            first_day=first,
            last_day=last,
            version=version,
            offsets=_clock_changes(timezone, first, last),
        )

    def changed(
        self, *, extra: Mapping[str, str] | None = None, remove: Iterable[str] = (), version: str | None = None
    ) -> Calendar:
        """This calendar with days off added (ISO date to name), such as one just announced, and others worked again.

        Raises `CalendarError` for a day that it does not cover, and one in `remove` that is no holiday.
        """
        known = dict(self.holidays)
        for text in remove:
            if known.pop(text, None) is None:
                raise self._error(f"{text!r} is no holiday here, so it cannot be worked again")
        for text, name in (extra or {}).items():
            self._covered(self._date(text, "extra"))
            known[text] = normalize("NFC", name)
        return replace(self, holidays=known, version=self.version if version is None else version)

    def same_days(self, other: Calendar) -> bool:
        """Whether both say the same of every day, under whatever id and version."""
        return {**self.to_json(), "id": "", "version": ""} == {**other.to_json(), "id": "", "version": ""}

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal: it identifies the document."""
        return self._digest

    def to_json(self) -> dict[str, Any]:
        """The document as JSON."""
        return {
            "id": self.id,
            "country": self.country,
            "timezone": self.timezone,
            "weekend": list(self.weekend),
            "holidays": dict(self.holidays),
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "version": self.version,
            "offsets": [list(change) for change in self.offsets],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Calendar:
        """Read what `to_json` wrote; `CalendarError` names what is missing or wrong."""
        try:
            return cls(
                id=data["id"],
                country=data["country"],
                timezone=data["timezone"],
                weekend=tuple(data["weekend"]),
                holidays=dict(data["holidays"]),
                first_day=date.fromisoformat(data["first_day"]),
                last_day=date.fromisoformat(data["last_day"]),
                version=data["version"],
                offsets=tuple((since, seconds) for since, seconds in data["offsets"]),
            )
        except KeyError as error:
            raise CalendarError(f"the calendar {data.get('id', '(without id)')!r} has no {error}") from None
        except CalendarError:
            raise
        except (TypeError, ValueError) as error:
            raise CalendarError(f"the calendar {data.get('id', '(without id)')!r} can't be read: {error}") from None

    def __hash__(self) -> int:
        return hash(self._digest)

    # Days

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is neither weekend nor holiday."""
        ordinal = self._covered(day).toordinal()
        place = bisect_left(self._working, ordinal)
        return place < len(self._working) and self._working[place] == ordinal

    def next_working_day(self, day: date) -> date:
        """`day` itself if it is worked, else the first working day after it."""
        return self._worked(bisect_left(self._working, self._covered(day).toordinal()))

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself doesn't count; for 0, `next_working_day`."""
        if count < 0:
            raise ValueError(f"{count} working days: a clock does not run backwards; count from 0")
        if count == 0:
            return self.next_working_day(day)
        return self._worked(bisect_right(self._working, self._covered(day).toordinal()) + count - 1)

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days there are after `after`, up to and including `until`; 0 if `until` is not later."""
        first, last = self._covered(after).toordinal(), self._covered(until).toordinal()
        return max(bisect_right(self._working, last) - bisect_right(self._working, first), 0)

    # Local days and instants

    def day_of(self, instant: datetime) -> date:
        """The local day in which `instant` (aware, any zone) lies."""
        utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
        return self._covered((utc + self._shifts[bisect_right(self._changes, utc)]).date())

    def start_of(self, day: date) -> datetime:
        """The first instant of the local `day`, in UTC: midnight, the first of two, or the end of a gap over it."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        # No offset exceeds a day, so the clock that shows this midnight is that of a day before, or a later one.
        place = bisect_right(self._changes, midnight - _DAY)
        while place < len(self._changes):
            start = midnight - self._shifts[place]
            if start < self._changes[place]:
                return start
            place += 1
            if midnight - self._shifts[place] < self._changes[place - 1]:
                return self._changes[place - 1]  # the old clock ended before this midnight, the new one began after it
        return midnight - self._shifts[place]

    def end_of(self, day: date) -> datetime:
        """The last microsecond of the local `day`, in UTC."""
        return self.start_of(self._covered(day) + _DAY) - _TICK

    def _worked(self, place: int) -> date:
        if place < len(self._working):
            return date.fromordinal(self._working[place])
        raise self._uncovered((self.last_day + _DAY).year)

    def _covered(self, day: date) -> date:
        if self.first_day <= day <= self.last_day:
            return day
        raise self._uncovered(day.year)

    def _uncovered(self, year: int) -> CalendarError:
        return self._error(
            f"covers {self.first_day} to {self.last_day} and knows no holidays of {year}: "
            f"publish a calendar that includes {year}; running clocks are then reckoned again"
        )

    def _date(self, text: str, where: str) -> date:
        try:
            day: date | None = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or day.isoformat() != text:
            raise self._error(f"{where} holds {text!r}, which is no day such as 2026-10-09")
        return day

    def _instant(self, text: str) -> datetime:
        try:
            instant: datetime | None = datetime.fromisoformat(text)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is not UTC:
            raise self._error(f"offsets holds {text!r}, which is no UTC instant such as 2026-03-29T01:00:00Z")
        return instant

    def _error(self, problem: str) -> CalendarError:
        return CalendarError(f"calendar {self.id!r}, version {self.version!r}: {problem}")

    def _keep(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


def _published(country: str, years: list[int]) -> tuple[dict[str, str], list[str]]:
    """The holidays of `country` in its own language, and the names of its weekend days."""
    import holidays  # 30 ms and large tables: only publishing needs it

    if country not in holidays.list_supported_countries():
        raise CalendarError(f"no holidays are known for the country {country!r}; use an ISO 3166-1 code such as 'KR'")
    language = getattr(holidays, country).default_language
    found = holidays.country_holidays(country, years=years, language=language)
    names = {day.isoformat(): normalize("NFC", found[day]) for day in found if day.year in years}
    return names, [WEEKDAYS[number] for number in sorted(found.weekend)]


@lru_cache(maxsize=64)
def _clock_changes(timezone: str, first: date, last: date) -> tuple[tuple[str, int], ...]:
    """The offsets of `timezone` over the days given and a day on either side; a change is found by halving its day."""
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise CalendarError(f"{timezone!r} is no time zone; use a name of the IANA list such as 'Asia/Seoul'") from None

    def offset(instant: datetime) -> int:
        return int((instant.astimezone(zone).utcoffset() or timedelta()).total_seconds())

    at = datetime(first.year, first.month, first.day, tzinfo=UTC) - _DAY
    until = datetime(last.year, last.month, last.day, tzinfo=UTC) + 3 * _DAY
    changes = [("", offset(at))]
    while at < until:
        following = at + _DAY
        if offset(following) != offset(at):
            before, after = at, following
            while after - before > _SECOND:
                middle = before + (after - before) // 2
                middle = middle.replace(microsecond=0)
                before, after = (middle, after) if offset(middle) == offset(at) else (before, middle)
            changes.append((after.isoformat().replace("+00:00", "Z"), offset(following)))
        at = following
    return tuple(changes)
