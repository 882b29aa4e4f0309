"""`axflow doctor`: whether this installation and its database are well."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from axflow.cli.language import told, translated
from axflow.cli.options import Output, show_json
from axflow.cli.running import AUDIT_FAILURE, ERROR


def doctor(
    out: Output,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out the journal, whose every entry is verified.")
    ] = False,
    sizes: Annotated[bool, typer.Option("--sizes", help="Bytes of each table, and for each entry.")] = False,
) -> None:
    """Versions, database, journal, timers, messages and console; numbers and ages, in seconds, of what waits.

    Exit code 6 where the journal does not hold, 1 where the database cannot be reached or is not of this version, else
    0: what waits is for you to judge.
    """
    found, code = _examined(out.database, quick, sizes)
    if out.as_json:
        show_json({**found, "good": code == 0})
    else:
        from axflow.definition.columns import columns

        for name, value in found.items():
            label = told(name.replace("_", " "))
            listed = value if isinstance(value, list) else [value]
            for place, one in enumerate(listed or [told("none")]):
                lead = label if place == 0 else ""
                typer.echo(f"{lead}{' ' * (20 - columns(lead))} {_said(name, one)}")
    if code:
        raise typer.Exit(code)


def _examined(database: str, quick: bool, sizes: bool) -> tuple[dict[str, Any], int]:
    """What was found, and the exit code that it leads to."""
    import platform
    import sqlite3
    import sys
    from contextlib import closing
    from importlib.metadata import version

    from axflow import __version__
    from axflow.cli.condition import condition, sized
    from axflow.cli.options import engine_of
    from axflow.cli.running import CommandError
    from axflow.store.errors import StoreError
    from axflow.store.location import located

    found: dict[str, Any] = {
        "axflow": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "transitions": version("transitions"),
        "pydantic": version("pydantic"),
        "sqlalchemy": version("sqlalchemy"),
        "encoding": sys.stdout.encoding or "unknown",
        "database": located(database).shown,
    }
    try:
        with closing(engine_of(database)) as engine:
            health = engine.health()
            if health.problem is not None:
                raise StoreError(health.problem)
            report = None if quick else engine.verify()
            taken = sized(engine.sizes()) if sizes else {}
    except (StoreError, CommandError) as error:
        return {**found, "reachable": False, "problem": translated(str(error))}, ERROR
    found |= {"reachable": True, **condition(health), **taken}
    if report is None:
        return found, 0
    found |= {
        "projects": report.projects,
        "entries": report.entries,
        "breaks": [{"project": b.project, "entry": b.seq, "what": b.what} for b in report.breaks],
    }
    return found, 0 if report.good else AUDIT_FAILURE


def _said(name: str, value: Any) -> str:
    if name == "breaks" and isinstance(value, dict):
        from axflow.cli.telling import broken

        return broken(value["project"], value["entry"], value["what"])
    if name == "tables" and isinstance(value, dict):
        from axflow.cli.condition import line

        return line(value)
    if isinstance(value, bool):
        return told("yes") if value else told("no")
    return str(value)
