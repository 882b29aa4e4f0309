"""`axflow demo`: a workflow's own script, played on an engine with a clock of its own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from axflow.cli.language import language
from axflow.cli.running import AUDIT_FAILURE, CommandError


def demo(
    workflow: Annotated[str | None, typer.Argument(help="A workflow with a demo; default: the first shipped one.")]
    = None,
    database: Annotated[str, typer.Option("--db", help="The database that the demo leaves to explore.")]
    = "sqlite:///axflow-demo.db",
    force: Annotated[bool, typer.Option("--force", help="Replace a database that is there.")] = False,
) -> None:  # fmt: skip
    """Show in a minute what axflow does, and leave a database to explore."""
    from axflow.cli.demo_play import Player
    from axflow.cli.demo_script import read_script
    from axflow.cli.screen import Screen
    from axflow.definition.shipped import find, folder, names
    from axflow.store.location import located

    name = workflow or next((one for one in names() if (folder() / one / "demo.yaml").is_file()), None)
    if name is None:
        raise CommandError("no shipped workflow has a demo; name a folder with definition.yaml and demo.yaml")
    script = read_script(find(name).parent)
    place = located(database).file
    if place is None:
        raise CommandError(
            "the demo is played in a file of its own, not in {database}; write --db file.db",
            database=located(database).shown,
        )
    _check_room(place, force)
    # Played beside and moved over at the end: a demo that is stopped midway leaves nothing that looks whole.
    with tempfile.TemporaryDirectory(prefix="axflow-demo-", dir=place.absolute().parent) as scratch:
        played = Path(scratch) / "played.db"
        player = Player(script, played, Screen(folds=True), language(), str(place))
        try:
            good = player.play()
        finally:
            player.close()
        for end in ("", "-wal", "-shm"):
            place.with_name(place.name + end).unlink(missing_ok=True)
        shutil.move(str(played), str(place))
    if not good:
        raise typer.Exit(AUDIT_FAILURE)


def _check_room(place: Path, force: bool) -> None:
    if not place.absolute().parent.is_dir():
        raise CommandError(
            "the folder {folder} does not exist; create it, or name another --db", folder=place.absolute().parent
        )
    if not place.exists():
        return
    if not force:
        raise CommandError(
            "{place} is there already; look around in it, name another --db, or replace it by --force", place=place
        )
    if place.is_dir() or place.read_bytes()[:15] != b"SQLite format 3":
        raise CommandError(
            "{place} is no SQLite database, so --force does not replace it; name another --db", place=place
        )
