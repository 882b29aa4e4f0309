"""`axflow audit verify`: the journal of a database, or a bundle that somebody gave."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from axflow.cli.language import language, told, translated
from axflow.cli.options import Output, show_json
from axflow.cli.running import AUDIT_FAILURE, USAGE, CommandError
from axflow.cli.telling import broken

if TYPE_CHECKING:
    from axflow.engine import Report
    from axflow.store.protocol import Unit


def verify(
    out: Output,
    bundle: Annotated[
        Path | None, typer.Argument(metavar="[BUNDLE]", help="A bundle to verify, instead of the database.")
    ] = None,
    project: Annotated[str | None, typer.Option("--project", help="Only this project of the database.")] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="Verifier key of the bundle's log, known from elsewhere.")
    ] = None,
    memory: Annotated[
        Path | None,
        typer.Option("--memory", help="File that remembers what was verified: only what is new is verified."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Verify everything, and still compare with --memory.")] = False,
) -> None:
    """Verify every entry, content, state and document, or a bundle. Exit code 6 where something does not hold."""
    if bundle is None:
        _database(out, project, memory, full)
    elif memory is not None:
        raise CommandError("--memory is of a database; a bundle is always verified whole", USAGE)
    else:
        _bundle(out, bundle, key or [])


def _database(out: Output, project: str | None, memory: Path | None, full: bool) -> None:
    from axflow.audit.reading import opened
    from axflow.engine.verification import verify as verify_unit

    with opened(out.database) as reading:
        report = verify_unit(reading.unit, project) if memory is None else _since(reading.unit, project, memory, full)
    if out.as_json:
        show_json(
            {
                "good": report.good, "projects": report.projects, "entries": report.entries,
                "remembered": report.remembered, "redacted": report.redacted, "uncheckpointed": report.uncheckpointed,
                "hashed_bytes": report.hashed_bytes, "hashing_seconds": round(report.hashing_seconds, 6),
                "replaying_seconds": round(report.replaying_seconds, 6),
                "breaks": [one._asdict() for one in report.breaks],
            }
        )  # fmt: skip
    else:
        for one in report.breaks:
            typer.echo(broken(one.project, one.seq, one.what))
        counts = {"projects": report.projects, "entries": report.entries, "count": len(report.breaks)}
        if report.remembered:
            typer.echo(
                told(
                    "{projects} projects, {entries} entries, {remembered} more verified before: "
                    "{count} things do not hold",
                    remembered=report.remembered,
                    **counts,
                )
            )
        else:
            typer.echo(told("{projects} projects, {entries} entries: {count} things do not hold", **counts))
    if not report.good:
        raise typer.Exit(AUDIT_FAILURE)


def _since(unit: Unit, project: str | None, file: Path, full: bool) -> Report:
    from axflow.engine.verified import Memory, UnreadableMemory, verify_since

    try:
        remembered = Memory.read(file)
    except UnreadableMemory as error:
        raise CommandError(
            "{file} is no memory of a verification: {problem}; restore it, or name a new file",
            USAGE,
            file=file,
            problem=translated(str(error)),
        ) from None
    if not file.exists():
        typer.echo(told("{file} remembers nothing yet; everything is verified", file=file), err=True)
    report, found = verify_since(unit, remembered, project, full=full)
    found.write(file)
    return report


def _bundle(out: Output, bundle: Path, keys: list[str]) -> None:
    from axflow.journal import verify_bundle as verifier

    if not bundle.exists():
        raise CommandError("there is no bundle {bundle}", USAGE, bundle=bundle)
    try:
        known = [verifier.read_key(text) for text in keys]
    except verifier.Fault as fault:
        raise CommandError("{option}: {problem}", USAGE, option="--key", problem=str(fault)) from None
    found = verifier.verify_bundle(str(bundle), known)
    if out.as_json:
        show_json(verifier.as_data(found))
    else:
        for line in (*verifier.three_lines(found, language() == "ko"), *(f"- {fault}" for fault in found.faults)):
            typer.echo(line)
    if not found.good:
        raise typer.Exit(AUDIT_FAILURE)
