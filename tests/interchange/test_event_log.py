"""The event log in memory: columns, cases, attributes, variants, and how little it takes."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

import pytest

from axflow.interchange.event_log import NO_TIME, Event, Head, LogBuilder, Nested, instant_of, microseconds

NOON = microseconds("2026-03-02T12:00:00+09:00")


def two_cases() -> LogBuilder:
    builder = LogBuilder(Head({"concept:name": "small"}))
    builder.case("A", {"amount": 12})
    builder.event("ask", NOON, resource="kim", role="officer", group="north", attributes={"points": 1})
    builder.event("answer", NOON, lifecycle="complete", attributes=[("points", 1.0), ("points", True)])
    builder.case("B")
    builder.case("C")
    builder.event("ask")
    return builder


def test_what_was_put_in_comes_out_case_by_case() -> None:
    log = two_cases().build()
    assert (log.cases, log.events) == (3, 3)
    assert [case.id for case in log] == ["A", "B", "C"]
    first = log.case(0)
    assert first.attributes == {"amount": 12}
    noon = datetime(2026, 3, 2, 3, tzinfo=UTC)
    assert first[0] == Event(0, "ask", noon, None, "kim", "officer", "north", {"points": 1})
    assert first[-1].lifecycle == "complete"
    assert [len(case) for case in log] == [2, 0, 1]
    assert log.case(2)[0] == Event(2, "ask", None, None, None, None, None, {})
    assert first[0:1] == [first[0]]


def test_one_and_one_point_nought_and_true_stay_three_values() -> None:
    log = two_cases().build()
    assert [type(value) for _, value in (*log.pairs(0), *log.pairs(1))] == [int, float, bool]
    assert [type(value) for value in log.column("points")] == [int, bool, type(None)]


def test_variants_name_their_cases_and_the_commonest_comes_first() -> None:
    builder = two_cases()
    builder.case("D")
    builder.event("ask")
    assert builder.build().variants() == {("ask",): [2, 3], ("ask", "answer"): [0], (): [1]}


def test_a_case_that_is_taken_back_leaves_nothing_behind() -> None:
    builder = two_cases()
    builder.case("D")
    builder.event("lost", NOON, attributes={"nested": Nested("x", (("inner", 1),))})
    builder.forget_case()
    builder.case("E")
    builder.event("kept", attributes={"points": 7})
    log = builder.build()
    assert [case.id for case in log] == ["A", "B", "C", "E"]
    assert log.case(3).activities == ("kept",)
    assert log.case(3)[0].attributes == {"points": 7}


def test_a_time_is_an_instant_whatever_zone_it_was_written_in() -> None:
    assert microseconds("2026-03-02T03:00:00+00:00") == NOON
    assert microseconds("1969-12-31T23:59:59.999999+00:00") == -1
    assert instant_of(NO_TIME) is None
    with pytest.raises(ValueError, match="has no zone"):
        microseconds("2026-03-02T03:00:00")


def test_an_event_without_a_case_and_a_case_that_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="begin one first"):
        LogBuilder().event("ask")
    with pytest.raises(IndexError, match="3 cases"):
        two_cases().build().case(3)


def test_an_event_with_a_resource_and_an_attribute_takes_some_hundred_bytes() -> None:
    tracemalloc.start()
    builder = LogBuilder()
    for number in range(10_000):
        builder.case(str(number))
        for step in range(5):
            builder.event(
                f"step {step}", NOON + number, resource=f"r{number % 100}", attributes={"amount": number % 90}
            )
    log = builder.build()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert log.events == 50_000
    assert size / log.events < 110, f"{size / log.events:.0f} bytes an event"
