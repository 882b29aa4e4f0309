"""Time analysis of event logs: the small teaching log against values reckoned by hand, and what starts tell."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from axflow.audit.performance import Milestone, Options, analyse, history_of_log
from axflow.audit.performance.drift import rank_sum
from axflow.interchange.event_log import EventLog, LogBuilder, microseconds

LOG = Path(__file__).parents[4] / "shared" / "logs" / "running-example.xes"


@pytest.fixture(scope="module")
def log() -> EventLog:
    if not LOG.is_file():
        pytest.skip("the shared event logs are not here")
    builder = LogBuilder()
    for trace in ElementTree.parse(LOG).getroot().iter("trace"):
        builder.case(trace.find("string[@key='concept:name']").get("value"))  # type: ignore[union-attr,arg-type]
        for event in trace.iter("event"):
            found = {child.get("key"): child.get("value") for child in event}
            time = microseconds(str(found["time:timestamp"]))
            builder.event(found["concept:name"], time, resource=found["org:resource"])
    return builder.build()


def test_throughput_edges_rework_and_handovers_of_the_small_log(log: EventLog) -> None:
    found = analyse(history_of_log(log), Options(milestones=(Milestone.parse("decided=decide"),)))
    time = found.throughput
    # By hand, in seconds: 520,920; 703,320; 779,580; 852,300; 1,368,780; 1,576,440.
    assert (time.count, time.least, time.median, time.most) == (6, 520_920, 815_940, 1_576_440)
    assert (time.total, time.mean) == (5_801_340, 966_890)
    edges = {(one.source, one.target): one for one in found.edges}
    assert edges["decide", "reinitiate request"].count == 3
    assert edges["register request", "examine casually"].count == 3
    assert edges["", "register request"].count == 6
    paid = edges["decide", "pay compensation"]
    assert (paid.count, paid.time.least, paid.time.median, paid.time.most) == (3, 261_780, 521_400, 759_300)
    again = {one.place: (one.again, one.cases) for one in found.rework}
    assert again == {"decide": (3, 2), "check ticket": (3, 2), "examine casually": (2, 1), "reinitiate request": (1, 1)}
    handovers = {(one.source, one.target): one.count for one in found.handovers}
    assert (handovers["Sara", "Sara"], handovers["Sara", "Ellen"], handovers["Mike", "Mike"]) == (3, 4, 1)
    assert len(found.variants) == 6
    rates = {one.name: (one.numerator, one.denominator, one.of) for one in found.rates}
    assert rates == {"end:pay compensation": (3, 6, "ended"), "end:reject request": (3, 6, "ended")}
    (decided,) = found.milestones
    assert (decided.reached, decided.missed) == (6, 0)
    # Completions alone do not tell waiting from working.
    assert all(one.uses.undivided == one.uses.total for one in found.stages)


def test_starts_part_waiting_from_working() -> None:
    builder = LogBuilder()
    builder.case("1")
    for name, lifecycle, at in (
        ("take", "complete", "08:00"), ("mend", "start", "10:00"), ("mend", "complete", "13:00"),
    ):  # fmt: skip
        builder.event(name, microseconds(f"2026-03-03T{at}:00+00:00"), lifecycle=lifecycle, group="shop")
    builder.event("lost", group="shop")
    found = analyse(history_of_log(builder.build()))
    mend = next(one for one in found.stages if one.place == "mend")
    assert (mend.uses.waiting, mend.uses.working, mend.uses.undivided) == (7_200, 10_800, 0)
    assert [one.place for one in found.stages] == ["take", "mend"]


def test_an_empty_log_gives_no_figures() -> None:
    found = analyse(history_of_log(LogBuilder().build()))
    assert (found.cases, found.throughput.median, found.rates, found.drift) == (0, None, (), ())


def test_the_rank_sum_test_agrees_with_its_published_form() -> None:
    # Sums by hand: ranks of the first side 1 to 8, U = 0, mean 32, variance 8·8·17/12 = 90.67, z = 31.5/9.522 = 3.308.
    assert rank_sum(range(8), range(10, 18)) == pytest.approx(0.00094, abs=0.00001)
    assert rank_sum([1.0] * 8, [1.0] * 8) is None
    assert rank_sum(range(7), range(8)) is None


def test_drift_at_a_day_compares_what_began_before_and_after() -> None:
    from datetime import UTC, datetime

    builder = LogBuilder()
    for number in range(20):
        builder.case(str(number))
        day, hours = (1, 1) if number < 10 else (2, 5)
        builder.event("begin", microseconds(f"2026-03-0{day}T00:00:{number:02}+00:00"))
        builder.event("end", microseconds(f"2026-03-0{day}T0{hours}:00:00+00:00"))
    found = analyse(history_of_log(builder.build()), Options(change=datetime(2026, 3, 2, tzinfo=UTC)))
    whole = found.drift[0]
    assert (whole.place, whole.before.count, whole.after.count) == ("case", 10, 10)
    assert whole.difference == 4 * 3_600 - 10
    assert whole.p_value is not None and whole.p_value < 0.001
