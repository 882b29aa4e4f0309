"""`axflow db`: the tables of a database."""

from __future__ import annotations

from typing import Annotated

import typer

from axflow.cli import backing
from axflow.cli.commands import command, group
from axflow.cli.language import told
from axflow.cli.options import DATABASE, Database, Output, show_json
from axflow.cli.running import ERROR, CommandError

app = group("The tables of a database.")
command(app)(backing.backup)


@command(app)
def upgrade(database: Database = DATABASE) -> None:
    """Bring the tables to the version that this axflow needs."""
    from axflow.store.migrate import upgrade as bring

    typer.echo(bring(database))


@command(app)
def check(out: Output) -> None:
    """Compare the tables with what they should be. Changes nothing; exit code 1 where they differ."""
    from axflow.store.location import located
    from axflow.store.migrate import check as compare

    file = located(out.database).file
    if file is not None and not file.is_file():
        raise CommandError("there is no database {file}", file=file)
    found = compare(out.database)
    if out.as_json:
        show_json(
            {"found": found.found, "needed": found.needed, "differences": list(found.differences), "good": found.good}
        )
    else:
        newer = found.found is not None and found.found > found.needed
        advice = told("upgrade this axflow") if newer else told("run `axflow db upgrade`")
        verdict = told("good") if found.good else advice
        typer.echo(f"{found.found or '-'} {found.needed} {verdict}")
        for difference in found.differences:
            typer.echo(difference)
    if not found.good:
        raise typer.Exit(ERROR)


@command(app)
def sql(
    database: Database = DATABASE,
    since: Annotated[
        str | None, typer.Option("--since", help="Version that the tables have; default: none yet.")
    ] = None,
) -> None:
    """Write out what `upgrade` would do, as SQL for whoever may change the tables. Connects to nothing."""
    from axflow.store.location import located
    from axflow.store.migrate import sql as written

    place = located(database)
    typer.echo(written(place.kind, schema=place.schema, since=since), nl=False)
