"""The answer to an act: outcome, reasons, who can resolve them, what was probably meant; in words or as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import typer

from axflow.cli.language import language
from axflow.cli.options import Acting, Output, show_json
from axflow.cli.running import code_of
from axflow.cli.suggesting import hints

if TYPE_CHECKING:
    from axflow.cli.telling import Teller
    from axflow.definition.definition import Definition
    from axflow.definition.field import FieldType
    from axflow.engine import Engine
    from axflow.kernel.actor import Actor
    from axflow.kernel.blocker import Blocker
    from axflow.kernel.command import Command
    from axflow.kernel.decision import Decision

MaySee = Callable[[str], bool]


def perform(project: str, by: Acting, out: Output, kind: Callable[..., Command], **parts: Any) -> None:
    """Put a command to a project, or only preview it, and answer. Leaves with the exit code of a refusal."""
    with out.engine() as engine:
        put(engine, project, by, out, engine.project(project).definition, kind, **parts)


def put(
    engine: Engine, project: str, by: Acting, out: Output, definition: Definition, kind: Callable[..., Command],
    **parts: Any,
) -> None:  # fmt: skip
    """As `perform`, on an engine and a definition that the caller has."""
    actor = by.who(engine)
    command = kind(actor=actor, **by.common(definition), **parts)
    decision = engine.preview(project, command) if by.dry_run else engine.execute(project, command)
    evidence = definition.evidence.get(parts.get("evidence", ""))
    fields = evidence.fields if evidence is not None else definition.attributes
    answer(engine, project, definition, decision, actor, out, dry_run=by.dry_run, fields=fields)


def answer(
    engine: Engine, project: str, definition: Definition, decision: Decision, actor: Actor, out: Output, *,
    dry_run: bool = False, may_see: MaySee | None = None, fields: Mapping[str, FieldType] = {},
) -> None:  # fmt: skip
    """Tell a decision; `fields` are those that were given values. Leaves with the exit code of a refusal."""
    see = may_see or engine.may_see(project, actor)
    after = decision.project
    meant = [] if decision.allowed else hints(engine, definition, decision, actor)
    told = teller(engine, definition)
    reasons = [told.reason(blocker, see, fields) for blocker in decision.blockers]
    if out.as_json:
        show_json(
            {
                "project": project, "outcome": decision.outcome, "dry_run": dry_run, "seq": decision.seq,
                "stage": after.stage if after else None, "tracks": dict(after.tracks) if after else {},
                "version": after.version if after else None, "flags": list(decision.flags),
                "blockers": [blocker_data(one, words) for one, words in zip(decision.blockers, reasons, strict=True)],
                "hints": meant,
            }
        )  # fmt: skip
    else:
        # A refusal to open says nothing on stdout, where the id of the new project would stand.
        typer.echo(told.outcome(decision.outcome) + (f"\t{told.here(after)}" if after else ""), err=after is None)
        for blocker, words in zip(decision.blockers, reasons, strict=True):
            typer.echo(words, err=True)
            owner = told.owner(blocker, after.firm) if after else ""
            if owner:
                typer.echo(f"  {owner}", err=True)
        for hint in meant:
            typer.echo(f"  {hint}", err=True)
    if not decision.allowed:
        raise typer.Exit(code_of([blocker.code for blocker in decision.blockers]))


def blocker_data(blocker: Blocker, words: str) -> dict[str, Any]:
    """A reason as data."""
    return {"code": blocker.code, "guard": blocker.guard, "message": words, "resolvers": list(blocker.resolvers)}


def teller(engine: Engine, definition: Definition) -> Teller:
    """Who puts things of this definition into words."""
    from zoneinfo import ZoneInfo

    from axflow.cli.telling import Teller

    return Teller(definition, engine.directory.current, language(), ZoneInfo(definition.calendar.timezone))
