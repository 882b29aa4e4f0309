"""`axflow audit export`: projects as a bundle that others verify without this database."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from axflow.cli.language import told
from axflow.cli.options import Output, Viewing, show_json
from axflow.cli.running import AUDIT_FAILURE, CommandError
from axflow.cli.telling import broken


class Content(StrEnum):
    """Which content a bundle discloses."""

    seen = "seen"
    all = "all"
    none = "none"


def export(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A new file.zip, or a new or empty folder.")],
    viewing: Viewing,
    out: Output,
    project: Annotated[
        list[str] | None, typer.Option("--project", help="Only this project; may be given several times.")
    ] = None,
    workflow: Annotated[str | None, typer.Option("--workflow", help="Only of this workflow.")] = None,
    firm: Annotated[str | None, typer.Option("--firm", help="Only of this firm.")] = None,
    stage: Annotated[str | None, typer.Option("--stage", help="Only in this stage.")] = None,
    content: Annotated[
        Content, typer.Option("--content", help="seen: what the one who looks may see; all; or none.")
    ] = Content.seen,
) -> None:
    """Write a bundle of whole projects: one, those that options find, or all. Exit code 6 where one does not hold."""
    from axflow.audit.export import Audience, BrokenHistory, Scope
    from axflow.audit.export import export as write

    filters = {"definition": workflow, "firm": firm, "stage": stage}
    scope = Scope(tuple(project or ()), filters if any(filters.values()) else None)
    if (target.suffix == ".zip" and target.exists()) or (target.is_dir() and any(target.iterdir())):
        raise CommandError("{target} is there already; name a new file or folder", target=target)
    with out.engine() as engine:
        try:
            made = write(engine, target, scope, Audience(content.value, viewing.viewer(engine)))
        except BrokenHistory as error:
            for one in error.breaks:
                typer.echo(broken(one.project, one.seq, one.what), err=True)
            raise typer.Exit(AUDIT_FAILURE) from None
    manifest = made.manifest
    if out.as_json:
        show_json({"path": str(made.path), "manifest": dict(manifest)})
        return
    counts = {name: manifest[name] for name in ("projects", "entries", "withheld", "redacted")}
    typer.echo(
        told(
            "{path}: {projects} projects, {entries} entries; values withheld: {withheld}, redacted: {redacted}",
            path=made.path, **counts,
        )
    )  # fmt: skip
    if manifest["log"] is None:
        typer.echo(told("no signed log: the bundle shows changes made to it, and proves nothing to others"), err=True)
