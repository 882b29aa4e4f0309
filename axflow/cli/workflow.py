"""`axflow workflow`: definitions checked, shown, compared, published."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from axflow.cli.calendar import calendar
from axflow.cli.options import DATABASE, AsJson, Database, Lang, Language, engine_of, show_json
from axflow.cli.running import DIFFERENCES, ERROR, CommandError

app = typer.Typer(help="Check, show, compare and publish workflow definitions.", no_args_is_help=True)
app.command()(calendar)
Name = Annotated[str, typer.Argument(help="A shipped workflow's name, or a file or folder.")]


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


@app.command()
def check(name: Name, as_json: AsJson = False, language: Language = Lang.en) -> None:
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
            {"line": p.line, "column": p.column, "path": p.path, "message": p.message, "hint": p.hint}
            for p in error.problems
        ]
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
                    "column": column, "message": finding.message.in_(language.value),
                    "hint": finding.hint.in_(language.value),
                }
            )  # fmt: skip
        show_json({"definition": loaded.definition.id, "publishable": not errors, "problems": [], "findings": listed})
    else:
        for finding in findings:
            line, column = loaded.place(finding.path)
            words, hint = finding.message.in_(language.value), finding.hint.in_(language.value)
            typer.echo(f"{name}:{line}:{column}: {finding.severity} {finding.code}: {words} — {hint}")
        warnings = len(findings) - errors
        typer.echo(
            f"{loaded.definition.id} {loaded.definition.version}: 오류 {errors}건, 경고 {warnings}건"
            if language is Lang.ko
            else f"{loaded.definition.id} {loaded.definition.version}: {errors} errors, {warnings} warnings",
            err=True,
        )
    if errors:
        raise typer.Exit(ERROR)


@app.command()
def show(
    name: Name,
    form: Annotated[Form, typer.Option("--format", help="What to write.")] = Form.text,
    detail: Annotated[Detail, typer.Option(help="How much a picture shows.")] = Detail.brief,
    language: Language = Lang.en,
) -> None:
    """Show a definition: in words, who does what, a picture, or data."""
    from axflow.definition.loading import load

    definition = load(name)
    if form is Form.text:
        from axflow.definition.summary import summary

        text = summary(definition, language.value)
    elif form is Form.mermaid:
        from axflow.interchange.mermaid import mermaid

        text = mermaid(definition, language.value)
    elif form is Form.svg:
        from axflow.definition.diagram import draw

        text = draw(definition, language=language.value, detail=detail.value)
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
        text = writer(language.value)
    typer.echo(text, nl=not text.endswith("\n"))


@app.command()
def diff(
    old: Name,
    new: Name,
    as_json: AsJson = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Leave with 7 where they differ.")] = False,
    language: Language = Lang.en,
) -> None:
    """What changed between two definitions, in words."""
    from axflow.definition.diff import diff as compare
    from axflow.definition.diff import diff_data, diff_text
    from axflow.definition.loading import load

    changes = compare(load(old), load(new))
    if as_json:
        show_json(diff_data(changes))
    else:
        typer.echo(diff_text(changes, language.value), nl=False)
    if changes and exit_code:
        raise typer.Exit(DIFFERENCES)


@app.command()
def publish(
    name: Name,
    directory: Annotated[
        Path | None, typer.Option(help="Load the organisations, people and grants of this file first.")
    ] = None,
    database: Database = DATABASE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Publish a definition: from then on projects can be opened, and this version never changes."""
    from axflow.definition.lint import lint
    from axflow.definition.loading import load

    definition = load(name)
    if dry_run:
        errors = [str(finding) for finding in lint(definition) if finding.severity == "error"]
        if errors:
            raise CommandError("it cannot be published:\n" + "\n".join(errors))
    else:
        engine = engine_of(database, create=True)
        try:
            if directory is not None:
                engine.directory.load(directory)
            engine.publish(definition)
        finally:
            engine.close()
    if as_json:
        show_json(
            {
                "definition": definition.id, "version": definition.version, "digest": definition.digest,
                "rules_digest": definition.rules_digest, "published": not dry_run,
            }
        )  # fmt: skip
    else:
        typer.echo(f"{definition.id} {definition.version} {definition.digest}")


@app.command()
def schema() -> None:
    """Write the JSON Schema of definitions, for editors."""
    import json

    from axflow.definition.json_schema import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@app.command()
def copy(
    name: Name,
    target: Annotated[Path, typer.Argument(help="A new folder.")],
) -> None:
    """Copy a shipped workflow into a folder of your own. Overwrites nothing."""
    import shutil

    from axflow.definition.shipped import find

    if target.exists():
        raise CommandError(f"{target} is there already; name a new folder")
    source = find(name)
    if source.name == "definition.yaml":
        shutil.copytree(source.parent, target)
    else:
        target.mkdir(parents=True)
        shutil.copy(source, target / "definition.yaml")
    typer.echo(str(target / "definition.yaml"))


@app.command("list")
def list_(as_json: AsJson = False, language: Language = Lang.en) -> None:
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
        typer.echo(f"{one.id}\t{one.version}\t{one.title.in_(language.value)}")
