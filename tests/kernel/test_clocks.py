"""Working time: the table worked out by hand, and what must hold for every clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from axflow.definition.calendar import Calendar, CalendarError
from axflow.definition.duration import Duration
from axflow.kernel.clocks import Span, add_months, due, elapsed, end_of_validity, pause, resume
from tests.kernel.working_time_table import DUE, HOLIDAYS, PAUSED, Due, Paused

SEOUL = Calendar(
    id="kr",
    country="KR",
    timezone="Asia/Seoul",
    weekend=("saturday", "sunday"),
    holidays=HOLIDAYS,
    first_day=date(2024, 1, 1),
    last_day=date(2028, 12, 31),
    version="1",
    offsets=(("", 9 * 3600),),
)
NEW_YORK = Calendar.materialise("US", "America/New_York", range(2025, 2028))


def instant(text: str) -> datetime:
    """The instant that a cell of the table names: a time, or the end of a day in Seoul."""
    if len(text) == 10:
        return datetime.fromisoformat(text + "T23:59:59.999999+09:00").astimezone(UTC)
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize("row", DUE, ids=lambda row: f"{row.since} {row.limit}")
def test_due_is_what_the_table_says(row: Due) -> None:
    found = due(datetime.fromisoformat(row.since), Duration.parse(row.limit), SEOUL)
    assert found == instant(row.due), row.why
    assert found.tzinfo is UTC


@pytest.mark.parametrize("row", PAUSED, ids=lambda row: f"{row.since} {row.limit} {row.paused}")
def test_a_paused_clock_is_what_the_table_says(row: Paused) -> None:
    limit = Duration.parse(row.limit)
    left = pause(datetime.fromisoformat(row.since), limit, datetime.fromisoformat(row.paused), SEOUL)
    assert left.to_json() == row.left, row.why
    assert resume(left, datetime.fromisoformat(row.resumed), SEOUL) == instant(row.due), row.why


def test_the_table_is_long_enough_and_gives_every_reason() -> None:
    assert len(DUE) + len(PAUSED) >= 40
    assert all(row.why for row in DUE)
    assert all(row.why for row in PAUSED)


def test_the_holidays_of_the_table_are_published_ones() -> None:
    published = Calendar.materialise("KR", "Asia/Seoul", range(2024, 2029)).holidays
    assert set(HOLIDAYS) - set(published) == set()
    settled = {day for day in published if day < "2026"}
    assert {day for day in HOLIDAYS if day < "2026"} == settled


def test_a_second_pause_goes_on_from_what_the_first_left() -> None:
    # 10 working days from Mon 9 March 2026; stopped Wed 11 (2 used), run again Mon 16, stopped Thu 19 (17, 18, 19: 5
    # used), run again Mon 23: 24-27 = 4, Mon 30 = 5.
    start, limit = instant("2026-03-09T09:00:00+09:00"), Duration(10, "working_days")
    first = pause(start, limit, instant("2026-03-11T09:00:00+09:00"), SEOUL)
    again = instant("2026-03-16T09:00:00+09:00")
    second = pause(again, first, instant("2026-03-19T09:00:00+09:00"), SEOUL)
    assert (first.amount, second.amount) == (8, 5)
    assert resume(second, instant("2026-03-23T09:00:00+09:00"), SEOUL) == instant("2026-03-30")


def test_local_days_have_the_length_that_their_zone_gives_them() -> None:
    # New York springs forward on Sun 8 March 2026 and falls back on Sun 1 November 2026.
    friday = datetime(2026, 3, 6, 17, tzinfo=UTC)
    assert due(friday, Duration(3, "days"), NEW_YORK) == datetime(2026, 3, 10, 3, 59, 59, 999999, tzinfo=UTC)
    assert due(friday, Duration(72, "hours"), NEW_YORK) == datetime(2026, 3, 9, 17, tzinfo=UTC)
    october = datetime(2026, 10, 30, 17, tzinfo=UTC)
    assert due(october, Duration(1, "working_days"), NEW_YORK) == datetime(2026, 11, 3, 4, 59, 59, 999999, tzinfo=UTC)


def test_validity_ends_on_a_holiday_all_the_same() -> None:
    start = instant("2026-02-13T10:00:00+09:00")
    assert end_of_validity(start, Duration(1, "days"), SEOUL) == instant("2026-02-14")
    assert end_of_validity(start, Duration(24, "months"), SEOUL) == instant("2028-02-13")
    assert end_of_validity(start, Duration(36, "hours"), SEOUL) == start + timedelta(hours=36)


def test_elapsed_counts_as_the_limit_does() -> None:
    start, at = instant("2026-02-13T10:00:00+09:00"), instant("2026-02-23T09:00:00+09:00")
    assert elapsed(start, at, "working_days", SEOUL) == Span("working_days", 3)
    assert elapsed(start, at, "days", SEOUL) == Span("days", 10)
    assert elapsed(start, at, "microseconds", SEOUL) == Span("microseconds", (10 * 24 - 1) * 3600 * 1_000_000)


def test_time_without_offset_or_backwards_is_refused() -> None:
    start = instant("2026-03-09T09:00:00+09:00")
    with pytest.raises(ValueError, match="no offset"):
        due(datetime(2026, 3, 9), Duration(1, "days"), SEOUL)
    with pytest.raises(ValueError, match="before that"):
        pause(start, Duration(1, "days"), start - timedelta(seconds=1), SEOUL)
    with pytest.raises(ValueError, match="before that"):
        elapsed(start, start - timedelta(seconds=1), "days", SEOUL)


def test_a_due_date_beyond_the_calendar_names_the_year_to_publish() -> None:
    start = instant("2028-12-29T09:00:00+09:00")
    for limit in ("1 working day", "3 days", "24 months", "5 years"):
        with pytest.raises(CalendarError, match=r"publish a calendar that includes 20(29|30|33)"):
            due(start, Duration.parse(limit), SEOUL)
    for limit in ("1000000 years", "1000000 weeks", "1000000 months"):
        with pytest.raises(CalendarError, match="shorten the limit"):
            due(start, Duration.parse(limit), SEOUL)


@pytest.mark.parametrize(
    "data", [{}, {"days": 1, "weeks": 2}, {"weeks": 1}, {"days": -1}, {"days": True}, {"days": 1.5}]
)
def test_a_span_that_is_none_is_refused(data: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"span|unit of a clock|whole number"):
        Span.from_json(data)


# Properties

starts = st.datetimes(datetime(2024, 1, 1, 12), datetime(2026, 6, 30)).map(lambda at: at.replace(tzinfo=UTC))
limits = st.one_of(
    st.builds(Duration, st.integers(0, 120), st.sampled_from(["days", "working_days", "hours", "minutes"])),
    st.builds(Duration, st.integers(0, 12), st.sampled_from(["weeks", "months"])),
    st.builds(Duration, st.integers(0, 1), st.just("years")),
)
waits = st.timedeltas(timedelta(), timedelta(days=60))


@settings(max_examples=150)
@given(starts, limits, waits)
def test_a_later_start_is_never_due_earlier(start: datetime, limit: Duration, wait: timedelta) -> None:
    assert due(start, limit, SEOUL) <= due(start + wait, limit, SEOUL)


@settings(max_examples=150)
@given(starts, limits, st.integers(0, 12))
def test_a_longer_limit_is_never_due_earlier(start: datetime, limit: Duration, more: int) -> None:
    if limit.unit == "years":
        more %= 2
    longer = Duration(limit.amount + more, limit.unit)
    assert start <= due(start, limit, SEOUL) <= due(start, longer, SEOUL)


@settings(max_examples=150)
@given(starts, limits)
def test_day_clocks_are_due_at_the_end_of_a_working_day(start: datetime, limit: Duration) -> None:
    at = due(start, limit, SEOUL)
    if limit.exact:
        assert at - start == limit.as_timedelta()
    else:
        assert SEOUL.is_working_day(SEOUL.day_of(at))
        assert SEOUL.day_of(at + timedelta(microseconds=1)) == SEOUL.day_of(at) + timedelta(days=1)


@settings(max_examples=150)
@given(starts, limits, waits, st.timedeltas(timedelta(), timedelta(hours=24)))
def test_stopping_and_running_again_on_one_day_changes_nothing(
    start: datetime, limit: Duration, wait: timedelta, gap: timedelta
) -> None:
    at = start + wait
    again = at if limit.exact else min(at + gap, SEOUL.end_of(SEOUL.day_of(at)))
    assume(at <= end_of_validity(start, limit, SEOUL))
    assert resume(pause(start, limit, at, SEOUL), again, SEOUL) == due(start, limit, SEOUL)


@settings(max_examples=150)
@given(starts, limits, waits, waits)
def test_a_pause_never_makes_a_clock_due_earlier_and_leaves_no_more_than_it_had(
    start: datetime, limit: Duration, wait: timedelta, gap: timedelta
) -> None:
    at = start + wait
    left = pause(start, limit, at, SEOUL)
    assert left == Span.from_json(left.to_json())
    assert resume(left, at + gap, SEOUL) >= min(due(start, limit, SEOUL), at + gap)
    unpaused = pause(start, limit, start, SEOUL)
    assert left.amount == max(unpaused.amount - elapsed(start, at, left.unit, SEOUL).amount, 0)


@settings(max_examples=200)
@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 1200))
def test_months_go_to_the_same_day_or_the_month_end(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
