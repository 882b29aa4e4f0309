"""Beginning a project at the command line: a new one, one that is midway, or the record of a past one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from axflow.cli.answering import answer
from axflow.cli.language import language
from axflow.cli.options import At, Beginning, DryRun, Output, ValuesFile, moment_of, show_json
from axflow.cli.rehearsing import trying
from axflow.cli.suggesting import published
from axflow.cli.values import pairs, values_of

if TYPE_CHECKING:
    from axflow.definition.definition import Definition
    from axflow.engine import Engine
    from axflow.kernel.project import Project

DefinitionId = Annotated[str, typer.Argument(metavar="WORKFLOW", help="Id of a published workflow.")]
Firm = Annotated[str, typer.Option(help="The firm whose project it is.")]
Title = Annotated[str, typer.Option(help="Title.")]
Attributes = Annotated[
    list[str] | None,
    typer.Option("--attribute", metavar="NAME=VALUE", help="An attribute of the project, as often as needed."),
]
Aliases = Annotated[
    list[str] | None,
    typer.Option("--alias", metavar="ORGANISATION=NUMBER", help="Its case number with an organisation."),
]
NewId = Annotated[str | None, typer.Option("--id", help="Id of the project; default: a new one.")]
Version = Annotated[str | None, typer.Option("--version", help="Version; default: the one that is in force.")]


def open_(
    workflow: DefinitionId,
    firm: Firm,
    by: Beginning,
    out: Output,
    title: Title = "",
    attribute: Attributes = None,
    file: ValuesFile = None,
    alias: Aliases = None,
    id: NewId = None,
    version: Version = None,
) -> None:
    """Open a project."""

    def opened(engine: Engine, definition: Definition) -> Project:
        return engine.open(
            workflow, firm=firm, actor=by.who(engine), title=title, aliases=pairs(alias, "--alias"), id=id,
            attributes=values_of(attribute, file, definition.attributes, "--attribute"), version=version, key=by.key,
            reason=by.reason,
        )  # fmt: skip

    _begin(workflow, version, by, out, opened)


def take_over(
    workflow: DefinitionId,
    firm: Firm,
    by: Beginning,
    out: Output,
    stage: Annotated[str | None, typer.Option(help="The stage that it is in.")] = None,
    track: Annotated[
        list[str] | None, typer.Option(metavar="TRACK=STATE", help="Where a track is, as often as needed.")
    ] = None,
    title: Title = "",
    attribute: Attributes = None,
    file: ValuesFile = None,
    alias: Aliases = None,
    id: Annotated[
        str | None, typer.Option("--id", help="Id of the project, or of a recorded history; default: a new one.")
    ] = None,
    version: Version = None,
    at: At = None,
) -> None:
    """Admit a project that is already midway. It says where it stands and claims no condition that was not shown."""

    def admitted(engine: Engine, definition: Definition) -> Project:
        return engine.take_over(
            workflow, firm=firm, actor=by.who(engine), stage=stage, tracks=pairs(track, "--track") or None,
            title=title, attributes=values_of(attribute, file, definition.attributes, "--attribute"),
            aliases=pairs(alias, "--alias"), id=id, version=version, key=by.key, reason=by.reason,
            occurred_at=moment_of(at, definition),
        )  # fmt: skip

    _begin(workflow, version, by, out, admitted)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recorded history, YAML or JSON.")],
    out: Output,
    id: NewId = None,
    dry_run: DryRun = False,
) -> None:
    """Record a past history as its sources tell it. What the rules would not have allowed is shown, not refused."""
    with out.engine() as engine, trying(engine, dry_run) as tried:
        project = tried.import_history(file, id=id, language=language())
    _opened(project, out, dry_run)


def _begin(
    workflow: str, version: str | None, by: Beginning, out: Output, does: Callable[[Engine, Definition], Project]
) -> None:
    from axflow.kernel.decision import Refused

    with out.engine() as engine, trying(engine, by.dry_run) as tried:
        definition = published(tried, workflow, version)
        try:
            project = does(tried, definition)
        except Refused as error:
            answer(
                tried, "", definition, error.decision, by.who(tried), out,
                dry_run=by.dry_run, may_see=lambda path: True, fields=definition.attributes,
            )  # fmt: skip
            return
    _opened(project, out, by.dry_run)


def _opened(project: Project, out: Output, dry_run: bool) -> None:
    if out.as_json:
        show_json({"project": project.id, "stage": project.stage, "version": project.version, "dry_run": dry_run})
    else:
        typer.echo(project.id)
