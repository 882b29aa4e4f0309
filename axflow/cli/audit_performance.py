"""`axflow audit performance`: where projects spend their time, with whom, and what share gets where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from axflow.cli.language import language, told
from axflow.cli.options import Output, show_json
from axflow.cli.running import USAGE, CommandError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from axflow.audit.performance import Performance
    from axflow.audit.reading import Reading
    from axflow.definition.definition import Definition
    from axflow.definition.words import Names

SECTIONS: Final = (
    ("stages", "Time by stage, in days"),
    ("tracks", "Time by state of a track, in days"),
    ("holders", "Whose turn it was, in days"),
    ("pairs", "Handoffs, in days"),
    ("limits", "Time limits, by whose clock"),
    ("rates", "Rates"),
    ("milestones", "Milestones, in days"),
    ("levels", "Levels, in days"),
    ("routes", "Routes of ended projects, in days"),
    ("variants", "Variants, in days"),
    ("handovers", "Who acted after whom, in days"),
    ("rework", "Done again, in days"),
    ("ping_pong", "To and fro"),
    ("drift", "Before and after a change, in days"),
)
COLUMNS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "stages": (("place", "Stage"), ("owner", "Accountable"), ("visits", "Visits"), ("time_running", "Running"),
               ("time_median_seconds", "Median"), ("time_p90_seconds", "90 %"),
               ("time_median_working_days", "Working days"), ("working_seconds", "Working"),
               ("waiting_seconds", "Waiting"), ("held_seconds", "On hold"), ("handoff_seconds", "Handoff")),
    "holders": (("holder", "Whose turn"), ("cases", "Projects"), ("share", "Share"), ("working_seconds", "Working"),
                ("waiting_seconds", "Waiting"), ("held_seconds", "On hold"), ("handoff_seconds", "Handoff"),
                ("tracks", "In tracks"), ("acts", "Acts")),
    "pairs": (("handoff", "Handoff"), ("sender", "From"), ("receiver", "To"), ("offered", "Offered"),
              ("accepted", "Accepted"), ("returned", "Returned"), ("waiting", "Unanswered"),
              ("answer_median_seconds", "Answer, median"), ("first_act_median_seconds", "First act, median")),
    "limits": (("limit", "Time limit"), ("clock", "Clock"), ("started", "Started"), ("kept", "Kept"),
               ("breached", "Breached"), ("running", "Running")),
    "rates": (("name", "Rate"), ("numerator", "Numerator"), ("denominator", "Denominator"), ("of", "Denominator is"),
              ("share", "Share"), ("low_95", "95 % from"), ("high_95", "95 % to"), ("censored", "Undecided"),
              ("since", "Cohort from"), ("until", "Cohort to")),
    "milestones": (("name", "Milestone"), ("reached", "Reached"), ("of", "Of"), ("running", "Running"),
                   ("missed", "Missed"), ("time_median_seconds", "Median"), ("time_p90_seconds", "90 %")),
    "levels": (("level", "Level"), ("source", "From"), ("target", "To"), ("count", "Count"),
               ("time_median_seconds", "Median")),
    "routes": (("path", "Way"), ("cases", "Projects"), ("share", "Share"), ("time_median_seconds", "Median")),
    "handovers": (("source", "From"), ("target", "To"), ("count", "Count"), ("time_median_seconds", "Median")),
    "rework": (("place", "Stage"), ("cases", "Projects"), ("of", "Of"), ("again", "Again"), ("seconds", "Time")),
    "ping_pong": (("first", "From"), ("second", "To"), ("count", "Count"), ("cases", "Projects")),
    "drift": (("change", "Change"), ("place", "Stage"), ("before_count", "Before"), ("after_count", "After"),
              ("before_median_seconds", "Median before"), ("after_median_seconds", "Median after"),
              ("difference", "Difference"), ("p_value", "p-value")),
}  # fmt: skip
_SAME: Final = {"tracks": "stages", "variants": "routes"}
_DAYS: Final = frozenset({"tracks", "seconds", "difference"})
_SHARES: Final = frozenset({"share", "low_95", "high_95"})
_ORGANISATIONS: Final = frozenset({"holder", "sender", "receiver", "owner", "first", "second"})
WORDS: Final = ("opened", "ended", "answered", "over", "success", "end", "accepted", "kept")
"""Of rates: what is counted, and what it is a share of."""
_MOST: Final = 20
"""Rows of a table on a screen; all of them stand in JSON and CSV."""


def performance(
    out: Output,
    workflow: Annotated[
        str | None, typer.Option("--workflow", "--definition", help="Which workflow; default: the only one.")
    ] = None,
    firm: Annotated[str | None, typer.Option("--firm", help="Only of this firm.")] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="The cut: what happened later is left out; default: now.")
    ] = None,
    milestone: Annotated[
        list[str] | None,
        typer.Option("--milestone", metavar="NAME=WHAT", help="A stage, end, event or evidence; may be repeated."),
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option("--level", metavar="FIELD", help="A level: evidence.field or an attribute; may be repeated."),
    ] = None,
    change: Annotated[
        str | None, typer.Option("--change", metavar="DAY", help="Compare before and after this day, not versions.")
    ] = None,
    table: Annotated[list[str] | None, typer.Option("--table", help="Only this table; may be repeated.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FOLDER", help="Also write each table as a CSV file into a folder.")
    ] = None,
) -> None:
    """Where projects spend their time, with whom, and what share gets where: every rate with its denominator."""
    from axflow.audit.performance import Milestone, Options, analyse, history_of
    from axflow.audit.performance.tables import TABLES, to_json
    from axflow.audit.reading import Selection, opened

    unknown = next((one for one in table or () if one not in TABLES), None)
    if unknown is not None:
        raise CommandError(
            "there is no table '{name}'; there are {names}", USAGE, name=unknown, names=", ".join(TABLES)
        )
    with opened(out.database) as reading:
        name = _workflow(reading, workflow)
        versions = [row.version for row in reading.definitions if row.id == name]
        definition = reading.version_named(name, versions[-1]).definition
        options = Options(
            tuple(map(Milestone.parse, milestone or ())), _cut(change, definition, "--change", start=True)
        )
        history = history_of(
            reading, name, Selection(firm=firm), until=_until(at, definition), levels=level, language=language()
        )
        found = analyse(history, options)
    if csv is not None:
        _write(found, csv)
    if out.as_json:
        data = to_json(found)
        show_json({key: value for key, value in data.items() if not table or key not in TABLES or key in table})
    else:
        _tell(found, definition, table or ())


def _workflow(reading: Reading, given: str | None) -> str:
    names = list(dict.fromkeys(row.id for row in reading.definitions))
    if given is not None and given in names:
        return given
    if given is None and len(names) == 1:
        return names[0]
    if not names:
        raise CommandError("nothing is published in this database yet")
    raise CommandError("name one of these workflows by --workflow: {names}", USAGE, names=", ".join(names))


def _until(at: str | None, definition: Definition) -> datetime:
    from datetime import UTC, datetime

    return _cut(at, definition, "--at") or datetime.now(UTC)


def _cut(at: str | None, definition: Definition, option: str, start: bool = False) -> datetime | None:
    from axflow.cli.options import moment_of

    moment = moment_of(at, definition, option)
    return None if moment is None else moment.start if start else moment.end


def _write(found: Performance, folder: Path) -> None:
    from axflow.audit.performance.tables import TABLES, rows_of, to_csv

    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        # With a mark of the byte order, since Excel takes UTF-8 for another encoding without it.
        (folder / f"{name}.csv").write_text(to_csv(rows_of(found, name)), encoding="utf-8-sig", newline="")


def _tell(found: Performance, definition: Definition, tables: Sequence[str]) -> None:
    from axflow.audit.performance.tables import rows_of
    from axflow.cli.screen import Screen
    from axflow.definition.words import Names

    names = Names(definition, language())
    typer.echo(
        told("{title}: {cases} projects, {running} still running; times by calendar, cut at {until}",
             title=found.title, cases=found.cases, running=found.running, until=_local(found.until, names))
    )  # fmt: skip
    firm = found.firm
    typer.echo(
        told("Requests made to firms: {requests}, in {asked} projects; pauses without a request: {unasked}",
             requests=firm.requests, asked=firm.asked, unasked=firm.pauses_without_request)
    )  # fmt: skip
    typer.echo(
        told("Of ended projects, median days: {whole} in all, {government} with organisations, {firm} with the firm",
             whole=_days(found.throughput.median), government=_days(firm.for_government.median),
             firm=_days(firm.for_firm.median))
    )  # fmt: skip
    for section, heading in SECTIONS:
        rows = rows_of(found, section)
        if not rows or (tables and section not in tables):
            continue
        columns = COLUMNS[_SAME.get(section, section)]
        typer.echo(f"\n{told(heading)}")
        shown = [[_cell(section, key, row[key], names) for key, _ in columns] for row in rows[:_MOST]]
        Screen().table([told(title) for _, title in columns], shown)
        if len(rows) > _MOST:
            typer.echo(told("and {count} more; --json and --csv have all", count=len(rows) - _MOST))


def _cell(section: str, key: str, value: Any, names: Names) -> str:
    if value is None:
        return "–"
    if key.endswith("_seconds") or key in _DAYS:
        return _days(value)
    if key in _SHARES:
        return f"{value:.1%}"
    if key == "p_value":
        return f"{value:.3f}"
    if key == "place" and value == "case":
        return told("whole project")
    if key in ("place", "handoff"):
        return names.state(value) if key == "place" else names.handoff(value)
    if key == "path":
        return " > ".join(names.state(one) for one in value.split(" > "))
    if key in _ORGANISATIONS or (section == "handovers" and key in ("source", "target")):
        return ", ".join(names.organisation(one) for one in value.split(", ")) if value else told("nobody")
    if key in ("since", "until"):
        return _local(value, names)[:10]
    if key == "of" and isinstance(value, str):
        return told(value)
    if key == "clock":
        return names.clock(value) if value else "–"
    if key == "limit":
        return _limit(value, names)
    if key == "name":
        return _rate(value, names) if section == "rates" else _milestone(value, names)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _local(instant: str | datetime, names: Names) -> str:
    """An instant in the zone of the definition, with its offset."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    read = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return read.astimezone(ZoneInfo(names.definition.calendar.timezone)).isoformat(" ", "minutes")


def _limit(name: str, names: Names) -> str:
    definition = names.definition
    if name in definition.handoffs:
        return names.handoff(name)
    if name in definition.holds:
        return names.hold(name)
    return names.obligation(name) if name in definition.obligations else names.deadline(name)


def _milestone(name: str, names: Names) -> str:
    """Named as somebody named it; a place by its title."""
    known = name in names.definition.stages or name in names.definition.ends
    return names.state(name) if known else name


def _rate(name: str, names: Names) -> str:
    kind, colon, what = name.partition(":")
    title = names.state(what) if kind == "end" else _limit(what, names)
    return f"{told(kind)}: {title}" if colon else told(kind)


def _days(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds / 86_400:,.1f}"
