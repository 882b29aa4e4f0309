"""`axflow workflow calendar`: a new calendar for what is published, and what it moves."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from axflow.cli.options import (
    DATABASE,
    ActorId,
    AsJson,
    Database,
    Kind,
    Lang,
    Language,
    OrganisationId,
    RoleId,
    actor_of,
    engine_of,
    show_json,
)
from axflow.cli.running import USAGE, CommandError

if TYPE_CHECKING:
    from axflow.definition.calendar import Calendar
    from axflow.definition.definition import Definition
    from axflow.engine import CalendarRun, Engine


def calendar(
    name: Annotated[str, typer.Argument(help="Id of a published workflow.")],
    actor: ActorId,
    organisation: OrganisationId,
    version: Annotated[
        str | None, typer.Option("--version", help="The one version meant; default: all that are published.")
    ] = None,
    holidays: Annotated[
        list[str] | None,
        typer.Option("--holiday", help="A day off just announced: 2026-03-12=Name. May be repeated."),
    ] = None,
    worked: Annotated[
        list[str] | None, typer.Option("--worked", help="A day off that is worked after all: 2026-03-12. May repeat.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A whole calendar document, JSON, instead of what is known today.")
    ] = None,
    role: RoleId = None,
    kind: Kind = "human",
    reason: Annotated[str | None, typer.Option("--reason", help="Why, such as the decree.")] = None,
    database: Database = DATABASE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show which projects and time limits would move; write nothing.")
    ] = False,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Put a new calendar in force: what runs in live projects is reckoned by it from now on, each by an entry.

    Without --holiday, --worked or --file it is what is known of the country's holidays today. A calendar that says the
    same of every day changes nothing; one that was cut off half-way goes on with the projects that are left.
    """
    if file is not None and (holidays or worked):
        raise CommandError("--file is a whole calendar; leave out --holiday and --worked, or the file", USAGE)
    who = actor_of(actor, organisation, role, kind)
    engine = engine_of(database)
    try:
        runs: list[CalendarRun] = []
        versions = [engine.definition(name, version).version]  # which says so where there is none
        if version is None:
            versions = [row.version for row in engine.definitions(name)]
        for one in versions:
            made = _made(engine, name, one, file, holidays, worked)
            if dry_run:
                runs += engine.preview_calendar(name, one, made, actor=who)
            else:
                runs += engine.publish_calendar(name, one, made, actor=who, reason=reason)
        if as_json:
            show_json({"published": not dry_run, "versions": [_data(run) for run in runs]})
        else:
            for run in runs:
                _tell(run, engine.definition(name, run.version), language, dry_run)
    finally:
        engine.close()


def _made(
    engine: Engine,
    name: str,
    version: str,
    file: Path | None,
    holidays: list[str] | None,
    worked: list[str] | None,
) -> Calendar | None:
    """The calendar asked for; None for what is known today."""
    import json

    from axflow.definition.calendar import Calendar

    if file is not None:
        return Calendar.from_json(json.loads(file.read_text("utf-8")))
    if not (holidays or worked):
        return None
    extra: dict[str, str] = {}
    for item in holidays or []:
        day, equals, words = item.partition("=")
        if not equals or not words:
            raise CommandError(f"--holiday {item!r} is no day=name, such as 2026-03-12=Founding day", USAGE)
        extra[day] = words
    number = len(engine.calendar_changes(name, version)) + 2
    known = engine.calendar(name, version)
    off = [day for day in worked or [] if day in known.holidays or not _worked(known, day)]
    return known.changed(extra=extra, remove=off, version=str(number))


def _worked(known: Calendar, day: str) -> bool:
    """Whether a day is a working day already, so that saying so again changes nothing."""
    from datetime import date

    return known.is_working_day(date.fromisoformat(day))


def _data(run: CalendarRun) -> dict[str, Any]:
    return {
        "definition": run.definition, "version": run.version, "before": run.before.digest,
        "calendar": run.calendar.digest, "added": dict(run.added), "removed": dict(run.removed),
        "projects": list(run.projects), "timers": [move._asdict() for move in run.timers],
    }  # fmt: skip


def _tell(run: CalendarRun, definition: Definition, language: Lang, dry_run: bool) -> None:
    korean, zone = language is Lang.ko, ZoneInfo(definition.calendar.timezone)
    head = f"{run.definition} {run.version}: "
    if run.before is run.calendar and not run.projects:
        typer.echo(
            head + ("달라지는 날이 없어 바뀌는 것이 없습니다." if korean else "no day differs; nothing changes.")
        )
        return
    if korean:
        done = "이동 예정" if dry_run else "이동"
        typer.echo(f"{head}사업 {len(run.projects)}건, 기한 {len(run.timers)}건 {done}. 달력 {run.calendar.digest}")
    else:
        done = "would move" if dry_run else "moved"
        projects, timers = len(run.projects), len(run.timers)
        typer.echo(f"{head}{projects} projects, {timers} time limits {done}; calendar {run.calendar.digest}")
    for sign, days in (("+", run.added), ("-", run.removed)):
        for day, words in sorted(days.items()):
            typer.echo(f"  {sign} {day} {words}")
    for move in run.timers:
        before, after = (datetime.fromisoformat(text).astimezone(zone) for text in (move.before, move.after))
        typer.echo(f"  {move.project}\t{move.timer}\t{before:%Y-%m-%d %H:%M} -> {after:%Y-%m-%d %H:%M}")
