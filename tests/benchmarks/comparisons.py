"""Which comparisons there are, by group; each is built only when its group runs, since building writes databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.measure import Comparison


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


def startup(folder: Path, rounds: int) -> Iterator[Comparison]:
    from tests.benchmarks.startup import axflow_help, core_libraries, import_axflow, nothing, typer_help

    ours, floor = import_axflow(), nothing()
    yield Comparison(
        "Import",
        [ours, core_libraries(), floor],
        against=floor.name,
        subject=ours.name,
        seconds=0.150,
        note="A new interpreter each time, bytecode cached.",
    )
    answer, plain = axflow_help(), typer_help()
    yield Comparison(
        "First answer of the command line",
        [answer, plain],
        against=plain.name,
        subject=answer.name,
        seconds=0.250,
    )


GROUPS: dict[str, Callable[[Path, int], Iterator[Comparison]]] = {
    "guards": guards,
    "startup": startup,
}
