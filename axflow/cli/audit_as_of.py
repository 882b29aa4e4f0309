"""`axflow audit as-of`: one project, or the counts of many, at a time."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from axflow.cli.language import language, told
from axflow.cli.options import Output, show_json
from axflow.cli.running import USAGE, CommandError

COUNTS: Final = ("Workflow", "Stage", "Projects")
Recorded = Annotated[
    str | None, typer.Option("--recorded", metavar="TIME", help="Only what was recorded until this day or time.")
]
Occurred = Annotated[
    str | None, typer.Option("--occurred", metavar="TIME", help="Only what had happened until this day or time.")
]


def as_of(
    out: Output,
    project: Annotated[
        str | None, typer.Argument(metavar="[PROJECT]", help="Id of the project; default: counts of all.")
    ] = None,
    recorded: Recorded = None,
    occurred: Occurred = None,
    workflow: Annotated[str | None, typer.Option("--workflow", help="Only of this workflow.")] = None,
    firm: Annotated[str | None, typer.Option("--firm", help="Only of this firm.")] = None,
) -> None:
    """A project as it was at a time, or how many projects were where, under the rules then in force."""
    from axflow.audit.as_of import as_of as look
    from axflow.audit.as_of import portfolio
    from axflow.audit.reading import Selection, opened

    if recorded is None and occurred is None:
        raise CommandError("say as of when: --recorded, --occurred, or both", USAGE)
    with opened(out.database) as reading:
        if project is not None:
            _one(look(reading, project, recorded=recorded, occurred=occurred), out)
            return
        counts = portfolio(reading, Selection(definition=workflow, firm=firm), recorded=recorded, occurred=occurred)
        rows = [
            {"definition": c.definition, "stage": c.stage or None, "end": c.end, "projects": c.projects} for c in counts
        ]
        if out.as_json:
            show_json({"recorded": recorded, "occurred": occurred, "counts": rows})
            return
        from axflow.definition.words import Names

        titles = {row.id: row.version for row in reading.definitions}
        names = {id: Names(reading.version_named(id, version).definition, language()) for id, version in titles.items()}
        shown = [
            [c.definition, names[c.definition].state(c.stage) if c.stage else told("not opened yet"), str(c.projects)]
            for c in counts
        ]
    _table(COUNTS, shown)


def _one(found: Any, out: Output) -> None:
    from zoneinfo import ZoneInfo

    from axflow.cli.telling import FACTS, RECORDS, Teller
    from axflow.engine.views import ProjectView

    state = found.project
    if out.as_json:
        show_json(
            {
                "project": state.id, "title": found.title, "firm": state.firm, "definition": state.definition,
                "version": found.definition.version, "rules_digest": state.rules_digest, "stage": state.stage,
                "end": state.end, "tracks": dict(state.tracks), "status": found.status, "holds": sorted(state.holds),
                "obligations": sorted(state.obligations), "attributes": dict(found.attributes),
                "values": {id: dict(values) for id, values in found.values.items()}, "entries": found.entries,
                "later_entries": found.later, "unplaced": list(found.unplaced), "redacted": list(found.redacted),
            }
        )  # fmt: skip
        return
    view = ProjectView(state, found.definition, found.title, found.attributes, found.values, found.status)
    words = Teller(found.definition, found.directory, language(), ZoneInfo(found.definition.calendar.timezone))
    _table(FACTS, [*words.facts(view), (told("Version"), found.definition.version)])
    records = list(words.records(view))
    if records:
        typer.echo()
        _table(RECORDS, records)
    typer.echo(
        told("{entries} entries tell of it, {later} are left out as later", entries=found.entries, later=found.later),
        err=True,
    )
    if found.unplaced:
        typer.echo(
            told("entries that rest on what happened later, left out: {entries}", entries=_listed(found.unplaced)),
            err=True,
        )
    if found.redacted:
        typer.echo(told("destroyed since: {fields}", fields=_listed(found.redacted)), err=True)


def _listed(items: Any) -> str:
    return ", ".join(map(str, items))


def _table(heading: tuple[str, ...], rows: Any) -> None:
    from axflow.cli.screen import Screen

    Screen().table([told(name) for name in heading], rows)
