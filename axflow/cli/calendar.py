"""`axflow workflow calendar`: a new calendar for what is published, and what it moves."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from axflow.cli.language import language, told
from axflow.cli.options import DryRun, Output, Person, Reason, show_json
from axflow.cli.running import USAGE, CommandError
from axflow.cli.suggesting import published

if TYPE_CHECKING:
    from axflow.definition.calendar import Calendar
    from axflow.definition.definition import Definition
    from axflow.engine import CalendarRun, Engine


def calendar(
    workflow: Annotated[str, typer.Argument(metavar="WORKFLOW", help="Id of a published workflow.")],
    by: Person,
    out: Output,
    version: Annotated[
        str | None,
        typer.Argument(metavar="VERSION", help="The one version meant; default: all that are published."),
    ] = None,
    holidays: Annotated[
        list[str] | None,
        typer.Option("--holiday", metavar="DAY=NAME", help="A day off just announced, as often as needed."),
    ] = None,
    worked: Annotated[
        list[str] | None,
        typer.Option("--worked", metavar="DAY", help="A day off that is worked after all, as often as needed."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="A whole calendar as JSON, instead of what is known.")
    ] = None,
    reason: Reason = None,
    dry_run: DryRun = False,
) -> None:
    """Put a new calendar in force: what runs in live projects is reckoned by it from now on, each by an entry.

    By default it is what is known of the country's holidays today. Where no day differs, nothing changes; where it was
    cut off half-way, the same again goes on with the projects that are left.
    """
    if file is not None and (holidays or worked):
        raise CommandError("--file is a whole calendar; leave out --holiday and --worked, or the file", USAGE)
    with out.engine() as engine:
        published(engine, workflow, version)
        actor = by.who(engine)
        runs: list[CalendarRun] = []
        for one in [version] if version else [row.version for row in engine.definitions(workflow)]:
            made = _made(engine, workflow, one, file, holidays or [], worked or [])
            if dry_run:
                runs += engine.preview_calendar(workflow, one, made, actor=actor)
            else:
                runs += engine.publish_calendar(workflow, one, made, actor=actor, reason=reason)
        definitions = [engine.definition(workflow, run.version) for run in runs]
    if out.as_json:
        show_json({"published": not dry_run, "versions": [_data(run) for run in runs]})
        return
    for run, definition in zip(runs, definitions, strict=True):
        _tell(run, definition, dry_run)


def _made(
    engine: Engine, workflow: str, version: str, file: Path | None, holidays: list[str], worked: list[str]
) -> Calendar | None:
    """The calendar asked for; None for what is known today."""
    import json

    from axflow.definition.calendar import Calendar

    if file is not None:
        return Calendar.from_json(json.loads(file.read_text("utf-8")))
    if not (holidays or worked):
        return None
    extra: dict[str, str] = {}
    for item in holidays:
        day, equals, words = item.partition("=")
        if not equals or not words:
            raise CommandError("--holiday '{item}' is no day=name, such as 2026-03-12='Founding day'", USAGE, item=item)
        extra[day] = words
    known = engine.calendar(workflow, version)
    # A day that is worked already need not be taken out again: then the same command may be given twice.
    off = [day for day in worked if day in known.holidays or not known.is_working_day(date.fromisoformat(day))]
    number = len(engine.calendar_changes(workflow, version)) + 2
    return known.changed(extra=extra, remove=off, version=str(number))


def _data(run: CalendarRun) -> dict[str, Any]:
    return {
        "definition": run.definition, "version": run.version, "before": run.before.digest,
        "calendar": run.calendar.digest, "added": dict(run.added), "removed": dict(run.removed),
        "projects": list(run.projects), "timers": [move._asdict() for move in run.timers],
    }  # fmt: skip


def _tell(run: CalendarRun, definition: Definition, dry_run: bool) -> None:
    from axflow.cli.screen import Screen
    from axflow.definition.words import Names

    head = {"name": run.definition, "version": run.version}
    if run.before is run.calendar and not run.projects:
        typer.echo(told("{name} {version}: no day differs, nothing changes", **head))
        return
    counts = {"projects": len(run.projects), "timers": len(run.timers), "digest": run.calendar.digest}
    if dry_run:
        sentence = told("{name} {version}: {projects} projects, {timers} time limits would move", **head, **counts)
    else:
        sentence = told(
            "{name} {version}: {projects} projects, {timers} time limits moved; calendar {digest}", **head, **counts
        )
    typer.echo(sentence)
    for sign, days in (("+", run.added), ("-", run.removed)):
        for day, words in sorted(days.items()):
            typer.echo(f"{sign} {day} {words}")
    if run.timers:
        names, zone = Names(definition, language()), ZoneInfo(definition.calendar.timezone)
        rows = [
            (move.project, _limit(names, move.timer), *(_local(text, zone) for text in (move.before, move.after)))
            for move in run.timers
        ]
        Screen().table(HEADINGS, rows)


HEADINGS = ("Project", "Time limit", "Due until now", "Due now")
"""Headings of the table of what moves."""


def _limit(names: Any, timer: str) -> str:
    """A time limit by the title of what it limits, and its own id."""
    kind, _, name = timer.partition(":")
    return f"{names.deadline(name)} ({timer})" if kind == "deadline" else timer


def _local(text: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}"
