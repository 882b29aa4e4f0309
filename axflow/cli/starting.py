"""`axflow init`: a small workflow to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from axflow.cli.language import language, told
from axflow.cli.running import CommandError

_STARTER = Path(__file__).parent / "starter"


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder; made where it is not there.")] = Path(
        "workflow"
    ),
) -> None:
    """Write a small workflow with a directory, a test and hints to start from. Overwrites nothing."""
    sources = {
        "definition.yaml": "definition.yaml",
        "directory.yaml": "directory.yaml",
        "test_request.py": "test_request.py.txt",
        "START.md": f"START.{language()}.md",
    }
    if folder.is_file():
        raise CommandError("{file} is a file; name a folder", file=folder)
    there = [name for name in sources if (folder / name).exists()]
    if there:
        raise CommandError("{file} is there already and stays as it is; name another folder", file=folder / there[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in sources.items():
        text = (_STARTER / source).read_text("utf-8").replace("{folder}", folder.as_posix())
        (folder / name).write_text(text, "utf-8")
        typer.echo(str(folder / name))
    typer.echo(told("go on with {file}", file=folder / "START.md"), err=True)
