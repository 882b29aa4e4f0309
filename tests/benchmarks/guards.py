"""axflow's own guard of two terms, over the facts that the CEL engines get."""

from __future__ import annotations

from axflow.guards.guard import compile_guard
from axflow.guards.types import decimal, integer, record
from tests.benchmarks.expressions import FACTS, SOURCE
from tests.benchmarks.measure import Contender

_RATIO = decimal(4, 0, 10_000)
_COUNT = integer(0, 1_000_000)
SCHEMA = {
    "trial_report": record("trial_report", {"recall": _RATIO, "trials": _COUNT}),
    "demo_plan": record("demo_plan", {"min_recall": _RATIO}),
}


def our_guard() -> Contender:
    """`Guard.evaluate`: three values, decimals, the same verdict as its explanation."""
    evaluate = compile_guard(SOURCE, SCHEMA).evaluate

    def run(times: int) -> None:
        for _ in range(times):
            if evaluate(FACTS) is not True:
                raise AssertionError("the guard should hold")

    return Contender("axflow guard, evaluate", run)


def our_explanation() -> Contender:
    """`Guard.explain`: the whole verdict tree with every reference read."""
    explain = compile_guard(SOURCE, SCHEMA).explain

    def run(times: int) -> None:
        for _ in range(times):
            if explain(FACTS).value != "TRUE":
                raise AssertionError("the guard should hold")

    return Contender("axflow guard, explain", run)
