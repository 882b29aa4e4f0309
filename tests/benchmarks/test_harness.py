"""The benchmarks' own measure: turns are taken, ratios are right, and the SQL baseline writes what was recorded."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.benchmarks.measure import Comparison, Contender, Timing, measure, ratio
from tests.benchmarks.recorded_sql import Player, recording, sizes
from tests.benchmarks.report import duration, table, verdict

pytestmark = pytest.mark.alone


def test_contenders_take_turns_in_both_orders_and_are_closed() -> None:
    told: list[str] = []
    contenders = [
        Contender(
            name,
            lambda n, name=name: told.append(f"{name}{n}"),
            lambda name=name: told.append(f"close {name}"),
            exactly=3,
        )
        for name in "ab"
    ]
    timings = measure(Comparison("turns", contenders, against="a"), rounds=2)
    assert told == ["a3", "b3", "a3", "b3", "b3", "a3", "close a", "close b"]
    assert [(t.name, len(t.samples)) for t in timings] == [("a", 2), ("b", 2)]


def test_a_sample_grows_until_it_is_long_enough() -> None:
    asked: list[int] = []
    comparison = Comparison(
        "growth", [Contender("a", lambda n: asked.append(sum(range(n * 100))))], "a", sample_seconds=0.004
    )
    (timing,) = measure(comparison, rounds=2)
    assert len(asked) > 3
    assert timing.median < 0.004


def test_ratio_is_of_the_medians_with_quartiles_round_by_round() -> None:
    assert ratio(Timing("a", (2.0, 4.0, 6.0)), Timing("b", (1.0, 2.0, 3.0))) == (2.0, 2.0, 2.0)
    assert ratio(Timing("a", (2.0, 4.0, 6.0)), Timing("b", (2.0, 2.0, 2.0))) == (2.0, 1.5, 2.5)


@pytest.mark.parametrize(("limit", "word"), [(2.5, "held"), (1.5, "missed")])
def test_a_budget_is_held_or_missed(limit: float, word: str) -> None:
    timings = [Timing("ours", (2.0, 2.0)), Timing("theirs", (1.0, 1.0))]
    comparison = Comparison("t", [], against="theirs", subject="ours", limit=limit)
    assert word in verdict(comparison, timings)
    assert "| **ours** | 2 s | 2 s to 2 s |  | 2.00 (2.00 to 2.00) |" in table(comparison, timings)


def test_rates_and_times_have_budgets_too() -> None:
    timings = [Timing("ours", (0.001, 0.001))]
    assert "held" in verdict(Comparison("t", [], "ours", "ours", per_second=900), timings)
    assert "missed" in verdict(Comparison("t", [], "ours", "ours", per_second=1100), timings)
    assert "missed" in verdict(Comparison("t", [], "ours", "ours", seconds=0.0005), timings)


@pytest.mark.parametrize(
    ("seconds", "said"), [(2.0, "2 s"), (0.0123, "12.3 ms"), (4.56e-6, "4.56 µs"), (7.89e-8, "78.9 ns")]
)
def test_times_are_said_in_the_unit_that_suits(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_the_player_writes_what_was_recorded(tmp_path: Path) -> None:
    schema = "CREATE TABLE entry (id INTEGER PRIMARY KEY, body TEXT); CREATE INDEX by_body ON entry (body);"
    for name in ("ours.db", "sql.db"):
        with sqlite3.connect(tmp_path / name) as fresh:
            fresh.executescript(schema)
        fresh.close()
    factory, tape = recording()
    ours = sqlite3.connect(tmp_path / "ours.db", isolation_level=None, factory=factory)
    for number in range(3):
        ours.execute("BEGIN IMMEDIATE")
        ours.execute("SELECT count(*) FROM entry").fetchone()
        ours.execute("INSERT INTO entry (body) VALUES (?)", (f"entry {number}",))
        ours.cursor().executemany("INSERT INTO entry (body) VALUES (?)", [("more",), ("still more",)])
        ours.execute("COMMIT")
    ours.close()
    assert [len(transaction) for transaction in tape.transactions] == [2, 2, 2]
    player = Player(tmp_path / "sql.db", tape)
    player.run(3)
    player.close()
    assert sizes(tmp_path / "sql.db") == sizes(tmp_path / "ours.db")
    assert sizes(tmp_path / "sql.db")["entry"][0] == 9
