"""`axflow workflow`: definitions checked, shown, compared, published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from axflow.cli import completing
from axflow.cli.calendar import calendar
from axflow.cli.commands import command, group
from axflow.cli.language import language, told, translated
from axflow.cli.options import AsJson, DryRun, Output, Person, show_json
from axflow.cli.rehearsing import trying
from axflow.cli.running import DIFFERENCES, ERROR, CommandError
from axflow.cli.suggesting import published

if TYPE_CHECKING:
    from axflow.definition.definition import Definition
    from axflow.definition.lint import Finding
    from axflow.definition.loading import Loaded
    from axflow.engine import Engine

app = group("Check, show, compare and publish workflow definitions.")
Name = Annotated[
    str,
    typer.Argument(
        metavar="WORKFLOW",
        help="A shipped workflow's name, or a file or folder.",
        autocompletion=completing.shipped,
    ),
]


class Form(StrEnum):
    """What `show` writes."""

    text = "text"
    matrix = "matrix"
    markdown = "markdown"
    csv = "csv"
    mermaid = "mermaid"
    svg = "svg"
    json = "json"


class Detail(StrEnum):
    """How much a picture shows."""

    brief = "brief"
    full = "full"


@command(app)
def check(name: Name, as_json: AsJson = False) -> None:
    """Check a definition. Exit code 1 where it could not be published."""
    from axflow.definition.lint import lint
    from axflow.definition.loading import load_source
    from axflow.definition.problems import DefinitionError

    try:
        loaded = load_source(name)
    except DefinitionError as error:
        if not as_json:
            raise
        problems = [
            {
                "line": p.line, "column": p.column, "path": p.path, "message": translated(p.message),
                "hint": translated(p.hint),
            }
            for p in error.problems
        ]  # fmt: skip
        show_json({"definition": None, "publishable": False, "problems": problems, "findings": []})
        raise typer.Exit(ERROR) from None
    findings = lint(loaded.definition)
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        listed = []
        for finding in findings:
            line, column = loaded.place(finding.path)
            listed.append(
                {
                    "code": finding.code, "severity": finding.severity, "path": finding.path, "line": line,
                    "column": column, "message": finding.message.in_(language()),
                    "hint": finding.hint.in_(language()),
                }
            )  # fmt: skip
        show_json({"definition": loaded.definition.id, "publishable": not errors, "problems": [], "findings": listed})
    else:
        for finding in findings:
            typer.echo(_line(name, loaded, finding))
        warnings = len(findings) - errors
        typer.echo(
            told(
                "{name} {version}: {errors} errors, {warnings} warnings",
                name=loaded.definition.id,
                version=loaded.definition.version,
                errors=errors,
                warnings=warnings,
            ),
            err=True,
        )
    if errors:
        raise typer.Exit(ERROR)


@command(app)
def show(
    name: Name,
    form: Annotated[Form, typer.Option("--format", help="What to write.")] = Form.text,
    detail: Annotated[Detail, typer.Option(help="How much a picture shows.")] = Detail.brief,
) -> None:
    """Show a definition: in words, who does what, a picture, or data."""
    from axflow.definition.loading import load

    definition = load(name)
    if form is Form.text:
        from axflow.definition.summary import summary

        text = summary(definition, language())
    elif form is Form.mermaid:
        from axflow.interchange.mermaid import mermaid

        text = mermaid(definition, language())
    elif form is Form.svg:
        from axflow.definition.diagram import draw

        text = draw(definition, language=language(), detail=detail.value)
    elif form is Form.json:
        show_json(
            {
                "definition": definition.document,
                "digest": definition.digest,
                "rules_digest": definition.rules_digest,
            }
        )
        return
    else:
        from axflow.definition.matrix import matrix

        found = matrix(definition)
        writer = {Form.matrix: found.text, Form.markdown: found.markdown, Form.csv: found.csv}[form]
        text = writer(language())
    typer.echo(text, nl=not text.endswith("\n"))


@command(app)
def diff(
    old: Name,
    new: Name,
    as_json: AsJson = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Leave with 7 where they differ.")] = False,
) -> None:
    """What changed between two definitions, in words."""
    from axflow.definition.diff import diff as compare
    from axflow.definition.diff import diff_data, diff_text
    from axflow.definition.loading import load

    changes = compare(load(old), load(new))
    if as_json:
        show_json(diff_data(changes))
    else:
        typer.echo(diff_text(changes, language()), nl=False)
    if changes and exit_code:
        raise typer.Exit(DIFFERENCES)


@command(app)
def publish(
    name: Name,
    out: Output,
    directory: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Load the organisations, people and grants of this file first.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Publish a definition: from then on projects can be opened, and this version never changes."""
    from axflow.definition.loading import load_source
    from axflow.engine.errors import NotPublishable

    loaded = load_source(name)
    definition = loaded.definition
    with _publisher(out, dry_run) as engine:
        if directory is not None:
            engine.directory.load(directory)
        try:
            engine.publish(definition)
        except NotPublishable as error:
            for finding in error.findings:
                typer.echo(_line(name, loaded, finding), err=True)
            raise CommandError(
                "{name} {version} cannot be published", name=definition.id, version=definition.version
            ) from None
        unsigned = _unsigned(engine, definition)
    if out.as_json:
        show_json({**_identity(definition), "published": not dry_run, "unsigned": unsigned})
        return
    typer.echo(f"{definition.id} {definition.version} {definition.digest}")
    _tell_unsigned(definition, unsigned)


@command(app)
def sign(
    workflow: Annotated[str, typer.Argument(metavar="WORKFLOW", help="Id of a published workflow.")],
    by: Person,
    out: Output,
    version: Annotated[str | None, typer.Argument(metavar="VERSION", help="Default: the one published last.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Sign a published version for an organisation. It is in force once all have signed that must."""
    with out.engine() as engine, trying(engine, dry_run) as tried:
        if version is None:
            last = [row.version for row in tried.definitions(workflow)][-1:]
            version = last[0] if last else None
        definition = published(tried, workflow, version)
        actor = by.who(tried)
        tried.sign(workflow, definition.version, actor.organisation, actor=actor)
        unsigned = [one for one in _unsigned(tried, definition) if one != actor.organisation]
    if out.as_json:
        signed = {"organisation": actor.organisation, "signed": not dry_run, "unsigned": unsigned}
        show_json({**_identity(definition), **signed})
        return
    typer.echo(f"{definition.id} {definition.version} {definition.digest} {actor.organisation}")
    _tell_unsigned(definition, unsigned)


@contextmanager
def _publisher(out: Output, dry_run: bool) -> Iterator[Engine]:
    """An engine to publish on; for a dry run one that keeps nothing, in memory where there is no database yet."""
    from axflow.engine import Engine
    from axflow.store.location import located

    file = located(out.database).file
    if dry_run and file is not None and not file.exists():
        yield Engine.memory()
        return
    with out.engine(create=True) as engine, trying(engine, dry_run) as tried:
        yield tried


def _unsigned(engine: Engine, definition: Definition) -> list[str]:
    """The organisations that have yet to sign."""
    from axflow.store.errors import UnknownDefinition

    needed = definition.effective.signed_by if definition.effective is not None else ()
    with engine.store.reading() as unit:
        try:
            signed = engine.catalogue.signed(unit, engine.catalogue.get(unit, definition.id, definition.version))
        except UnknownDefinition:  # of a dry run
            signed = frozenset()
    return [organisation for organisation in needed if organisation not in signed]


def _identity(definition: Definition) -> dict[str, str]:
    return {
        "definition": definition.id, "version": definition.version, "digest": definition.digest,
        "rules_digest": definition.rules_digest,
    }  # fmt: skip


def _tell_unsigned(definition: Definition, unsigned: list[str]) -> None:
    from axflow.definition.words import Names

    if unsigned:
        names = Names(definition, language())
        bodies = ", ".join(f"{names.organisation(one)} ({one})" for one in unsigned)
        typer.echo(
            told(
                "not in force yet, signatures are missing: {names} (`axflow workflow sign {workflow}`)",
                names=bodies, workflow=definition.id,
            ),
            err=True,
        )  # fmt: skip


def _line(name: str, loaded: Loaded, finding: Finding) -> str:
    line, column = loaded.place(finding.path)
    words, hint = finding.message.in_(language()), finding.hint.in_(language())
    return f"{name}:{line}:{column}: {told(finding.severity)} {finding.code}: {words} — {hint}"


command(app)(calendar)


@command(app)
def schema() -> None:
    """Write the JSON Schema of definitions, for editors."""
    import json

    from axflow.definition.json_schema import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@command(app)
def copy(
    name: Name,
    target: Annotated[Path, typer.Argument(help="A new folder.")],
) -> None:
    """Copy a shipped workflow into a folder of your own. Overwrites nothing."""
    import shutil

    from axflow.definition.shipped import find

    if target.exists():
        raise CommandError("{target} is there already; name a new folder", target=target)
    source = find(name)
    if source.name == "definition.yaml":
        shutil.copytree(source.parent, target)
    else:
        target.mkdir(parents=True)
        shutil.copy(source, target / "definition.yaml")
    typer.echo(str(target / "definition.yaml"))


@command(app, "list")
def list_(as_json: AsJson = False) -> None:
    """List the shipped workflows."""
    from axflow.definition.loading import load
    from axflow.definition.shipped import names

    found = [load(name) for name in names()]
    if as_json:
        show_json(
            {"workflows": [{"id": one.id, "version": one.version, "title": one.title.model_dump()} for one in found]}
        )
        return
    for one in found:
        typer.echo(f"{one.id}\t{one.version}\t{one.title.in_(language())}")
