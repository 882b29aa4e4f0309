"""Lengths of time as a programme writes them: "15 working days", "24 months", "36 hours"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

DurationUnit = Literal["minutes", "hours", "days", "working_days", "weeks", "months", "years"]

UNITS: Final[tuple[DurationUnit, ...]] = get_args(DurationUnit)
EXACT_UNITS: Final[frozenset[str]] = frozenset({"minutes", "hours"})
LONGEST: Final = 1_000_000
"""No limit that a definition could mean is longer than a million of its unit; a longer one is a slip."""

_PATTERN = r"^\s*(\d{1,7})\s+(minute|hour|day|working[ _]day|week|month|year)s?\s*$"
_TEXT = re.compile(_PATTERN, re.ASCII)
_RIGHT = (
    'a duration is a whole number and a unit, such as "15 working days", "180 days", "2 weeks", "24 months", '
    '"1 year", "36 hours" or "30 minutes"'
)
_KOREAN: Final[dict[str, str]] = {
    "minutes": "{}분",
    "hours": "{}시간",
    "days": "{}일",
    "working_days": "근무일 {}일",
    "weeks": "{}주",
    "months": "{}개월",
    "years": "{}년",
}


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of one unit.

    Units are kept as written, because they are not interchangeable: a month is no number of days, and a working day is
    known only to a calendar. Two durations are equal when they say the same words; which of two is longer is a question
    for a clock and a calendar.

    Raises `ValueError` when the amount is negative, absurdly long or not an integer, or when the unit is none of ours.
    """

    amount: int
    unit: DurationUnit

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int) or not 0 <= self.amount <= LONGEST:
            raise ValueError(f"{self.amount!r} is no amount of time: {_RIGHT}, from 0 to {LONGEST}")
        if self.unit not in UNITS:
            raise ValueError(f"{self.unit!r} is no unit of time: use one of {', '.join(UNITS)}")

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `text`, in which the unit may be singular or plural; `ValueError` says what would be right."""
        match = _TEXT.match(text)
        if match is None:
            raise ValueError(f"{text!r} is no duration: {_RIGHT}")
        unit: Any = match[2].replace(" ", "_") + "s"
        return cls(int(match[1]), unit)

    @property
    def exact(self) -> bool:
        """Whether this is a stretch of absolute time (hours, minutes), which no calendar can lengthen."""
        return self.unit in EXACT_UNITS

    def as_timedelta(self) -> timedelta:
        """The absolute time meant; `ValueError` for a unit that only a calendar can measure."""
        if self.unit == "hours":
            return timedelta(hours=self.amount)
        if self.unit == "minutes":
            return timedelta(minutes=self.amount)
        raise ValueError(f"{self} has no fixed length: only hours and minutes do, other units need a calendar")

    def __str__(self) -> str:
        word = self.unit.replace("_", " ")
        return f"{self.amount} {word[:-1] if self.amount == 1 else word}"

    def in_words(self, language: Literal["en", "ko"]) -> str:
        """The words for a reader: "15 working days", or "근무일 15일" in Korean."""
        return _KOREAN[self.unit].format(self.amount) if language == "ko" else str(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def validate(value: Any) -> Duration:
            if isinstance(value, Duration):
                return value
            if isinstance(value, str):
                return cls.parse(value)
            raise ValueError(f"{value!r} is no duration: {_RIGHT}")

        return core_schema.no_info_plain_validator_function(
            validate, serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="always")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": _PATTERN.replace(r"\d", "[0-9]"), "examples": ["15 working days"]}
