"""Which comparisons there are, by group; each is built only when its group runs, since building writes databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.measure import Comparison

if TYPE_CHECKING:
    from tests.benchmarks.size import Grown


class Run(NamedTuple):
    """What a group may know of the run that it is part of."""

    folder: Path
    """An empty folder of its own."""
    rounds: int
    entries: int
    """Entries of the large databases."""


def decide(run: Run) -> Iterator[Comparison]:
    from tests.benchmarks.deciding import our_decision, our_first_decision, our_refusal
    from tests.benchmarks.machines import bare_transitions, guarded_transitions, statemachine_in_memory

    ours, bare = our_decision(), bare_transitions()
    yield Comparison(
        "decide: one event under three guards",
        [ours, our_first_decision(), our_refusal(), bare, guarded_transitions(), statemachine_in_memory()],
        against=bare.name,
        subject=ours.name,
        limit=5.0,
        note="In memory. The baseline changes a state and does nothing else; axflow also checks authority, evaluates "
        "the guards over recorded evidence, and makes the entry and the project that follow.",
    )


def guards(run: Run) -> Iterator[Comparison]:
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


def send(run: Run) -> Iterator[Comparison]:
    from tests.benchmarks.event_sourced import event_sourced
    from tests.benchmarks.machines import persisted_statemachine
    from tests.benchmarks.sending import durable

    ours, plain = durable(run.folder, run.rounds, batch=1, sample=100)
    yield Comparison(
        "A durable send on SQLite",
        [ours, plain, event_sourced(run.folder), persisted_statemachine(run.folder)],
        against=plain.name,
        subject=ours.name,
        limit=2.5,
        note="WAL, synchronous=FULL, one commit a send. The baseline writes axflow's own statements and values into a "
        "copy of the same database; rows and bytes are compared afterwards. eventsourcing keeps one event and reads "
        "nothing back; python-statemachine keeps one word.",
    )


def send_many(run: Run) -> Iterator[Comparison]:
    from tests.benchmarks.sending import durable

    ours, plain, row_by_row = durable(run.folder, run.rounds, batch=500, sample=500)
    yield Comparison(
        "500 sends in one transaction on SQLite",
        [ours, plain, row_by_row],
        against=row_by_row.name,
        subject=ours.name,
        limit=12.0,
        per_second=7_500,
        note="Times are for one send.",
    )


def imports(run: Run) -> Iterator[Comparison]:
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


def command_line(run: Run) -> Iterator[Comparison]:
    from tests.benchmarks.startup import axflow_help, typer_help

    answer, plain = axflow_help(), typer_help()
    yield Comparison(
        "First answer of the command line",
        [answer, plain],
        against=plain.name,
        subject=answer.name,
        seconds=0.250,
    )


def postgres(run: Run) -> Iterator[Comparison]:
    from tests.benchmarks.postgres import durable_postgres
    from tests.benchmarks.writing import EACH, OWN, SHARED, WRITERS, writers

    with durable_postgres() as server:
        for shared in (False, True):
            contenders = list(writers(server, shared))
            where = f"{SHARED} projects that they share" if shared else f"{OWN} projects of its own each"
            yield Comparison(
                f"{WRITERS} writers on PostgreSQL, {where}",
                contenders,
                against=contenders[-1].name,
                subject=contenders[0].name,
                note=f"{server.described()}. Client and server share the machine. A sample is {EACH} sends of each "
                "writer, one transaction each; the time is of the whole divided by all sends, so that its inverse is "
                "the rate of all writers together. The SQL by hand takes the project's row, and writes the rows and "
                "bytes of a send (project, entry, message) that were made before; it decides and hashes nothing. Rows "
                "and bytes are compared afterwards. Nothing is sequenced here.",
            )


def size_sqlite(run: Run) -> Iterator[Comparison]:
    from tests.benchmarks.size import on_sqlite

    with on_sqlite(run.folder, run.entries) as (few, many):
        yield from _sizes("SQLite", few, many, "WAL, synchronous=FULL.")


def size_postgres(run: Run) -> Iterator[Comparison]:
    from tests.benchmarks.postgres import durable_postgres
    from tests.benchmarks.size import enough_room, on_postgres

    enough_room(run.folder, run.entries)
    with durable_postgres() as server, on_postgres(server.ready, server.drop, run.entries) as (few, many):
        yield from _sizes("PostgreSQL", few, many, f"{server.described()}.")


def _sizes(kind: str, few: Grown, many: Grown, settings: str) -> Iterator[Comparison]:
    from tests.benchmarks.size import SENT_TO, contenders

    for anew in (False, True):
        made = contenders(few, many, anew)
        reading = "a project not seen lately" if anew else "a project that the engine knows"
        yield Comparison(
            f"A send at {many.entries:,} entries on {kind}, to {reading}",
            made,
            against=made[0].name,
            subject=made[1].name,
            limit=1.2,
            note=f"{settings} Sends go to {SENT_TO} projects opened through the engine, whose ids lie evenly among all "
            "others: copies of a real one under ids of their own, sealed anew, with entries of about 960 bytes; "
            f"the large database takes {many.bytes / 1e9:.2f} GB, the small one {few.bytes / 1e9:.2f} GB.",
        )


def five_steps_sqlite(run: Run) -> Iterator[Comparison]:
    from tests.benchmarks.five_steps import NOTE, NOTE_SPIFF, ours
    from tests.benchmarks.five_steps_dbos import dbos, prepared_sqlite
    from tests.benchmarks.five_steps_spiff import spiff

    mine = ours(f"sqlite:///{run.folder / 'axflow.db'}")
    yield Comparison(
        "One step of a process of five, on SQLite",
        [mine, spiff(run.folder), dbos(prepared_sqlite(run.folder))],
        against=mine.name,
        note=f"WAL, synchronous=FULL. {NOTE} {NOTE_SPIFF}",
    )


def five_steps_postgres(run: Run) -> Iterator[Comparison]:
    from tests.benchmarks.five_steps import NOTE, ours
    from tests.benchmarks.five_steps_dbos import dbos
    from tests.benchmarks.postgres import durable_postgres

    with durable_postgres() as server:
        mine = ours(server.ready())
        yield Comparison(
            "One step of a process of five, on PostgreSQL",
            [mine, dbos(server.empty())],
            against=mine.name,
            note=f"{server.described()}. {NOTE}",
        )


class Group(NamedTuple):
    """Comparisons that are run together."""

    build: Callable[[Run], Iterator[Comparison]]
    page: str = "benchmarks"
    """The page in docs that it stands on."""


_DATABASES = "benchmarks-databases"
GROUPS: dict[str, Group] = {
    "decide": Group(decide),
    "send": Group(send),
    "send_many": Group(send_many),
    "guards": Group(guards),
    "imports": Group(imports),
    "command_line": Group(command_line),
    "postgres": Group(postgres, _DATABASES),
    "size_sqlite": Group(size_sqlite, _DATABASES),
    "size_postgres": Group(size_postgres, _DATABASES),
    "five_steps_sqlite": Group(five_steps_sqlite, _DATABASES),
    "five_steps_postgres": Group(five_steps_postgres, _DATABASES),
}
PAGES = tuple(dict.fromkeys(group.page for group in GROUPS.values()))
