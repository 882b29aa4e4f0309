"""`axflow db`: the tables of a database."""

from __future__ import annotations

import typer

from axflow.cli.options import DATABASE, AsJson, Database, show_json
from axflow.cli.running import ERROR

app = typer.Typer(help="The tables of a database.", no_args_is_help=True)


@app.command()
def upgrade(database: Database = DATABASE) -> None:
    """Bring the tables to the version that this axflow needs."""
    from axflow.store.migrate import upgrade as bring
    from axflow.store.sqlite import url_of

    typer.echo(bring(url_of(database)))


@app.command()
def check(database: Database = DATABASE, as_json: AsJson = False) -> None:
    """Compare the tables with what they should be. Changes nothing; exit code 1 where they differ."""
    from pathlib import Path

    from axflow.cli.running import CommandError
    from axflow.store.migrate import check as compare
    from axflow.store.sqlite import url_of

    url = url_of(database)
    if not Path(url.partition("sqlite:///")[2]).is_file():
        raise CommandError(f"there is no database {url.partition('sqlite:///')[2]}")
    found = compare(url)
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
