"""`axflow project retain`: destroying content of ended projects by a schedule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from axflow.cli.language import told
from axflow.cli.options import DryRun, Output, Person, show_json
from axflow.cli.running import BLOCKED, STOPPED

if TYPE_CHECKING:
    from axflow.engine import Expired, Retained

HEADINGS = ("Project", "Ended on", "Fields", "What was done")
"""Headings of the table of projects of which something was due."""
DONE = {
    "due": "due", "destroyed": "destroyed", "signed": "signed; further signatures are needed",
    "held": "kept by a legal hold", "refused": "refused",
}  # fmt: skip
"""What is said of each project."""


def retain(
    schedule: Annotated[Path, typer.Argument(metavar="SCHEDULE", help="File with the retention schedule.")],
    by: Person,
    out: Output,
    dry_run: DryRun = False,
) -> None:
    """Destroy content of ended projects that a schedule keeps no longer, each project wholly or not at all.

    Where it was cut off half-way, the same again goes on. Exit code 3 where a project could not be served.
    """
    from axflow.engine import read_schedule

    found = read_schedule(schedule)
    rows: list[tuple[Expired, str]] = []
    stopped = False
    with out.engine() as engine:
        if dry_run:
            rows = [(due, "held" if due.held_for else "due") for due in engine.expired(found)]
        else:

            def note(done: Retained) -> None:
                rows.append((done.expired, done.outcome))

            try:
                engine.retain(found, actor=by.who(engine), told=note)
            except KeyboardInterrupt:
                stopped = True
                typer.echo(told("stopped; what is listed is done, the same again goes on"), err=True)
    _tell(found.digest, rows, dry_run, out.as_json)
    if stopped:
        raise typer.Exit(STOPPED)
    if any(outcome == "refused" for _, outcome in rows):
        raise typer.Exit(BLOCKED)


def _tell(digest: str, rows: list[tuple[Expired, str]], dry_run: bool, as_json: bool) -> None:
    from axflow.cli.screen import Screen

    if as_json:
        show_json({"schedule": digest, "dry_run": dry_run, "projects": [_data(due, what) for due, what in rows]})
        return
    if rows:
        Screen().table(
            HEADINGS,
            [
                (due.project, str(due.ended_on), str(sum(map(len, due.fields.values()))), told(DONE[what]))
                for due, what in rows
            ],
        )
    typer.echo(told("{count} projects with content that is due; schedule {digest}", count=len(rows), digest=digest))


def _data(due: Expired, outcome: str) -> dict[str, Any]:
    return {
        "project": due.project, "ended_on": str(due.ended_on), "outcome": outcome, "held_for": list(due.held_for),
        "fields": {str(seq): list(fields) for seq, fields in due.fields.items()},
    }  # fmt: skip
