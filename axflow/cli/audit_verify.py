"""`axflow audit verify`: the journal of a database, or a bundle that somebody gave."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from axflow.cli.language import language, told
from axflow.cli.options import Output, show_json
from axflow.cli.running import AUDIT_FAILURE, USAGE, CommandError
from axflow.cli.telling import broken


def verify(
    out: Output,
    bundle: Annotated[
        Path | None, typer.Argument(metavar="[BUNDLE]", help="A bundle to verify, instead of the database.")
    ] = None,
    project: Annotated[str | None, typer.Option("--project", help="Only this project of the database.")] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="Verifier key of the bundle's log, known from elsewhere.")
    ] = None,
) -> None:
    """Verify every entry, content, state and document, or a bundle. Exit code 6 where something does not hold."""
    if bundle is None:
        _database(out, project)
    else:
        _bundle(out, bundle, key or [])


def _database(out: Output, project: str | None) -> None:
    with out.engine() as engine:
        report = engine.verify(project)
    if out.as_json:
        show_json(
            {
                "good": report.good, "projects": report.projects, "entries": report.entries,
                "redacted": report.redacted, "uncheckpointed": report.uncheckpointed,
                "hashed_bytes": report.hashed_bytes, "hashing_seconds": round(report.hashing_seconds, 6),
                "replaying_seconds": round(report.replaying_seconds, 6),
                "breaks": [one._asdict() for one in report.breaks],
            }
        )  # fmt: skip
    else:
        for one in report.breaks:
            typer.echo(broken(one.project, one.seq, one.what))
        typer.echo(
            told(
                "{projects} projects, {entries} entries: {count} things do not hold",
                projects=report.projects, entries=report.entries, count=len(report.breaks),
            )
        )  # fmt: skip
    if not report.good:
        raise typer.Exit(AUDIT_FAILURE)


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
