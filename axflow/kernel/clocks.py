"""Working time: when a limit is due, what a clock has left when it stops, and when it is due after it runs again.

The rules, for local days of the calendar given:

- Hours and minutes are absolute time: due is an instant, on whatever day it falls.
- Days, weeks, months and years count calendar days. The first day does not count (a limit that starts at any time of
  the 1st and lasts 3 days ends with the 4th), and due is the last microsecond of the last day. If that day is a weekend
  or a holiday, due moves to the end of the next working day. Months and years go to the day of the same number, or to
  the last day of a shorter month.
- Working days count working days only, again without the first day.
- A clock that stops keeps a remainder; the day on which it stops counts as used, the day on which it runs again does
  not count. Stopping and running again on one day therefore changes nothing. The remainder is reckoned from the last
  day before it was moved off a holiday: a pause gains nobody the days of the move.

The first two rules are those of articles 157, 159 and 161 of Korea's Civil Act. Its article 160 differs from the rule
of months in one case: a period that starts on the last day of a month there ends with the last day of a month.

A clock is the pair (since, allowance): when it last began to run, and what it then had. All functions are pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args

from axflow.definition.calendar import Calendar, CalendarError
from axflow.definition.duration import Duration
from axflow.kernel.moment import as_utc

SpanUnit = Literal["days", "working_days", "microseconds"]
SPAN_UNITS: Final[tuple[SpanUnit, ...]] = get_args(SpanUnit)

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """An exact amount of a clock's time: what is left of it, or what has passed. As JSON, `{"working_days": 4}`."""

    unit: SpanUnit
    amount: int

    def __post_init__(self) -> None:
        if self.unit not in SPAN_UNITS:
            raise ValueError(f"{self.unit!r} is no unit of a clock's time: use one of {', '.join(SPAN_UNITS)}")
        if isinstance(self.amount, bool) or not isinstance(self.amount, int) or self.amount < 0:
            raise ValueError(f"{self.amount!r} {self.unit}: a clock's time is a whole number from 0")

    def to_json(self) -> dict[str, int]:
        """The span as JSON."""
        return {self.unit: self.amount}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Span:
        """Read what `to_json` wrote; `ValueError` says what would be right."""
        if len(data) != 1:
            raise ValueError(f'{dict(data)!r} is no span: write one unit and its amount, such as {{"working_days": 4}}')
        unit: Any
        ((unit, amount),) = data.items()
        return cls(unit, amount)


Allowance = Duration | Span
"""What a clock may use: the limit as written when it first runs, the remainder when it runs again."""


def due(since: datetime, allowance: Allowance, calendar: Calendar) -> datetime:
    """The instant, in UTC, by which a clock that runs from `since` with `allowance` has used it up.

    The limit is kept up to and including this instant. Raises `ValueError` if `since` has no offset and `CalendarError`
    if the reckoning leaves the days that `calendar` covers.
    """
    since = as_utc(since)
    exact = _exact(allowance)
    if exact is not None:
        return since + exact
    return calendar.end_of(calendar.next_working_day(_last_day(calendar.day_of(since), allowance, calendar)))


def end_of_validity(since: datetime, validity: Duration, calendar: Calendar) -> datetime:
    """The last instant, in UTC, at which something valid for `validity` from `since` is valid.

    As `due`, but not moved off a holiday: nothing need be done on that day, so nobody is spared it.
    """
    since = as_utc(since)
    exact = _exact(validity)
    if exact is not None:
        return since + exact
    return calendar.end_of(_last_day(calendar.day_of(since), validity, calendar))


def pause(since: datetime, allowance: Allowance, at: datetime, calendar: Calendar) -> Span:
    """What is left, at `at`, of a clock that runs from `since` with `allowance`; nothing if it has run out.

    Raises `ValueError` if `at` is before `since`.
    """
    since, at = _ordered(since, at)
    exact = _exact(allowance)
    if exact is not None:
        return Span("microseconds", max((since + exact - at) // _MICROSECOND, 0))
    today = calendar.day_of(at)
    last = _last_day(calendar.day_of(since), allowance, calendar)
    if allowance.unit == "working_days":
        return Span("working_days", calendar.working_days_between(today, last))
    return Span("days", max((last - today).days, 0))


def resume(remaining: Span, at: datetime, calendar: Calendar) -> datetime:
    """When a clock with `remaining` time that runs again from `at` is due; with nothing left, as that day ends."""
    return due(at, remaining, calendar)


def elapsed(since: datetime, at: datetime, unit: SpanUnit, calendar: Calendar) -> Span:
    """How much of a clock's time has passed from `since` to `at`, in `unit`; the first day doesn't count.

    Raises `ValueError` if `at` is before `since`.
    """
    since, at = _ordered(since, at)
    if unit == "microseconds":
        return Span(unit, (at - since) // _MICROSECOND)
    first, last = calendar.day_of(since), calendar.day_of(at)
    if unit == "working_days":
        return Span(unit, calendar.working_days_between(first, last))
    return Span(unit, (last - first).days)


def add_months(day: date, months: int) -> date:
    """The day of the same number `months` later, or the last day of that month if it is shorter.

    Raises `OverflowError` beyond the year 9998.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > 9998:
        raise OverflowError(f"{months} months from {day} lead to the year {year}, beyond the last one, 9998")
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def _last_day(first: date, allowance: Allowance, calendar: Calendar) -> date:
    """The last day of the allowance, before any move off a holiday."""
    try:
        return _counted(first, allowance, calendar)
    except OverflowError as error:
        raise CalendarError(f"{allowance} from {first} leave every calendar: {error}; shorten the limit") from None


def _counted(first: date, allowance: Allowance, calendar: Calendar) -> date:
    amount = allowance.amount
    match allowance.unit:
        case "working_days":
            return calendar.add_working_days(first, amount)
        case "weeks":
            return first + timedelta(days=7 * amount)
        case "months":
            return add_months(first, amount)
        case "years":
            return add_months(first, 12 * amount)
        case _:
            return first + timedelta(days=amount)


def _exact(allowance: Allowance) -> timedelta | None:
    if allowance.unit == "microseconds":
        return timedelta(microseconds=allowance.amount)
    return allowance.as_timedelta() if isinstance(allowance, Duration) and allowance.exact else None


def _ordered(since: datetime, at: datetime) -> tuple[datetime, datetime]:
    since, at = as_utc(since), as_utc(at)
    if at < since:
        raise ValueError(f"a clock that runs since {since.isoformat()} cannot be read at {at.isoformat()}, before that")
    return since, at
