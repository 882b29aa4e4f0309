"""A process of five steps through axflow: opened, then five sends, each durable before it is answered."""

from __future__ import annotations

from pathlib import Path

from axflow.engine import Engine
from axflow.kernel.actor import Actor
from tests.benchmarks.measure import Contender

STEPS = ("check", "approve", "order", "deliver", "close")
PROCESSES = 20
"""Processes in a sample."""
EXACTLY = PROCESSES * len(STEPS)
NOTE = (
    "Each process is begun and goes through all five steps; the time is that of the whole by five. Every step is on "
    "the disk before the next. axflow asks who may, decides, seals an entry into the project's chain, and keeps "
    "project and message with it; each step is somebody's act, and the process waits between them. DBOS runs a Python "
    "function and keeps the result of each step, so that a restart goes on after the last one; its steps follow one "
    "another without anybody's act, and who may, what is missing and a history that shows alterations are not its "
    "matter."
)
NOTE_SPIFF = (
    "SpiffWorkflow runs a BPMN model in memory and persists nothing by itself: the whole serialised state is written "
    "to one row at the beginning and after each step, and nothing is read back. It is asked neither who may nor for a "
    "history beyond the tasks in that state."
)
_DEFINITION = Path(__file__).parent / "five_steps.yaml"
_OFFICER = Actor("officer-1", "office", "officer")


def ours(url: str) -> Contender:
    """Through the engine, on a database of either kind."""
    engine = Engine(url, authority="host")
    definition = engine.publish(str(_DEFINITION))

    def run(times: int) -> None:
        for _ in range(times // len(STEPS)):
            project = engine.open(definition.id, firm="firm-1", title="A request", actor=_OFFICER)
            for event in STEPS:
                decision = engine.send(project.id, event, actor=_OFFICER).require()
            if decision.project is None or decision.project.end != "closed":
                raise AssertionError("the process should be at its end")

    return Contender("axflow: opened, five sends", run, engine.close, exactly=EXACTLY)


def missing(name: str, error: ImportError) -> ImportError:
    """That a library to compare with is not there, with the command that installs it."""
    return ImportError(f"this comparison needs {name} ({error}); run: pip install -e '.[all,test,benchmarks]'")
