"""`axflow db backup`: a copy of a SQLite database while others write it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from axflow.cli.options import Output, show_json


def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes; there must be nothing yet.")],
    out: Output,
) -> None:
    """Copy a SQLite database, as it is now, into one file, while others write it. To restore, copy it back."""
    from axflow.store.backup import backup as copy

    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(file.name, total=None)
            made = copy(out.database, file, progress=lambda done, total: bar.update(task, completed=done, total=total))
    else:
        made = copy(out.database, file)
    if out.as_json:
        show_json({"file": str(made.file), "version": made.version, "bytes": made.size})
    else:
        typer.echo(f"{made.file} {made.version} {made.size}")
