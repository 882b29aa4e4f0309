"""Moments: as precise as their source, never more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.kernel.moment import Moment, as_utc, start_of_day, utc_parse, utc_text

SEOUL = ZoneInfo("Asia/Seoul")
aware = st.datetimes(
    datetime(1000, 1, 2), datetime(9998, 1, 1), timezones=st.sampled_from([UTC, SEOUL, timezone(-timedelta(hours=5))])
)


@pytest.mark.parametrize(
    ("text", "zone", "precision", "start", "end"),
    [
        ("2021", "Asia/Seoul", "year", "2020-12-31T15:00:00.000000Z", "2021-12-31T14:59:59.999999Z"),
        ("2020-07", "Asia/Seoul", "month", "2020-06-30T15:00:00.000000Z", "2020-07-31T14:59:59.999999Z"),
        ("2020-12", "UTC", "month", "2020-12-01T00:00:00.000000Z", "2020-12-31T23:59:59.999999Z"),
        ("2021-07-30", "Asia/Seoul", "day", "2021-07-29T15:00:00.000000Z", "2021-07-30T14:59:59.999999Z"),
        ("2024-02-29", "UTC", "day", "2024-02-29T00:00:00.000000Z", "2024-02-29T23:59:59.999999Z"),
        # A day of 23 hours and one of 25.
        ("2026-03-08", "America/New_York", "day", "2026-03-08T05:00:00.000000Z", "2026-03-09T03:59:59.999999Z"),
        ("2026-11-01", "America/New_York", "day", "2026-11-01T04:00:00.000000Z", "2026-11-02T04:59:59.999999Z"),
        # A day that begins at 01:00, since its midnight was skipped.
        ("2025-04-25", "Africa/Cairo", "day", "2025-04-24T22:00:00.000000Z", "2025-04-25T20:59:59.999999Z"),
    ],
)
def test_a_text_covers_what_it_names_in_its_zone(text: str, zone: str, precision: str, start: str, end: str) -> None:
    moment = Moment.parse(text, zone)
    assert moment.to_json() == {"text": text, "precision": precision, "start": start, "end": end}


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2021-07-30T14:05:00+09:00", "2021-07-30T05:05:00.000000Z"),
        ("2021-07-30T05:05:00Z", "2021-07-30T05:05:00.000000Z"),
        ("2021-07-30t05:05:00.25z", "2021-07-30T05:05:00.250000Z"),
        ("2021-07-30 14:05:00.000001-04:00", "2021-07-30T18:05:00.000001Z"),
    ],
)
def test_an_instant_is_itself_whatever_the_zone(text: str, instant: str) -> None:
    moment = Moment.parse(text, "America/New_York")
    assert (moment.text, moment.precision) == (text, "instant")
    assert moment.start == moment.end == utc_parse(instant)
    assert moment.start.tzinfo is UTC


def test_a_time_without_offset_needs_the_word_of_the_caller() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        Moment.parse("2021-07-30T14:05:00", SEOUL)
    assert Moment.parse("2021-07-30T14:05:00", SEOUL, assume_zone=True).start == datetime(2021, 7, 30, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-08T02:30:00", "2026-11-01T01:30:00"])
def test_a_local_time_skipped_or_shown_twice_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="skipped or shown twice by the clocks of America/New_York"):
        Moment.parse(text, "America/New_York", assume_zone=True)


@pytest.mark.parametrize(
    "text",
    [
        "", "21", "2021-7", "2021-13", "2021-02-29", "0000-01-01", "20210730", "30.07.2021", "2021-07-30T14:05",
        "2021-07-30T25:00:00Z", "2021-07-30T14:05:60Z", "2021-07-30T14:05:00.1234567Z", "2021-07-30T14:05:00+0900",
        "2021-W30-5", "２０２１-07-30", " 2021",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match=r'write "2021", "2021-07", "2021-07-30" or an RFC 3339 time with offset'):
        Moment.parse(text, SEOUL)


@pytest.mark.parametrize("text", ["0001", "0001-01-01", "9999", "9999-12", "0001-01-01T00:00:00+09:00"])
def test_the_edges_of_time_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="outside the years"):
        Moment.parse(text, SEOUL)


def test_a_day_that_a_zone_left_out_is_refused() -> None:
    with pytest.raises(ValueError, match="Pacific/Apia left out"):
        Moment.parse("2011-12-30", "Pacific/Apia")


def test_a_datetime_is_an_instant_if_it_has_an_offset() -> None:
    moment = Moment.of(datetime(2026, 3, 9, 9, tzinfo=SEOUL))
    assert moment == Moment.of(datetime(2026, 3, 9, tzinfo=UTC))
    assert moment.text == "2026-03-09T00:00:00.000000Z"
    for naive in (Moment.of, utc_text, as_utc):
        with pytest.raises(ValueError, match="no offset"):
            naive(datetime(2026, 3, 9))
    with pytest.raises(ValueError, match="no offset"):
        utc_parse("2026-03-09T00:00:00")
    with pytest.raises(ValueError, match="no RFC 3339 time"):
        utc_parse("yesterday")


@pytest.mark.parametrize(
    "change",
    [
        {"precision": "week"}, {"precision": "instant"}, {"start": "2020-08-01T00:00:00Z"}, {"text": 2020},
        {"start": "2020-07-01"}, {"end": None}, {"start": "soon"}, {"end": "2020-06-30T15:00:00.000000Z"},
    ],
)  # fmt: skip
def test_a_stored_moment_that_contradicts_itself_is_refused(change: dict[str, object]) -> None:
    data: dict[str, object] = dict(Moment.parse("2020-07", SEOUL).to_json())
    with pytest.raises(ValueError, match=r"moment|RFC 3339|offset"):
        Moment.from_json(data | change)


def test_a_stored_moment_without_a_part_is_refused() -> None:
    with pytest.raises(ValueError, match="a moment has text, precision, start and end"):
        Moment.from_json({"text": "2020"})


@settings(max_examples=150)
@given(aware)
def test_instants_are_written_in_one_way_that_keeps_them(instant: datetime) -> None:
    text = utc_text(instant)
    # Not `== instant`: Python calls times of different zones unequal where the clocks show one of them twice.
    assert utc_parse(text) == instant.astimezone(UTC)
    assert len(text) == 27
    assert text == instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    assert Moment.from_json(Moment.of(instant).to_json()) == Moment.of(instant)


@settings(max_examples=150)
@given(aware, aware)
def test_written_instants_sort_as_instants(a: datetime, b: datetime) -> None:
    assert (utc_text(a) < utc_text(b)) == (a < b)


@settings(max_examples=150)
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(["Asia/Seoul", "America/New_York", "UTC"]))
def test_a_year_holds_its_months_and_a_month_its_days(day: date, zone: str) -> None:
    year, month = (Moment.parse(day.isoformat()[:length], zone) for length in (4, 7))
    inner = Moment.parse(day.isoformat(), zone)
    assert year.start <= month.start <= inner.start <= inner.end <= month.end <= year.end
    assert inner.start == start_of_day(day, ZoneInfo(zone))
    following = Moment.parse((day + timedelta(days=1)).isoformat(), zone)
    assert inner.end + timedelta(microseconds=1) == following.start
    assert Moment.from_json(inner.to_json()) == inner
