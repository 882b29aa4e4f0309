"""`axflow db`: the tables of a database."""

from __future__ import annotations

from typing import Annotated

import typer

from axflow.cli import backing
from axflow.cli.options import DATABASE, AsJson, Database, show_json
from axflow.cli.running import ERROR

app = typer.Typer(help="The tables of a database.", no_args_is_help=True)
app.command()(backing.backup)


@app.command()
def upgrade(database: Database = DATABASE) -> None:
    """Bring the tables to the version that this axflow needs."""
    from axflow.store.migrate import upgrade as bring

    typer.echo(bring(database))


@app.command()
def check(database: Database = DATABASE, as_json: AsJson = False) -> None:
    """Compare the tables with what they should be. Changes nothing; exit code 1 where they differ."""
    from axflow.cli.running import CommandError
    from axflow.store.location import located
    from axflow.store.migrate import check as compare

    file = located(database).file
    if file is not None and not file.is_file():
        raise CommandError(f"there is no database {file}")
    found = compare(database)
    if as_json:
        show_json(
            {"found": found.found, "needed": found.needed, "differences": list(found.differences), "good": found.good}
        )
    else:
        typer.echo(f"{found.found or '-'} {found.needed} {'good' if found.good else 'run `axflow db upgrade`'}")
        for difference in found.differences:
            typer.echo(difference)
    if not found.good:
        raise typer.Exit(ERROR)


@app.command()
def sql(
    database: Database = DATABASE,
    since: Annotated[str | None, typer.Option("--since", help="Version that the tables have; default: none yet.")]
    = None,
) -> None:  # fmt: skip
    """Write out what `upgrade` would do, as SQL for whoever may change the tables. Connects to nothing."""
    from axflow.store.location import located
    from axflow.store.migrate import sql as written

    place = located(database)
    typer.echo(written(place.kind, schema=place.schema, since=since), nl=False)
