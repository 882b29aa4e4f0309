"""The tree of commands. Each imports what it needs when it runs, so that `--help` answers at once."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from axflow.cli import audit, database, demo, doctor, project, starting, worker, workflow
from axflow.cli.commands import command, expanded
from axflow.cli.help import Group

ORDER = (
    "demo", "init", "workflow", "project", "audit", "policy", "simulate", "calibrate", "forecast", "db", "worker",
    "serve", "doctor",
)  # fmt: skip


class Commands(Group):
    """All commands, in the order in which a newcomer meets them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of commands."""
        return sorted(super().list_commands(ctx), key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


app = typer.Typer(
    name="axflow",
    help="Workflows across organisations: every decision explained, journaled and checkable.",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
command(app, "demo")(demo.demo)
command(app, "init")(starting.init)
app.add_typer(workflow.app, name="workflow")
app.add_typer(project.app, name="project")
app.add_typer(audit.app, name="audit")
app.add_typer(database.app, name="db")
app.add_typer(worker.app, name="worker")
command(app, "doctor")(doctor.doctor)


def _version(asked: bool) -> None:
    if asked:
        from axflow import __version__

        typer.echo(f"axflow {__version__}")
        raise typer.Exit


def axflow(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Workflows across organisations: every decision explained, journaled and checkable."""


app.callback()(expanded(axflow))
