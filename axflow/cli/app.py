"""The tree of commands. Each imports what it needs when it runs, so that `--help` answers at once."""

from __future__ import annotations

from typing import Annotated

import typer

from axflow.cli import database, demo, doctor, project, starting, worker, workflow

app = typer.Typer(
    name="axflow",
    help="Workflows across organisations: every decision explained, journaled and checkable.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("init")(starting.init)
app.add_typer(workflow.app, name="workflow")
app.add_typer(project.app, name="project")
app.add_typer(database.app, name="db")
app.add_typer(worker.app, name="worker")
app.command("doctor")(doctor.doctor)


def _version(asked: bool) -> None:
    if asked:
        from axflow import __version__

        typer.echo(f"axflow {__version__}")
        raise typer.Exit


@app.callback()
def _axflow(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Workflows across organisations: every decision explained, journaled and checkable."""
