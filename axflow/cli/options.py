"""Options that many commands share, each written once, and what they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from axflow.cli import completing
from axflow.cli.language import translated
from axflow.cli.running import USAGE, CommandError

if TYPE_CHECKING:
    from axflow.definition.definition import Definition
    from axflow.engine import Engine
    from axflow.kernel.actor import Actor
    from axflow.kernel.directory import Directory

SCHEMA: Final = 1
"""Number of the form of all `--json` output; it changes when a field changes its meaning or goes."""

AsJson = Annotated[bool, typer.Option("--json", help="Data as JSON, with a schema number.")]
Database = Annotated[
    str,
    typer.Option(
        "--db", envvar="AXFLOW_DB", help="Database: a path, sqlite:///file.db or postgresql://user@host/name."
    ),
]
DATABASE: Final = "sqlite:///axflow.db"
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would follow; write nothing.")]
Id = Annotated[str, typer.Argument(metavar="PROJECT", help="Id of the project.", autocompletion=completing.projects)]
Values = Annotated[
    list[str] | None, typer.Argument(metavar="NAME=VALUE", help="Values, a table as JSON; see also --values.")
]
ValuesFile = Annotated[
    str | None, typer.Option("--values", metavar="FILE", help="More values from a YAML or JSON file; - reads stdin.")
]

Organisation = Annotated[
    str | None,
    typer.Option("--organisation", envvar="AXFLOW_ORGANISATION", help="For whom; default: where they hold a role."),
]
Reason = Annotated[str | None, typer.Option("--reason", help="Reason in words.")]
Key = Annotated[str | None, typer.Option("--key", help="Idempotency key: the same again changes nothing.")]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="When it happened, if not now: 2026-03-05, or a full time.")
]


@dataclass(frozen=True)
class Output:
    """Which database, and how the answer is written."""

    database: Database = DATABASE
    as_json: AsJson = False

    @contextmanager
    def engine(self, *, create: bool = False) -> Iterator[Engine]:
        """The engine on the database, closed afterwards; an unknown project is told with those that are close."""
        from axflow.cli.suggesting import close_projects
        from axflow.store.errors import UnknownProject

        engine = engine_of(self.database, create=create)
        try:
            yield engine
        except UnknownProject as error:
            raise close_projects(engine, error.project) from None
        finally:
            engine.close()


@dataclass(frozen=True)
class Viewing:
    """Who looks: what they may see is shown."""

    actor: Annotated[
        str | None,
        typer.Option("--actor", envvar="AXFLOW_ACTOR", help="Who looks: what they may see is shown."),
    ] = None
    organisation: Organisation = None
    role: Annotated[str | None, typer.Option("--role", help="Role used; default: any that they hold.")] = None

    def viewer(self, engine: Engine) -> Actor | None:
        """Who looks; nobody in particular where nobody is named."""
        if self.actor is None:
            return None
        return actor_of(engine, self.actor, self.organisation, self.role)


@dataclass(frozen=True)
class Person:
    """Who acts. What is not said is taken from the directory."""

    actor: Annotated[str, typer.Option("--actor", envvar="AXFLOW_ACTOR", help="Id of the person or service that acts.")]
    organisation: Organisation = None
    role: Annotated[str | None, typer.Option("--role", help="Role used; default: the one that permits the act.")] = None
    kind: Annotated[
        str | None, typer.Option("--kind", help="human, service or ai; default: as the directory has it.")
    ] = None
    on_behalf_of: Annotated[str | None, typer.Option("--on-behalf-of", help="For whom a deputy acts.")] = None

    def who(self, engine: Engine) -> Actor:
        """Who acts."""
        return actor_of(engine, self.actor, self.organisation, self.role, self.kind, self.on_behalf_of)


@dataclass(frozen=True)
class Beginning(Person):
    """Who begins a project, and why."""

    reason: Reason = None
    key: Key = None
    dry_run: DryRun = False


@dataclass(frozen=True)
class Acting(Person):
    """Who acts on a project, why, and on what understanding: the options of everything that is journaled."""

    reason: Reason = None
    code: Annotated[str | None, typer.Option("--code", help="Reason as one of the declared codes.")] = None
    at: At = None
    key: Key = None
    expected: Annotated[
        int | None, typer.Option("--expected", help="Version of the project that you saw; exit code 5 if it moved on.")
    ] = None
    dry_run: DryRun = False

    def common(self, definition: Definition) -> dict[str, Any]:
        """What every command of the kernel takes, its time read in the zone of the definition."""
        given = {"reason": self.reason, "code": self.code, "key": self.key, "expected": self.expected}
        return {**given, "occurred_at": moment_of(self.at, definition)}


def moment_of(at: str | None, definition: Definition, option: str = "--at") -> Any:
    """What an option says of when. `CommandError` for what is no time."""
    from axflow.kernel.moment import Moment

    if at is None:
        return None
    try:
        return Moment.parse(at, definition.calendar.timezone)
    except ValueError as error:
        raise CommandError("{option}: {problem}", USAGE, option=option, problem=translated(str(error))) from None


def engine_of(database: str, *, create: bool = False) -> Engine:
    """The engine on `database`. Unless `create`, a file must be there: looking makes no database."""
    from axflow.engine import Engine
    from axflow.store.location import located

    file = located(database).file
    if file is not None and file.is_dir():
        raise CommandError("{file} is a folder; name the database file in it, such as {file}/axflow.db", file=file)
    if not create and file is not None and not file.is_file():
        raise CommandError(
            "there is no database {file}; `axflow demo` makes one to explore, `axflow workflow publish` a new one, "
            "and --db or AXFLOW_DB names another",
            file=file,
        )
    return Engine(database)


def actor_of(
    engine: Engine,
    actor: str,
    organisation: str | None = None,
    role: str | None = None,
    kind: str | None = None,
    on_behalf_of: str | None = None,
) -> Actor:
    """Who acts or looks, with what is not said taken from the directory. `CommandError` where it does not say."""
    from axflow.kernel.actor import Actor

    if kind not in (None, "human", "service", "ai"):
        raise CommandError("--kind '{kind}' is none; write human, service or ai", USAGE, kind=kind)
    directory = engine.directory.current
    known = directory.person(actor)
    made_kind: Any = kind or (known.kind if known is not None else "human")
    return Actor(actor, organisation or _organisation(directory, engine, actor), role, made_kind, on_behalf_of)


def _organisation(directory: Directory, engine: Engine, actor: str) -> str:
    from axflow.cli.suggesting import close_name, holdings, people

    held = sorted({organisation for _, organisation in holdings(directory, actor, engine.clock())})
    if len(held) == 1:
        return held[0]
    if held:
        raise CommandError(
            "{actor} acts for several: {held}; name one by --organisation", USAGE, actor=actor, held=", ".join(held)
        )
    raise CommandError(
        "the directory gives '{actor}' no role now, so --organisation must say for whom they act{hint}",
        USAGE,
        actor=actor,
        hint=close_name(actor, people(directory)),
    )


def show_json(data: Any) -> None:
    """Write data as JSON with the schema number."""
    import json

    typer.echo(json.dumps({"schema": SCHEMA, **data}, ensure_ascii=False, indent=2))
