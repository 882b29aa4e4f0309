"""Options that many commands share, and what they stand for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from axflow.cli.running import USAGE, CommandError

if TYPE_CHECKING:
    from axflow.engine import Engine
    from axflow.kernel.actor import Actor

SCHEMA: Final = 1
"""Number of the form of all `--json` output; it changes when a field changes its meaning or goes."""


class Lang(StrEnum):
    """Languages of words for people."""

    en = "en"
    ko = "ko"


Language = Annotated[Lang, typer.Option("--lang", envvar="AXFLOW_LANG", help="Language of the output.")]
AsJson = Annotated[bool, typer.Option("--json", help="Data as JSON, with a schema number.")]
Database = Annotated[
    str,
    typer.Option(
        "--db", envvar="AXFLOW_DB", help="Database: a path, sqlite:///file.db or postgresql://user@host/name."
    ),
]
DATABASE: Final = "sqlite:///axflow.db"
ActorId = Annotated[str, typer.Option("--actor", envvar="AXFLOW_ACTOR", help="Id of the person or service that acts.")]
OrganisationId = Annotated[
    str, typer.Option("--organisation", envvar="AXFLOW_ORGANISATION", help="Organisation acted for.")
]
RoleId = Annotated[str | None, typer.Option("--role", help="Role used; default: the granted one that permits the act.")]
Kind = Annotated[str, typer.Option("--kind", help="human, service or ai.")]


def engine_of(database: str, *, create: bool = False) -> Engine:
    """The engine on `database`. Unless `create`, a file must be there: looking makes no database."""
    from axflow.engine import Engine
    from axflow.store.location import located

    file = located(database).file
    if not create and file is not None and not file.is_file():
        raise CommandError(
            f"there is no database {file}; `axflow demo` makes one to explore, `axflow workflow publish` a new one, "
            "and --db or AXFLOW_DB names another"
        )
    return Engine(database)


@contextmanager
def opened(engine: Engine) -> Iterator[Engine]:
    """The engine, closed at the end."""
    try:
        yield engine
    finally:
        engine.close()


def actor_of(actor: str, organisation: str, role: str | None, kind: str) -> Actor:
    """Who acts. `CommandError` for a kind that is none."""
    from axflow.kernel.actor import Actor

    if kind not in ("human", "service", "ai"):
        raise CommandError(f"--kind {kind!r} is none; write human, service or ai", USAGE)
    return Actor(actor, organisation, role, kind)  # type: ignore[arg-type]


def viewer_of(actor: str | None, organisation: str | None, role: str | None) -> Actor | None:
    """Who looks; nobody in particular where neither is named."""
    if actor is None and organisation is None:
        return None
    if actor is None or organisation is None:
        raise CommandError("name both --actor and --organisation, or neither", USAGE)
    return actor_of(actor, organisation, role, "human")


def pairs(given: list[str] | None, option: str) -> dict[str, Any]:
    """`name=value` pairs; a value that is JSON (a number, true, a list) is taken as that, but for decimals."""
    found: dict[str, Any] = {}
    for item in given or []:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise CommandError(f"{option} {item!r} is no name=value", USAGE)
        try:
            found[name] = json.loads(value, parse_float=str)
        except ValueError:
            found[name] = value
    return found


def show_json(data: Any) -> None:
    """Write data as JSON with the schema number."""
    typer.echo(json.dumps({"schema": SCHEMA, **data}, ensure_ascii=False, indent=2))
