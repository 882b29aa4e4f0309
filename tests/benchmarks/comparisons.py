"""Which comparisons there are, by group; each is built only when its group runs, since building writes databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.measure import Comparison


def decide(folder: Path, rounds: int) -> Iterator[Comparison]:
    from tests.benchmarks.deciding import our_decision, our_first_decision, our_refusal
    from tests.benchmarks.machines import bare_transitions, guarded_transitions, statemachine_in_memory

    ours, bare = our_decision(), bare_transitions()
    yield Comparison(
        "decide: one event under three guards",
        [ours, our_first_decision(), our_refusal(), bare, guarded_transitions(), statemachine_in_memory()],
        against=bare.name,
        subject=ours.name,
        limit=3.0,
        note="In memory. The baseline changes a state and does nothing else; axflow also checks authority, evaluates "
        "the guards over recorded evidence, and makes the entry and the project that follow.",
    )


def guards(folder: Path, rounds: int) -> Iterator[Comparison]:
    from tests.benchmarks.expressions import plain_python, python_cel, rust_cel, rust_cel_prepared
    from tests.benchmarks.guards import our_explanation, our_guard

    ours, rust = our_guard(), rust_cel()
    yield Comparison(
        "A guard of two terms",
        [ours, our_explanation(), rust, rust_cel_prepared(), python_cel(), plain_python()],
        against=rust.name,
        subject=ours.name,
        per_second=300_000,
        note="All facts known, verdict true. axflow reads the facts where they are; nothing is converted.",
    )


def send(folder: Path, rounds: int) -> Iterator[Comparison]:
    from tests.benchmarks.event_sourced import event_sourced
    from tests.benchmarks.machines import persisted_statemachine
    from tests.benchmarks.sending import durable

    ours, plain = durable(folder, rounds, batch=1, sample=100)
    yield Comparison(
        "A durable send on SQLite",
        [ours, plain, event_sourced(folder), persisted_statemachine(folder)],
        against=plain.name,
        subject=ours.name,
        limit=1.5,
        note="WAL, synchronous=FULL, one commit a send. The baseline writes axflow's own statements and values into a "
        "copy of the same database; rows and bytes are compared afterwards. eventsourcing keeps one event and reads "
        "nothing back; python-statemachine keeps one word.",
    )


def send_many(folder: Path, rounds: int) -> Iterator[Comparison]:
    from tests.benchmarks.sending import durable

    ours, plain, row_by_row = durable(folder, rounds, batch=500, sample=500)
    yield Comparison(
        "500 sends in one transaction on SQLite",
        [ours, plain, row_by_row],
        against=row_by_row.name,
        subject=ours.name,
        limit=2.0,
        per_second=12_000,
        note="Times are for one send. At least half the speed of plain SQL is at most twice its time.",
    )


def imports(folder: Path, rounds: int) -> Iterator[Comparison]:
    from tests.benchmarks.startup import core_libraries, import_axflow, nothing

    ours, floor = import_axflow(), nothing()
    yield Comparison(
        "Import",
        [ours, core_libraries(), floor],
        against=floor.name,
        subject=ours.name,
        seconds=0.150,
        note="A new interpreter each time, bytecode cached.",
    )


def command_line(folder: Path, rounds: int) -> Iterator[Comparison]:
    from tests.benchmarks.startup import axflow_help, typer_help

    answer, plain = axflow_help(), typer_help()
    yield Comparison(
        "First answer of the command line",
        [answer, plain],
        against=plain.name,
        subject=answer.name,
        seconds=0.250,
    )


GROUPS: dict[str, Callable[[Path, int], Iterator[Comparison]]] = {
    "decide": decide,
    "send": send,
    "send_many": send_many,
    "guards": guards,
    "imports": imports,
    "command_line": command_line,
}
