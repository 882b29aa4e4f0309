"""`axflow project`: open projects, act on them, look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from axflow.cli import project_acting as acting
from axflow.cli import project_looking as looking
from axflow.cli import project_opening as opening
from axflow.cli import project_parting as parting
from axflow.cli.commands import command, group
from axflow.cli.language import told, translated
from axflow.cli.options import DryRun, Output, show_json
from axflow.cli.project_retaining import retain
from axflow.cli.running import ERROR

if TYPE_CHECKING:
    from axflow.engine import Engine

app = group("Open projects, act on them, look at them.")


def tick(
    out: Output,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Of so many projects at most.")] = 1_000,
    dry_run: DryRun = False,
) -> None:
    """Fire the time limits that are due, in all projects. Any scheduler may call it, as often as it likes."""
    from axflow.kernel.moment import utc_text

    failed: dict[str, str] = {}
    with out.engine() as engine:
        if dry_run:
            with engine.store.reading() as unit:
                due = list(unit.due(utc_text(engine.clock()), limit))
            count = len(due)
        else:
            count, failed = _ticked(engine, limit)
    if out.as_json:
        show_json({"projects": count, "dry_run": dry_run, "failed": failed})
    elif dry_run:
        typer.echo(told("Projects with a time limit that is due: {count}", count=count))
    else:
        typer.echo(told("Projects that changed: {count}", count=count))
    for project, problem in failed.items():
        typer.echo(f"axflow: {project}: {problem}", err=True)
    if failed:
        raise typer.Exit(ERROR)


def _ticked(engine: Engine, limit: int) -> tuple[int, dict[str, str]]:
    """How many projects changed, and which could not be served, with why."""
    from axflow.engine.errors import TickFailed

    try:
        return engine.tick(limit), {}
    except TickFailed as error:
        return error.fired, {project: translated(str(why)) for project, why in error.failures.items()}


EVIDENCE = "Evidence"
STANDSTILL = "Holds and time limits"
CONDITIONS = "Conditions"
RUNNING = "Administration"

for name, function, section in (
    ("open", opening.open_, None),
    ("record", acting.record, None),
    ("send", acting.send, None),
    ("why", looking.why, None),
    ("preview", acting.preview, None),
    ("show", looking.show, None),
    ("list", looking.list_, None),
    ("history", looking.history, None),
    ("withdraw", acting.withdraw, EVIDENCE),
    ("confirm", acting.confirm, EVIDENCE),
    ("correct", acting.correct, EVIDENCE),
    ("redact", acting.redact, EVIDENCE),
    ("legal-hold", acting.legal_hold, EVIDENCE),
    ("lift-legal-hold", acting.lift_legal_hold, EVIDENCE),
    ("retain", retain, EVIDENCE),
    ("hold", acting.hold, STANDSTILL),
    ("release", acting.release, STANDSTILL),
    ("extend", acting.extend, STANDSTILL),
    ("tick", tick, STANDSTILL),
    ("waive", acting.waive, CONDITIONS),
    ("discharge", acting.discharge, CONDITIONS),
    ("reassign", acting.reassign, RUNNING),
    ("link", acting.link, RUNNING),
    ("migrate", acting.migrate, RUNNING),
    ("take-over", opening.take_over, RUNNING),
    ("import", opening.import_, RUNNING),
    ("split", parting.split, RUNNING),
    ("merge", parting.merge, RUNNING),
):
    command(app, name, section=section)(function)
