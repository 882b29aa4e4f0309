"""Calendars as documents: drawn up once, identified by digest, honest about what they don't cover."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.definition.calendar import Calendar, CalendarError
from axflow.definition.canonical import canonical

KOREA = Calendar.materialise("KR", "Asia/Seoul", [2025, 2026])
ZONES = ["Asia/Seoul", "America/New_York", "Africa/Cairo", "America/Santiago", "America/Havana", "Australia/Lord_Howe"]
CALENDARS = {zone: Calendar.materialise("KR", zone, range(2023, 2027), weekend=["sunday"]) for zone in ZONES}


def test_korean_holidays_come_with_their_names_and_substitutes() -> None:
    assert KOREA.weekend == ("saturday", "sunday")
    assert KOREA.holidays["2026-02-17"] == "설날"
    assert KOREA.holidays["2026-03-02"] == "삼일절 대체 휴일"
    assert KOREA.offsets == (("", 9 * 3600),)
    assert (KOREA.first_day, KOREA.last_day) == (date(2025, 1, 1), date(2026, 12, 31))


def test_working_days() -> None:
    assert not KOREA.is_working_day(date(2026, 2, 14))
    assert not KOREA.is_working_day(date(2026, 2, 17))
    assert KOREA.is_working_day(date(2026, 2, 19))
    assert KOREA.next_working_day(date(2026, 2, 14)) == date(2026, 2, 19)
    assert KOREA.next_working_day(date(2026, 2, 19)) == date(2026, 2, 19)
    assert KOREA.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 20)
    assert KOREA.working_days_between(date(2026, 2, 13), date(2026, 2, 20)) == 2
    assert KOREA.working_days_between(date(2026, 2, 20), date(2026, 2, 13)) == 0
    with pytest.raises(ValueError, match="does not run backwards"):
        KOREA.add_working_days(date(2026, 2, 13), -1)


def test_days_added_and_removed_by_whoever_publishes() -> None:
    changed = Calendar.materialise(
        "KR", "Asia/Seoul", [2026], extra={"2026-10-08": "임시공휴일"}, remove=["2026-07-17"], version="2", id="office"
    )
    assert not changed.is_working_day(date(2026, 10, 8))
    assert changed.is_working_day(date(2026, 7, 17))
    assert (changed.id, changed.version) == ("office", "2")
    with pytest.raises(CalendarError, match="'2026-10-08' in remove is no holiday"):
        Calendar.materialise("KR", "Asia/Seoul", [2026], remove=["2026-10-08"])


def test_a_calendar_is_its_digest() -> None:
    again = Calendar.from_json(json.loads(canonical(KOREA.to_json())))
    assert again == KOREA
    assert again.digest == KOREA.digest
    assert hash(again) == hash(KOREA)
    assert Calendar.materialise("KR", "Asia/Seoul", [2025, 2026], version="2").digest != KOREA.digest
    reordered = KOREA.to_json() | {"holidays": dict(reversed(list(KOREA.holidays.items())))}
    assert Calendar.from_json(reordered).digest == KOREA.digest


def test_beyond_its_days_it_names_the_year_to_publish() -> None:
    with pytest.raises(CalendarError, match=r"'kr_2025_2026'.*publish a calendar that includes 2027"):
        KOREA.add_working_days(date(2026, 12, 31), 1)
    with pytest.raises(CalendarError, match="knows no holidays of 2024"):
        KOREA.is_working_day(date(2024, 12, 31))
    with pytest.raises(CalendarError, match="knows no holidays of 2027"):
        KOREA.day_of(datetime(2026, 12, 31, 15, tzinfo=UTC))
    assert KOREA.end_of(date(2026, 12, 31)) == datetime(2026, 12, 31, 14, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"weekend": ["someday"]}, "'someday', which is none of monday"),
        ({"weekend": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}, "no working day"),
        ({"holidays": {"20261009": "한글날"}}, "'20261009', which is no day"),
        ({"holidays": {"2026-02-30": "?"}}, "'2026-02-30', which is no day"),
        ({"holidays": {"2026-10-09": "e\u0301"}}, "normal form NFC"),
        ({"first_day": "2027-01-01"}, "is after last_day"),
        ({"first_day": "soon"}, "can't be read"),
        ({"offsets": []}, "offset that has always held"),
        ({"offsets": [["2026-01-01T00:00:00Z", 0]]}, "offset that has always held"),
        ({"offsets": [["", 0], ["2026-01-01T00:00:00", 0]]}, "no UTC instant"),
        ({"offsets": [["", 0], ["someday", 0]]}, "no UTC instant"),
        ({"offsets": [["", 0], ["2026-02-01T00:00:00Z", 1], ["2026-01-01T00:00:00Z", 0]]}, "not in the order"),
        ({"offsets": [["", 0.5]]}, "float"),
    ],
)
def test_a_wrong_document_is_refused_by_field(change: dict[str, object], problem: str) -> None:
    with pytest.raises(CalendarError, match=problem):
        Calendar.from_json(KOREA.to_json() | change)


def test_a_document_without_a_field_is_refused() -> None:
    data = KOREA.to_json()
    del data["weekend"]
    with pytest.raises(CalendarError, match=r"'kr_2025_2026' has no 'weekend'"):
        Calendar.from_json(data)


@pytest.mark.parametrize(
    ("country", "zone", "years", "problem"),
    [
        ("Korea", "Asia/Seoul", [2026], "ISO 3166-1 code"),
        ("KR", "Asia/Atlantis", [2026], "'Asia/Atlantis' is no time zone"),
        ("KR", "Asia/Seoul", [], "not one unbroken run"),
        ("KR", "Asia/Seoul", [2024, 2026], "not one unbroken run"),
    ],
)
def test_what_cannot_be_drawn_up_is_refused(country: str, zone: str, years: list[int], problem: str) -> None:
    with pytest.raises(CalendarError, match=problem):
        Calendar.materialise(country, zone, years)


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        # Midnight is skipped: the day begins at 01:00 local time, the instant of the change.
        ("Africa/Cairo", date(2025, 4, 25), datetime(2025, 4, 24, 22, tzinfo=UTC)),
        ("America/Santiago", date(2025, 9, 7), datetime(2025, 9, 7, 4, tzinfo=UTC)),
        # Midnight comes twice: the day begins with the first.
        ("America/Havana", date(2025, 11, 2), datetime(2025, 11, 2, 4, tzinfo=UTC)),
        # The hour before midnight comes twice, so the day begins an hour later.
        ("Africa/Cairo", date(2025, 10, 31), datetime(2025, 10, 30, 22, tzinfo=UTC)),
        # A change of half an hour, at two in the morning.
        ("Australia/Lord_Howe", date(2025, 10, 6), datetime(2025, 10, 5, 13, tzinfo=UTC)),
    ],
)
def test_days_begin_where_the_clocks_change(zone: str, day: date, start: datetime) -> None:
    assert CALENDARS[zone].start_of(day) == start


@settings(max_examples=200)
@given(st.sampled_from(ZONES), st.datetimes(datetime(2023, 1, 2), datetime(2026, 12, 30)))
def test_local_days_are_those_of_the_zone_and_meet_without_gap(zone: str, at: datetime) -> None:
    calendar, instant = CALENDARS[zone], at.replace(tzinfo=UTC)
    day = calendar.day_of(instant)
    assert day == instant.astimezone(ZoneInfo(zone)).date()
    assert calendar.end_of(day) + timedelta(microseconds=1) == calendar.start_of(day + timedelta(days=1))
    assert calendar.start_of(day) <= instant <= calendar.end_of(day)


@settings(max_examples=100)
@given(st.dates(date(2025, 1, 1), date(2026, 6, 30)), st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up(day: date, first: int, second: int) -> None:
    start = KOREA.next_working_day(day)
    assert KOREA.add_working_days(KOREA.add_working_days(start, first), second) == KOREA.add_working_days(
        start, first + second
    )
    later = KOREA.add_working_days(start, first)
    assert KOREA.is_working_day(later)
    assert KOREA.working_days_between(start, later) == first
