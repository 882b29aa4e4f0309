"""`axflow audit findings`, `triage` and `sample`: coded checks, what was decided about them, and whom to look at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from axflow.cli.language import language, told
from axflow.cli.options import DryRun, Output, show_json
from axflow.cli.running import USAGE, CommandError

if TYPE_CHECKING:
    from axflow.audit.findings import Finding, Report
    from axflow.audit.triage import Decided

FINDINGS: Final = ("Id", "Severity", "Code", "Project", "Entries", "Finding", "Decision")
SEVERITY: Final = ("high", "medium", "low")
DECISIONS: Final = ("accepted", "dismissed")
PlanFile = Annotated[
    str | None, typer.Option("--plan", metavar="FILE", help="Audit plan: limits, and what only the host knows.")
]
TriageFile = Annotated[
    Path | None, typer.Option("--triage", metavar="FILE", help="Triage file; default: beside the database.")
]


def findings(
    out: Output,
    plan: PlanFile = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", help="Only where people of this organisation acted.")
    ] = None,
    firm: Annotated[str | None, typer.Option("--firm", help="Only of this firm.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Only what happened from this day.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="Only what happened to this day.")] = None,
    code: Annotated[list[str] | None, typer.Option("--code", help="Only this code; may be repeated.")] = None,
    excel: Annotated[
        Path | None, typer.Option("--excel", metavar="FILE", help="Also write an Excel working paper.")
    ] = None,
    triage: TriageFile = None,
) -> None:
    """Find what does not hold or needs an explanation. What could not be checked is said, never shown as clean."""
    from axflow.audit.triage import decisions

    file = _triage_file(out.database, triage)
    report = _report(out, plan, organisation, firm, since, until, tuple(code or ()))
    decided = {} if file is None else decisions(file)
    if excel is not None:
        from axflow.audit.workbook import write
        from axflow.store.location import located

        filters = {"organisation": organisation, "firm": firm, "since": since, "until": until, "plan": plan}
        about = [("database", located(out.database).shown), *((k, v or "–") for k, v in filters.items())]
        write(excel, report, decided, about, language())
    if out.as_json:
        show_json(_data(report, decided))
    else:
        _tell(report, decided)


def triage(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Id of the finding.")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="accepted or dismissed.")],
    out: Output,
    by: Annotated[str, typer.Option("--by", envvar="AXFLOW_ACTOR", help="Who decides.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    plan: PlanFile = None,
    file: TriageFile = None,
    dry_run: DryRun = False,
) -> None:
    """Accept or dismiss a finding, in a file beside the database. The database stays as it is."""
    from datetime import UTC, datetime

    from axflow.audit.triage import VERDICTS, decide
    from axflow.kernel.moment import utc_text

    place = _triage_file(out.database, file)
    if place is None:
        raise CommandError("this database is no file, so say where triage is kept: --triage FILE", USAGE)
    chosen = next((one for one in VERDICTS if one == verdict), None)
    if chosen is None:
        raise CommandError("'{verdict}' is no decision; write accepted or dismissed", USAGE, verdict=verdict)
    known = {one.id: one for one in _report(out, plan, None, None, None, None, ()).findings}
    if finding not in known:
        raise CommandError("there is no finding {finding} now; `axflow audit findings` lists them", finding=finding)
    if not dry_run:
        decide(place, known[finding], chosen, by, reason, utc_text(datetime.now(UTC)))
    if out.as_json:
        show_json({"finding": finding, "verdict": verdict, "by": by, "file": str(place), "dry_run": dry_run})
    else:
        typer.echo(f"{finding}\t{told(verdict)}\t{place}")


def sample(
    size: Annotated[int, typer.Argument(metavar="SIZE", min=1, help="How many projects.")],
    out: Output,
    seed: Annotated[str | None, typer.Option("--seed", help="Seed; default: a new one, which is told.")] = None,
    workflow: Annotated[str | None, typer.Option("--workflow", help="Only of this workflow.")] = None,
    firm: Annotated[str | None, typer.Option("--firm", help="Only of this firm.")] = None,
) -> None:
    """Draw projects to look at by hand. The same seed draws the same again."""
    from secrets import token_hex

    from axflow.audit.reading import Selection, opened
    from axflow.audit.sampling import sample as draw

    used = seed or token_hex(8)
    with opened(out.database) as reading:
        ids = list(reading.projects(Selection(definition=workflow, firm=firm)))
    drawn = draw(ids, size, used)
    if out.as_json:
        show_json({"seed": used, "of": len(ids), "projects": list(drawn)})
        return
    typer.echo(told("seed {seed}: {size} of {all} projects", seed=used, size=len(drawn), all=len(ids)), err=True)
    for id in drawn:
        typer.echo(id)


def _triage_file(database: str, given: Path | None) -> Path | None:
    from axflow.audit.triage import beside
    from axflow.store.location import located

    file = located(database).file
    return given or (beside(file) if file is not None else None)


def _report(
    out: Output, plan: str | None, organisation: str | None, firm: str | None, since: str | None, until: str | None,
    codes: tuple[str, ...],
) -> Report:  # fmt: skip
    import sys
    from datetime import UTC, datetime

    from axflow.audit.findings import Scope
    from axflow.audit.findings import findings as look
    from axflow.audit.plan import Plan, read_plan
    from axflow.audit.reading import Selection, instant, opened
    from axflow.kernel.moment import Moment, utc_text

    with opened(out.database) as reading:
        zone = next(
            (reading.version_named(row.id, row.version).calendar.timezone for row in reading.definitions), "UTC"
        )
        scope = Scope(
            organisation,
            firm,
            None if since is None else utc_text(Moment.parse(since, zone).start),
            None if until is None else instant(until, zone),
            codes,
        )
        known = Plan() if plan is None else read_plan(plan)
        now = utc_text(datetime.now(UTC))
        if not sys.stderr.isatty():
            report = look(reading, known, Selection(), now=now, scope=scope)
        else:
            from rich.console import Console
            from rich.progress import Progress

            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task(told("projects"), total=None)
                report = look(
                    reading, known, Selection(), now=now, scope=scope,
                    progress=lambda done: bar.update(task, completed=done),
                )  # fmt: skip
    unknown = [one for one in codes if one not in report.codes]
    if unknown:
        raise CommandError("'{name}' is no code of a finding", USAGE, name=unknown[0])
    return report


def _entries(one: Finding) -> str:
    """Numbers of entries, with the project where it is another one."""
    return ", ".join(str(seq) if id == one.project else f"{id}/{seq}" for id, seq in one.entries) or "–"


def _data(report: Report, decided: Mapping[str, Decided]) -> dict[str, Any]:
    return {
        "projects": report.projects,
        "findings": [
            {
                "id": one.id, "code": one.code, "severity": one.severity, "project": one.project,
                "entries": [list(entry) for entry in one.entries], "firm": one.firm,
                "organisations": list(one.organisations), "at": one.at, "definition": one.definition,
                "en": one.message.en, "ko": one.message.in_("ko"),
                "decision": decided[one.id]._asdict() if one.id in decided else None,
            }
            for one in report.findings
        ],
        "not_checked": [
            {"codes": list(one.codes), "project": one.project, "en": one.why.en, "ko": one.why.in_("ko")}
            for one in report.unchecked
        ],
        "clean": list(report.clean),
    }  # fmt: skip


def _tell(report: Report, decided: Mapping[str, Decided]) -> None:
    from axflow.cli.screen import Screen

    if report.findings:
        rows = [
            [
                one.id, told(one.severity), one.code, one.project or "–",
                _entries(one),
                one.message.in_(language()),
                f"{told(decided[one.id].verdict)} ({decided[one.id].by})" if one.id in decided else "–",
            ]
            for one in report.findings
        ]  # fmt: skip
        Screen().table([told(name) for name in FINDINGS], rows)
    for missing in report.unchecked:
        typer.echo(told("not checked: {codes}: {why}", codes=", ".join(missing.codes), why=missing.why.in_(language())))
    typer.echo(
        told("{findings} findings in {projects} projects; {clean} codes looked for and not found",
             findings=len(report.findings), projects=report.projects, clean=len(report.clean)),
        err=True,
    )  # fmt: skip
