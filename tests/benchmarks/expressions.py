"""A guard of two terms, evaluated by two CEL engines and by plain Python."""

from __future__ import annotations

from typing import Any

import cel
import celpy

from tests.benchmarks.measure import Contender

SOURCE = "trial_report.recall >= demo_plan.min_recall && trial_report.trials >= 30"
FACTS: dict[str, dict[str, int]] = {
    "trial_report": {"recall": 9620, "trials": 42},
    "demo_plan": {"min_recall": 9500},
}


def rust_cel() -> Contender:
    """common-expression-language: CEL in Rust, compiled once, the facts handed over as dictionaries at each call."""
    program = cel.compile(SOURCE)

    def run(times: int) -> None:
        for _ in range(times):
            if program.execute(FACTS) is not True:
                raise AssertionError("the guard should hold")

    return Contender("CEL in Rust, facts handed over", run)


def rust_cel_prepared() -> Contender:
    """The same with a context that was converted once: its best case, since live facts differ from call to call."""
    program, context = cel.compile(SOURCE), cel.Context(variables=FACTS)

    def run(times: int) -> None:
        for _ in range(times):
            if program.execute(context) is not True:
                raise AssertionError("the guard should hold")

    return Contender("CEL in Rust, facts converted once", run)


def python_cel() -> Contender:
    """cel-python: compiled once, facts converted once."""
    environment = celpy.Environment()
    program: Any = environment.program(environment.compile(SOURCE))
    facts = {name: celpy.json_to_cel(record) for name, record in FACTS.items()}

    def run(times: int) -> None:
        for _ in range(times):
            if not program.evaluate(facts):
                raise AssertionError("the guard should hold")

    return Contender("cel-python, facts converted once", run)


def plain_python() -> Contender:
    """The floor: the same comparison written in Python, with no third value and no explanation."""

    def holds(facts: dict[str, dict[str, int]]) -> bool:
        report = facts["trial_report"]
        return report["recall"] >= facts["demo_plan"]["min_recall"] and report["trials"] >= 30

    def run(times: int) -> None:
        for _ in range(times):
            if not holds(FACTS):
                raise AssertionError("the guard should hold")

    return Contender("plain Python", run)
