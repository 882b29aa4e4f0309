"""`decide` alone, in memory: one event under three guards, the project and the facts being at hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from axflow.definition.calendar import Calendar
from axflow.definition.definition import Definition
from axflow.definition.loading import load
from axflow.kernel.actor import Actor
from axflow.kernel.command import Command, Open, Record, Send
from axflow.kernel.decide import decide
from axflow.kernel.facts import Facts
from axflow.kernel.program import MOST_REMEMBERED
from axflow.kernel.project import Project
from tests.benchmarks.measure import Contender

DEFINITION = Path(__file__).parent / "definition.yaml"
OFFICER = Actor("officer-1", "office", "officer")
TESTER = Actor("tester-1", "laboratory", "tester")
AGENCIES = tuple(Actor(f"agent-{name}", name, "agency") for name in ("north", "south"))
PAPERS: tuple[tuple[str, Actor, dict[str, Any]], ...] = (
    ("demo_plan", OFFICER, {"min_recall": "0.95", "min_trials": 30}),
    ("trial_report", TESTER, {"recall": "0.962", "trials": 42}),
    ("letter", AGENCIES[0], {"quantity": 12, "budget_line": "6130-301"}),
    ("letter", AGENCIES[1], {"quantity": 4, "budget_line": "6130-305"}),
    ("clearance", OFFICER, {"budget_reserved": True, "debarred": False}),
)
"""Type, who records it and its values: with all of them the three guards hold."""
_NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def definition_and_facts() -> tuple[Definition, Facts]:
    """The workflow, and facts without a directory: the host vouches for the actors."""
    return load(DEFINITION), Facts(now=_NOW, calendar=Calendar.materialise("KR", "Asia/Seoul", range(2025, 2029)))


def fresh_values(content: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record out of the content of its entry."""
    return {name.removeprefix("values."): value for name, value in content.items() if name.startswith("values.")}


def _prepared(papers: int) -> tuple[Definition, Project, Facts]:
    """A project in the first stage with the first `papers` papers recorded."""
    definition, facts = definition_and_facts()
    project: Project | None = None
    commands: list[Command] = [Open(actor=OFFICER, project="p-1", firm="firm-1", title="A project")]
    commands += [Record(actor=actor, evidence=kind, values=values) for kind, actor, values in PAPERS[:papers]]
    for command in commands:
        decision = decide(definition, project, command, facts).require()
        project = decision.project
        assert project is not None
        kept = {entry.seq: fresh_values({**entry.public, **entry.content}) for entry in decision.entries}
        fresh = {record.id: kept[record.seq] for record in project.evidence.values() if record.seq in kept}
        facts = facts._replace(values={**facts.values, **fresh})
    assert project is not None
    return definition, project, facts


def _deciding(name: str, papers: int, outcome: str) -> Contender:
    definition, project, facts = _prepared(papers)
    command = Send(actor=OFFICER, event="go")

    def run(times: int) -> None:
        for _ in range(times):
            if decide(definition, project, command, facts).outcome != outcome:
                raise AssertionError(f"the decision should be {outcome}")

    return Contender(name, run)


def our_decision() -> Contender:
    """A move: authority, three guards with their verdicts, the machine, the entry and the project after it."""
    definition, project, facts = _prepared(len(PAPERS))
    (entry,) = decide(definition, project, Send(actor=OFFICER, event="go"), facts).entries
    if entry.verdicts != (("verified", "TRUE"), ("wanted", "TRUE"), ("cleared", "TRUE")):
        raise AssertionError(f"three guards should have held, the entry says {entry.verdicts}")
    return _deciding("axflow decide, moved", len(PAPERS), "moved")


def our_first_decision() -> Contender:
    """The same asked of one project after the other, of more than are remembered: all evidence is read for it."""
    definition, project, facts = _prepared(len(PAPERS))
    command = Send(actor=OFFICER, event="go")
    projects = cycle([project._replace(id=f"p-{number}") for number in range(2 * MOST_REMEMBERED)])

    def run(times: int) -> None:
        for _ in range(times):
            if decide(definition, next(projects), command, facts).outcome != "moved":
                raise AssertionError("the decision should be moved")

    return Contender("axflow decide, moved, evidence read anew", run)


def our_refusal() -> Contender:
    """The same asked too early: every blocker is found and worded as data."""
    return _deciding("axflow decide, refused with blockers", 1, "refused")
