"""Due dates worked out by hand, each with its reasoning: the reference for the rules of working time.

Nothing here was computed by the code under test. Weekdays and holidays were read from the published calendars of Korea;
the list of holidays is written out below, so that a later edition of any package can't move a row.

A due date written as a day means the last microsecond of that day in Seoul; one with a time is that instant.
"""

from __future__ import annotations

from typing import NamedTuple

HOLIDAYS = {
    "2024-01-01": "신정",
    "2024-02-09": "설날 연휴 (금)",
    "2024-02-10": "설날 (토)",
    "2024-02-11": "설날 연휴 (일)",
    "2024-02-12": "설날 대체공휴일 (월): the Sunday of the holiday is made up for",
    "2024-03-01": "삼일절 (금)",
    "2024-04-10": "국회의원 선거 (수)",
    "2024-05-05": "어린이날 (일)",
    "2024-05-06": "어린이날 대체공휴일 (월)",
    "2024-05-15": "부처님오신날 (수)",
    "2024-06-06": "현충일 (목)",
    "2024-08-15": "광복절 (목)",
    "2024-09-16": "추석 연휴 (월)",
    "2024-09-17": "추석 (화)",
    "2024-09-18": "추석 연휴 (수)",
    "2024-10-01": "국군의 날 임시공휴일 (화)",
    "2024-10-03": "개천절 (목)",
    "2024-10-09": "한글날 (수)",
    "2024-12-25": "성탄절 (수)",
    "2025-01-01": "신정 (수)",
    "2025-01-27": "임시공휴일 (월)",
    "2025-01-28": "설날 연휴 (화)",
    "2025-01-29": "설날 (수)",
    "2025-01-30": "설날 연휴 (목)",
    "2025-03-01": "삼일절 (토)",
    "2025-03-03": "삼일절 대체공휴일 (월)",
    "2025-05-05": "어린이날, 부처님오신날 (월): two holidays on one day",
    "2025-05-06": "대체공휴일 (화): one of the two is made up for",
    "2025-06-03": "대통령 선거 (화)",
    "2025-06-06": "현충일 (금)",
    "2025-08-15": "광복절 (금)",
    "2025-10-03": "개천절 (금)",
    "2025-10-05": "추석 연휴 (일)",
    "2025-10-06": "추석 (월)",
    "2025-10-07": "추석 연휴 (화)",
    "2025-10-08": "추석 대체공휴일 (수)",
    "2025-10-09": "한글날 (목)",
    "2025-12-25": "성탄절 (목)",
    "2026-01-01": "신정 (목)",
    "2026-02-16": "설날 연휴 (월)",
    "2026-02-17": "설날 (화)",
    "2026-02-18": "설날 연휴 (수)",
    "2026-03-01": "삼일절 (일)",
    "2026-03-02": "삼일절 대체공휴일 (월)",
    "2026-05-01": "노동절 (금): a public holiday from 2026",
    "2026-05-05": "어린이날 (화)",
    "2026-05-24": "부처님오신날 (일)",
    "2026-05-25": "부처님오신날 대체공휴일 (월)",
    "2026-06-03": "지방선거 (수)",
    "2026-06-06": "현충일 (토): not made up for",
    "2026-07-17": "제헌절 (금): a public holiday again from 2026",
    "2026-08-15": "광복절 (토)",
    "2026-08-17": "광복절 대체공휴일 (월)",
    "2026-09-24": "추석 연휴 (목)",
    "2026-09-25": "추석 (금)",
    "2026-09-26": "추석 연휴 (토): a Saturday of Chuseok is not made up for",
    "2026-10-03": "개천절 (토)",
    "2026-10-05": "개천절 대체공휴일 (월)",
    "2026-10-09": "한글날 (금)",
    "2026-12-25": "성탄절 (금)",
    "2027-01-01": "신정 (금)",
    "2027-02-06": "설날 연휴 (토)",
    "2027-02-07": "설날 (일)",
    "2027-02-08": "설날 연휴 (월)",
    "2027-02-09": "설날 대체공휴일 (화)",
    "2027-03-01": "삼일절 (월)",
    "2028-01-01": "신정 (토): not made up for",
    "2028-01-26": "설날 연휴 (수)",
    "2028-01-27": "설날 (목)",
    "2028-01-28": "설날 연휴 (금)",
    "2028-03-01": "삼일절 (수)",
}
"""2024 to 2026 in full; of 2027 and 2028 what the rows below come near."""


class Due(NamedTuple):
    """A clock that runs through: since when, how long, due when, and why."""

    since: str
    limit: str
    due: str
    why: str


class Paused(NamedTuple):
    """A clock that stops once: what is left then, and when it is due after running again."""

    since: str
    limit: str
    paused: str
    left: dict[str, int]
    resumed: str
    due: str
    why: str


DUE = [
    # Working days
    Due(
        "2026-02-13T10:00:00+09:00",
        "3 working days",
        "2026-02-23",
        "Fri; Sat, Sun, Seollal Mon-Wed; Thu 19 = 1, 20 = 2, Mon 23 = 3",
    ),
    Due(
        "2026-02-13T10:00:00+09:00", "1 working day", "2026-02-19", "Fri before Seollal; the first day worked is Thu 19"
    ),
    Due(
        "2026-02-02T09:00:00+09:00",
        "15 working days",
        "2026-02-26",
        "Mon; 3-6 = 4, 9-13 = 9, Seollal, 19-20 = 11, 23-26 = 15",
    ),
    Due(
        "2026-04-27T09:00:00+09:00",
        "15 working days",
        "2026-05-20",
        "Mon; 28-30 = 3, Fri 1 free, Mon 4 = 4, Tue 5 free, 6-8 = 7, 11-15 = 12, 18-20 = 15",
    ),
    Due("2026-09-21T09:00:00+09:00", "5 working days", "2026-09-30", "Mon; 22-23 = 2, Chuseok Thu-Sat, Sun, 28-30 = 5"),
    Due(
        "2025-10-02T17:59:00+09:00",
        "1 working day",
        "2025-10-10",
        "Thu; Fri 3 to Thu 9 are all free: holiday, weekend, Chuseok, its substitute, Hangul Day",
    ),
    Due(
        "2026-02-17T09:00:00+09:00", "1 working day", "2026-02-19", "starts on Seollal itself; Wed is free, Thu 19 = 1"
    ),
    Due("2026-03-07T09:00:00+09:00", "1 working day", "2026-03-09", "starts on a Saturday; Mon 9 = 1"),
    Due("2025-12-31T09:00:00+09:00", "1 working day", "2026-01-02", "year end; Thu 1 January is free, Fri 2 = 1"),
    Due(
        "2026-12-24T09:00:00+09:00",
        "5 working days",
        "2027-01-04",
        "Thu; Christmas, weekend, 28-31 = 4, New Year and weekend, Mon 4 = 5",
    ),
    Due(
        "2024-02-08T09:00:00+09:00",
        "2 working days",
        "2024-02-14",
        "Thu; Fri-Sun Seollal, Mon 12 substitute, Tue 13 = 1, Wed 14 = 2",
    ),
    Due(
        "2026-08-15T09:00:00+09:00",
        "0 working days",
        "2026-08-18",
        "Sat and holiday; Sun, Mon 17 substitute; the first day worked is Tue 18",
    ),
    Due("2026-08-18T09:00:00+09:00", "0 working days", "2026-08-18", "no time at all on a day worked: its end"),
    Due(
        "2027-02-05T09:00:00+09:00",
        "2 working days",
        "2027-02-11",
        "Fri; Sat-Mon Seollal, Tue 9 substitute, Wed 10 = 1, Thu 11 = 2",
    ),
    Due(
        "2025-04-28T09:00:00+09:00",
        "10 working days",
        "2025-05-14",
        "Mon; 29-30 = 2, 1-2 May = 4 (no holiday in 2025), Mon and Tue free, 7-9 = 7, 12-14 = 10",
    ),
    Due(
        "2024-09-13T09:00:00+09:00",
        "4 working days",
        "2024-09-24",
        "Fri; weekend, Chuseok Mon-Wed, 19-20 = 2, 23-24 = 4",
    ),
    # Calendar days and weeks
    Due(
        "2026-01-05T09:00:00+09:00",
        "180 days",
        "2026-07-06",
        "26 to the end of January, 54, 85, 115, 146, 176 at the end of June, 180 = Sat 4 July; moved to Mon 6",
    ),
    Due(
        "2026-07-17T09:00:00+09:00",
        "90 days",
        "2026-10-15",
        "a holiday as first day changes nothing: 14 to the end of July, 45, 75, 90 = Thu 15 October",
    ),
    Due("2026-02-13T09:00:00+09:00", "1 day", "2026-02-19", "Sat 14; moved over Sunday and Seollal Mon-Wed to Thu 19"),
    Due(
        "2026-03-09T00:00:00+09:00",
        "3 days",
        "2026-03-12",
        "the first instant of Mon 9 makes no fuller day: 10, 11, 12",
    ),
    Due("2026-03-09T23:59:59.999999+09:00", "3 days", "2026-03-12", "nor does its last: 10, 11, 12"),
    Due(
        "2026-09-09T09:00:00+09:00",
        "30 days",
        "2026-10-12",
        "21 to the end of September, 30 = Fri 9 October, Hangul Day; Sat, Sun; Mon 12",
    ),
    Due("2026-09-15T09:00:00+09:00", "10 days", "2026-09-28", "Fri 25 is Chuseok; Sat, Sun; Mon 28"),
    Due("2028-01-31T09:00:00+09:00", "29 days", "2028-02-29", "the leap day is a day: Tue 29 February"),
    Due("2028-01-31T09:00:00+09:00", "30 days", "2028-03-02", "Wed 1 March is a holiday; Thu 2"),
    Due("2027-01-31T09:00:00+09:00", "28 days", "2027-03-02", "Sun 28 February; Mon 1 March is a holiday; Tue 2"),
    Due("2025-12-31T09:00:00+09:00", "1 day", "2026-01-02", "Thu 1 January is free; Fri 2"),
    Due("2024-02-29T09:00:00+09:00", "365 days", "2025-02-28", "from a leap day 365 days lead to Fri 28 February"),
    Due("2026-05-24T09:00:00+09:00", "0 days", "2026-05-26", "Sun and holiday; Mon 25 substitute; Tue 26"),
    Due("2026-09-21T09:00:00+09:00", "2 weeks", "2026-10-06", "Mon 5 October is a substitute holiday; Tue 6"),
    Due("2026-05-27T09:00:00+09:00", "1 week", "2026-06-04", "Wed 3 June is election day; Thu 4"),
    Due("2026-10-12T09:00:00+09:00", "2 weeks", "2026-10-26", "Mon to Mon"),
    # Months and years
    Due(
        "2026-01-31T09:00:00+09:00",
        "1 month",
        "2026-03-03",
        "no 31 February: Sat 28; Sun 1, Mon 2 substitute; Tue 3 March",
    ),
    Due("2024-01-31T09:00:00+09:00", "1 month", "2024-02-29", "no 31 February: Thu 29 in a leap year"),
    Due("2026-03-10T09:00:00+09:00", "24 months", "2028-03-10", "Fri 10 March 2028"),
    Due("2024-02-29T09:00:00+09:00", "12 months", "2025-02-28", "no 29 February 2025: Fri 28"),
    Due("2024-02-29T09:00:00+09:00", "1 year", "2025-02-28", "a year is twelve months"),
    Due("2024-02-29T09:00:00+09:00", "4 years", "2028-02-29", "leap day to leap day, a Tuesday"),
    Due("2025-08-31T09:00:00+09:00", "6 months", "2026-03-03", "Sat 28 February; Sun 1, Mon 2 substitute; Tue 3 March"),
    Due("2025-12-15T09:00:00+09:00", "1 month", "2026-01-15", "over the year's end to a Thursday"),
    Due("2025-01-01T09:00:00+09:00", "2 years", "2027-01-04", "Fri 1 January is free; Sat, Sun; Mon 4"),
    Due("2026-02-28T09:00:00+09:00", "1 month", "2026-03-30", "the 28th stays the 28th, a Saturday; Mon 30"),
    # Hours and minutes are absolute and are not moved
    Due("2026-02-13T22:00:00+09:00", "36 hours", "2026-02-15T10:00:00+09:00", "a Sunday stays a Sunday"),
    Due("2026-12-31T23:45:00+09:00", "30 minutes", "2027-01-01T00:15:00+09:00", "over the year's end"),
    Due("2024-02-28T09:00:00+09:00", "24 hours", "2024-02-29T09:00:00+09:00", "into the leap day"),
    Due(
        "2026-03-09T09:00:00.000001+09:00",
        "0 hours",
        "2026-03-09T09:00:00.000001+09:00",
        "no time at all: the same microsecond",
    ),
    Due(
        "2026-03-07T20:00:00-05:00",
        "36 hours",
        "2026-03-09T13:00:00+00:00",
        "01:00 UTC on the 8th and 36 hours; New York's change of clocks adds none",
    ),
    # The first day is the day in Seoul, whatever zone the source writes
    Due("2026-03-09T14:59:59.999999Z", "1 day", "2026-03-10", "the last microsecond of Mon 9 in Seoul"),
    Due("2026-03-09T15:00:00Z", "1 day", "2026-03-11", "a microsecond later it is Tue 10 in Seoul"),
    Due("2026-03-09T10:59:59-04:00", "1 working day", "2026-03-10", "New York, late morning: still Mon 9 in Seoul"),
    Due("2026-03-09T11:00:00-04:00", "1 working day", "2026-03-11", "one second later: Tue 10 in Seoul"),
    Due(
        "2026-03-06T11:00:00-05:00",
        "1 working day",
        "2026-03-09",
        "Friday in New York is Sat 7, 01:00 in Seoul; Mon 9 = 1",
    ),
    Due(
        "2025-12-31T12:00:00-05:00", "1 day", "2026-01-02", "the old year in New York, 1 January 02:00 in Seoul; Fri 2"
    ),
    Due(
        "2026-01-30T15:00:00Z",
        "1 month",
        "2026-03-03",
        "Sat 31 January in Seoul, so the month ends on Sat 28; Tue 3 March",
    ),
]

PAUSED = [
    Paused(
        "2026-03-09T09:00:00+09:00",
        "10 working days",
        "2026-03-13T12:00:00+09:00",
        {"working_days": 6},
        "2026-03-23T12:00:00+09:00",
        "2026-03-31",
        "Tue 10 to Fri 13 used, the day of the pause with them; after Mon 23: 24-27 = 4, 30-31 = 6",
    ),
    Paused(
        "2026-03-09T09:00:00+09:00",
        "10 working days",
        "2026-03-13T09:00:00+09:00",
        {"working_days": 6},
        "2026-03-13T18:00:00+09:00",
        "2026-03-23",
        "stopped and run again on one day: as if never stopped, 10-13 = 4, 16-20 = 9, Mon 23 = 10",
    ),
    Paused(
        "2026-03-09T09:00:00+09:00",
        "10 working days",
        "2026-03-13T12:00:00+09:00",
        {"working_days": 6},
        "2026-03-14T12:00:00+09:00",
        "2026-03-23",
        "run again on a Saturday, which would not have counted anyway",
    ),
    Paused(
        "2026-03-09T09:00:00+09:00",
        "10 working days",
        "2026-03-12T12:00:00+09:00",
        {"working_days": 7},
        "2026-03-13T12:00:00+09:00",
        "2026-03-24",
        "run again on Fri 13, which does not count: 16-20 = 5, 23-24 = 7, one day later than without the pause",
    ),
    Paused(
        "2026-03-09T09:00:00+09:00",
        "10 working days",
        "2026-03-23T17:00:00+09:00",
        {"working_days": 0},
        "2026-04-01T09:00:00+09:00",
        "2026-04-01",
        "a hold opened on the last day gains nothing: that day counts, so all is due on the day of resuming",
    ),
    Paused(
        "2026-03-09T09:00:00+09:00",
        "10 working days",
        "2026-03-23T17:00:00+09:00",
        {"working_days": 0},
        "2026-04-04T09:00:00+09:00",
        "2026-04-06",
        "the same, but resumed on a Saturday: Mon 6",
    ),
    Paused(
        "2026-03-09T09:00:00+09:00",
        "90 days",
        "2026-06-08T09:00:00+09:00",
        {"days": 0},
        "2026-06-10T09:00:00+09:00",
        "2026-06-10",
        "the 90th day is Sun 7 June, due moved to Mon 8; the move is no time to save up",
    ),
    Paused(
        "2026-03-09T09:00:00+09:00",
        "90 days",
        "2026-06-05T09:00:00+09:00",
        {"days": 2},
        "2026-06-15T09:00:00+09:00",
        "2026-06-17",
        "Sat 6 and Sun 7 are left; after Mon 15: Wed 17",
    ),
    Paused(
        "2026-01-05T09:00:00+09:00",
        "180 days",
        "2026-02-13T09:00:00+09:00",
        {"days": 141},
        "2026-03-03T09:00:00+09:00",
        "2026-07-22",
        "26 + 13 = 39 used; 28 to the end of March, 58, 89, 119 at the end of June, 141 = Wed 22 July",
    ),
    Paused(
        "2026-01-31T09:00:00+09:00",
        "1 month",
        "2026-02-10T09:00:00+09:00",
        {"days": 18},
        "2026-03-10T09:00:00+09:00",
        "2026-03-30",
        "the month ends on 28 February, 18 days are left; Sat 28 March, moved to Mon 30",
    ),
    Paused(
        "2026-02-13T22:00:00+09:00",
        "36 hours",
        "2026-02-14T10:00:00+09:00",
        {"microseconds": 86_400_000_000},
        "2026-02-20T08:00:00+09:00",
        "2026-02-21T08:00:00+09:00",
        "12 of 36 hours used, 24 left, to the microsecond",
    ),
    Paused(
        "2026-02-13T22:00:00+09:00",
        "36 hours",
        "2026-02-16T00:00:00+09:00",
        {"microseconds": 0},
        "2026-02-20T08:00:00+09:00",
        "2026-02-20T08:00:00+09:00",
        "it had run out before the pause: due at once",
    ),
    Paused(
        "2026-03-09T09:00:00+09:00",
        "3 days",
        "2026-03-09T15:00:00Z",
        {"days": 2},
        "2026-03-16T00:00:00Z",
        "2026-03-18",
        "15:00 UTC is Tue 10 in Seoul, which counts; 11 and 12 are left; after Mon 16: Wed 18",
    ),
    Paused(
        "2026-03-09T09:00:00+09:00",
        "3 days",
        "2026-03-09T14:59:59Z",
        {"days": 3},
        "2026-03-16T15:00:00Z",
        "2026-03-20",
        "14:59 UTC is Mon 9, the first day, which never counts; run again on Tue 17 in Seoul: Fri 20",
    ),
    Paused(
        "2026-02-13T09:00:00+09:00",
        "3 working days",
        "2026-02-17T09:00:00+09:00",
        {"working_days": 3},
        "2026-02-19T09:00:00+09:00",
        "2026-02-24",
        "stopped on Seollal, no working day used; after Thu 19: 20, 23, 24",
    ),
    Paused(
        "2026-10-12T09:00:00+09:00",
        "2 weeks",
        "2026-10-19T09:00:00+09:00",
        {"days": 7},
        "2026-10-22T09:00:00+09:00",
        "2026-10-29",
        "one of two weeks used; after Thu 22: Thu 29",
    ),
    Paused(
        "2026-12-28T09:00:00+09:00",
        "10 days",
        "2026-12-31T09:00:00+09:00",
        {"days": 7},
        "2027-01-04T09:00:00+09:00",
        "2027-01-11",
        "over the year's end: 29-31 used, seven left; after Mon 4: Mon 11",
    ),
]
