"""Durations read and written as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from axflow.definition.duration import LONGEST, UNITS, Duration


class Deadline(BaseModel):
    within: Duration


@pytest.mark.parametrize(
    ("text", "amount", "unit", "written", "korean"),
    [
        ("15 working days", 15, "working_days", "15 working days", "근무일 15일"),
        ("15 working_days", 15, "working_days", "15 working days", "근무일 15일"),
        ("1 working day", 1, "working_days", "1 working day", "근무일 1일"),
        ("180 days", 180, "days", "180 days", "180일"),
        ("1 day", 1, "days", "1 day", "1일"),
        (" 2  weeks ", 2, "weeks", "2 weeks", "2주"),
        ("24 months", 24, "months", "24 months", "24개월"),
        ("1 years", 1, "years", "1 year", "1년"),
        ("36 hours", 36, "hours", "36 hours", "36시간"),
        ("30 minutes", 30, "minutes", "30 minutes", "30분"),
    ],
)
def test_a_duration_is_read_and_written(text: str, amount: int, unit: str, written: str, korean: str) -> None:
    duration = Duration.parse(text)
    assert (duration.amount, duration.unit) == (amount, unit)
    assert str(duration) == duration.in_words("en") == written
    assert duration.in_words("ko") == korean


@pytest.mark.parametrize(
    "text",
    ["", "15", "days", "-1 days", "1.5 days", "15 fortnights", "1 day 2 hours", "15days", "١٥ days", "9999999 days"],
)
def test_what_is_no_duration_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="15 working days"):
        Duration.parse(text)


def test_amounts_and_units_are_checked_when_built_by_hand() -> None:
    for amount in (-1, True, LONGEST + 1, 1.0):
        with pytest.raises(ValueError, match="no amount of time"):
            Duration(amount, "days")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="working_days"):
        Duration(1, "quarters")  # type: ignore[arg-type]


def test_only_hours_and_minutes_have_a_fixed_length() -> None:
    assert Duration(36, "hours").as_timedelta() == timedelta(hours=36)
    assert Duration(90, "minutes").as_timedelta() == timedelta(hours=1, minutes=30)
    assert [unit for unit in UNITS if Duration(1, unit).exact] == ["minutes", "hours"]
    with pytest.raises(ValueError, match="calendar"):
        Duration(1, "days").as_timedelta()


def test_it_is_a_field_of_a_model() -> None:
    deadline = Deadline.model_validate({"within": "15 working days"})
    assert deadline.within == Duration(15, "working_days")
    assert Deadline(within=Duration(15, "working_days")) == deadline
    assert deadline.model_dump() == {"within": "15 working days"}
    assert Deadline.model_validate_json(deadline.model_dump_json()) == deadline
    assert Deadline.model_json_schema()["properties"]["within"]["type"] == "string"
    for wrong in (15, None, "15 fortnights"):
        with pytest.raises(ValidationError, match="a duration is a whole number and a unit"):
            Deadline.model_validate({"within": wrong})


@settings(max_examples=100)
@given(st.builds(Duration, st.integers(0, LONGEST), st.sampled_from(UNITS)))
def test_writing_and_reading_gives_the_same(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration
