"""When something happened, as precisely as its source says it: an instant, a day, a month or a year.

A month stays a month. What the text names is kept beside the closed interval of UTC instants that it covers in the
zone of its source, so that rules can be judged at the interval's end without inventing a day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

Precision = Literal["instant", "day", "month", "year"]
PRECISIONS: Final[tuple[Precision, ...]] = ("instant", "day", "month", "year")

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII)
_RIGHT = '"2021", "2021-07", "2021-07-30" or an RFC 3339 time with offset such as "2021-07-30T14:05:00+09:00"'


def utc_text(instant: datetime) -> str:
    """`instant` as RFC 3339 in UTC with microseconds, "2026-03-02T00:00:00.000000Z": one spelling per instant.

    Raises `ValueError` for a datetime without offset.
    """
    at = as_utc(instant)
    # Formatting by hand takes 0.6 of the time of isoformat, which asks the zone again; every entry holds several times.
    return "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ" % (  # noqa: UP031
        at.year,
        at.month,
        at.day,
        at.hour,
        at.minute,
        at.second,
        at.microsecond,
    )


def utc_parse(text: str) -> datetime:
    """The aware UTC datetime that `text` (RFC 3339 with offset) names; `ValueError` without offset or in other form."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f'{text!r} is no RFC 3339 time, such as "2021-07-30T05:05:00.000000Z"') from None
    return as_utc(instant)


def as_utc(instant: datetime) -> datetime:
    """`instant` in UTC; `ValueError` for a datetime without offset, which names no instant."""
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no offset, so it names no instant; give it a time zone")
    return instant.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a source says about when: its `text`, its `precision`, and the closed interval from `start` to `end` in UTC.

    `end` is the last microsecond that the text covers; for an instant, `start == end`.
    """

    text: str
    precision: Precision
    start: datetime
    end: datetime

    @classmethod
    def of(cls, instant: datetime) -> Moment:
        """The moment of one instant; `ValueError` for a datetime without offset."""
        utc = as_utc(instant)
        return cls(utc_text(utc), "instant", utc, utc)

    @classmethod
    def parse(cls, text: str, zone: str | ZoneInfo, *, assume_zone: bool = False) -> Moment:
        """Read `text`: a year, a month, a day in `zone`, or an RFC 3339 instant with its offset.

        A time without offset is refused, since nobody knows which instant it names, unless `assume_zone` says that the
        source is known to write local times of `zone`; even then one that the zone's clocks skip or show twice is
        refused. Raises `ValueError` saying what would be right.
        """
        zone = ZoneInfo(zone) if isinstance(zone, str) else zone
        try:
            if match := _DATE.fullmatch(text):
                return cls._of_date(text, match, zone)
            if match := _TIME.fullmatch(text):
                return cls._of_time(text, match[1] is not None, zone, assume_zone)
        except OverflowError:
            raise ValueError(f"{text!r} lies outside the years that can be computed with") from None
        raise ValueError(f"{text!r} is no moment: write {_RIGHT}")

    @classmethod
    def _of_date(cls, text: str, match: re.Match[str], zone: ZoneInfo) -> Moment:
        precision: Precision = "day" if match[3] else "month" if match[2] else "year"
        try:
            first = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        except ValueError as error:
            raise ValueError(f"{text!r} is no {precision} ({error}): write {_RIGHT}") from None
        if first.year == 9999:
            raise OverflowError
        if precision == "day":
            following = first + _DAY
        elif precision == "month":
            following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        else:
            following = date(first.year + 1, 1, 1)
        start, end = start_of_day(first, zone), start_of_day(following, zone) - _TICK
        if end < start:
            raise ValueError(f"{text!r} is a day that the clocks of {zone.key} left out: write another, or an instant")
        return cls(text, precision, start, end)

    @classmethod
    def _of_time(cls, text: str, has_offset: bool, zone: ZoneInfo, assume_zone: bool) -> Moment:
        try:
            instant = datetime.fromisoformat(text.upper())
        except ValueError as error:
            raise ValueError(f"{text!r} is no time ({error}): write {_RIGHT}") from None
        if not has_offset:
            if not assume_zone:
                raise ValueError(f"{text!r} has no offset, so it names no instant: write {_RIGHT}")
            first, second = instant.replace(tzinfo=zone), instant.replace(tzinfo=zone, fold=1)
            if first.utcoffset() != second.utcoffset():
                raise ValueError(f"{text!r} is skipped or shown twice by the clocks of {zone.key}: write its offset")
            instant = first
        utc = instant.astimezone(UTC)
        return cls(text, "instant", utc, utc)

    def to_json(self) -> dict[str, str]:
        """The moment as JSON: text, precision, start and end."""
        return {
            "text": self.text,
            "precision": self.precision,
            "start": utc_text(self.start),
            "end": utc_text(self.end),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Moment:
        """Read what `to_json` wrote; the zone is not needed again. `ValueError` names what is wrong."""
        try:
            text, precision = data["text"], data["precision"]
            start, end = utc_parse(data["start"]), utc_parse(data["end"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"a moment has text, precision, start and end as text, not {data!r} ({error})") from None
        if not isinstance(text, str) or precision not in PRECISIONS:
            raise ValueError(f"a moment's precision is one of {', '.join(PRECISIONS)}, not {precision!r}")
        if start > end or (precision == "instant") != (start == end):
            raise ValueError(f"the moment {text!r} runs from {data['start']} to {data['end']}, which is no {precision}")
        return cls(text, precision, start, end)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of `day` in `zone`, in UTC.

    Where clocks skip midnight, that is the instant of the change; where midnight comes twice, the first: `fold=0` gives
    both (PEP 495).
    """
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
