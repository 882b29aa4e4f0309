"""Dates, timestamps and durations as text: RFC 3339 and the duration text of CEL, with `d` for days of 24 hours."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from axflow.guards.errors import ValueProblem
from axflow.guards.types import LONGEST, MICROSECONDS_PER_DAY
from axflow.guards.values import Span

EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DURATION_PART = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,18})?)(ns|us|µs|ms|s|m|h|d)")
_UNITS: Final = {
    "d": Decimal(MICROSECONDS_PER_DAY),
    "h": Decimal(3_600_000_000),
    "m": Decimal(60_000_000),
    "s": Decimal(1_000_000),
    "ms": Decimal(1_000),
    "us": Decimal(1),
    "µs": Decimal(1),
    "ns": Decimal("0.001"),
}


def parse_date(text: str) -> int:
    """Days since 1970-01-01 of an ISO 8601 calendar date ``YYYY-MM-DD``."""
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups())).toordinal() - EPOCH_DAY
    except ValueError:
        raise ValueProblem(
            f"{text[:40]!r} is not a date.", hint='Write year, month, day: "2026-03-01".', code="not_a_date"
        ) from None


def parse_day_or_month(text: str) -> int | Span:
    """A date, or the span of days of a month ``YYYY-MM``."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return parse_date(text)
    year, month = int(found[1]), int(found[2])
    if not 1 <= month <= 12 or year < 1:
        raise ValueProblem(f"{text!r} is not a month.", hint='Write "2026-03".', code="not_a_date")
    first = date(year, month, 1).toordinal() - EPOCH_DAY
    return Span(first, first + monthrange(year, month)[1] - 1)


def parse_timestamp(text: str) -> int:
    """Microseconds since the epoch of an RFC 3339 timestamp with offset; finer than a microsecond is refused."""
    found = _TIMESTAMP.fullmatch(text)
    hint = 'Write RFC 3339 with an offset: "2026-03-01T09:00:00Z" or "2026-03-01T09:00:00+09:00".'
    if found is None:
        raise ValueProblem(f"{text[:40]!r} is not a timestamp.", hint=hint, code="not_a_timestamp")
    day, hours, minutes, seconds, fraction, offset = found.groups()
    digits = (fraction or "").ljust(9, "0")
    if int(hours) > 23 or int(minutes) > 59 or int(seconds) > 59 or digits[6:] != "000":
        raise ValueProblem(
            f"{text!r} is not a timestamp in microseconds without leap seconds.", hint=hint, code="not_a_timestamp"
        )
    shift = 0
    if offset != "Z":
        shift_hours, shift_minutes = int(offset[1:3]), int(offset[4:6])
        if shift_hours > 23 or shift_minutes > 59:
            raise ValueProblem(f"{text!r} has no valid offset.", hint=hint, code="not_a_timestamp")
        shift = (shift_hours * 60 + shift_minutes) * (-1 if offset[0] == "-" else 1)
    total = (int(hours) * 60 + int(minutes) - shift) * 60 + int(seconds)
    return parse_date(day) * MICROSECONDS_PER_DAY + total * 1_000_000 + int(digits[:6])


def parse_duration(text: str) -> int:
    """Microseconds of a duration such as ``180d``, ``36h``, ``1h30m`` or ``-1.5s``.

    The grammar is CEL's (that of Go's ``time.ParseDuration``) plus ``d``, a day of exactly 24 hours. Months and years
    are refused: they have no fixed length.
    """
    problem = ValueProblem(
        f"{text[:40]!r} is not a duration.",
        hint='Write days, hours, minutes or seconds: "180d", "36h", "1h30m". Months and years have no fixed length.',
        code="not_a_duration",
    )
    body = text[1:] if text[:1] in "+-" else text
    if text == "0":
        return 0
    if not body or len(body) > 120:
        raise problem
    total, position = Decimal(0), 0
    while position < len(body):
        part = _DURATION_PART.match(body, position)
        if part is None:
            raise problem
        total += Decimal(part[1]) * _UNITS[part[2]]
        position = part.end()
    if total != total.to_integral_value():
        raise ValueProblem(
            f"{text!r} is finer than a microsecond.", hint='The finest duration is "1us".', code="not_a_duration"
        )
    if total > LONGEST:
        raise ValueProblem(f"{text!r} is longer than 10,000 years.", hint="Write a shorter one.", code="not_a_duration")
    return -int(total) if text[0] == "-" else int(total)


def show_date(days: int | Span) -> str:
    """ISO text of a day, ``YYYY-MM`` of a whole month, ``first/last`` of another span."""
    if isinstance(days, Span):
        first, last = date.fromordinal(days.first + EPOCH_DAY), date.fromordinal(days.last + EPOCH_DAY)
        whole = (first.year, first.month, monthrange(first.year, first.month)[1])
        if first.day == 1 and (last.year, last.month, last.day) == whole:
            return first.isoformat()[:7]
        return f"{first.isoformat()}/{last.isoformat()}"
    return date.fromordinal(days + EPOCH_DAY).isoformat()


def show_timestamp(moment: int) -> str:
    """RFC 3339 text in UTC, with as few digits of a fraction as are exact."""
    whole, rest = divmod(moment, 1_000_000)
    stamp = (_EPOCH + timedelta(seconds=whole)).replace(tzinfo=None).isoformat()
    return f"{stamp}.{rest:06d}".rstrip("0") + "Z" if rest else f"{stamp}Z"


def show_duration(length: int) -> str:
    """The shortest exact text of a duration: ``15d``, ``1d12h``, ``0s``."""
    if length == 0:
        return "0s"
    rest, parts = abs(length), []
    for unit in ("d", "h", "m", "s", "us"):
        size = int(_UNITS[unit])
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return ("-" if length < 0 else "") + "".join(parts)
