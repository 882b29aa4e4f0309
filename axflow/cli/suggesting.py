"""What was probably meant: names that are close to one that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from axflow.cli.language import told
from axflow.cli.running import CommandError

if TYPE_CHECKING:
    from datetime import datetime

    from axflow.definition.definition import Definition
    from axflow.engine import Engine
    from axflow.kernel.actor import Actor
    from axflow.kernel.decision import Decision
    from axflow.kernel.directory import Directory

MOST = 12
"""Names that are listed where nothing is close."""


def close_name(name: str, known: Iterable[str]) -> str:
    """ "; did you mean …?", or "; there are: …", or nothing where nothing is known."""
    from difflib import get_close_matches

    names = list(dict.fromkeys(known))
    close = get_close_matches(name[:80], names, n=1, cutoff=0.6)
    if close:
        return told("; did you mean {name}?", name=close[0])
    if not names:
        return ""
    return told("; there are: {names}", names=", ".join(names[:MOST]) + (", …" if len(names) > MOST else ""))


def close_projects(engine: Engine, project: str) -> CommandError:
    """That there is no such project, and which are close."""
    known = [row.id for row in engine.projects(limit=1_000)]
    return CommandError(
        "there is no project '{project}'{hint} (`axflow project list` shows them)",
        project=project, hint=close_name(project, known),
    )  # fmt: skip


def published(engine: Engine, workflow: str, version: str | None = None) -> Definition:
    """A published version; without `version`, the one in force. `CommandError` names those that are close."""
    versions = [row.version for row in engine.definitions(workflow)]
    if not versions:
        known = dict.fromkeys(row.id for row in engine.definitions())
        hint = close_name(workflow, known)
        raise CommandError("no version of '{workflow}' is published here{hint}", workflow=workflow, hint=hint)
    if version is not None and version not in versions:
        hint = close_name(version, versions)
        raise CommandError(
            "version '{version}' of '{workflow}' is not published here{hint}",
            version=version, workflow=workflow, hint=hint,
        )  # fmt: skip
    return engine.definition(workflow, version)


def people(directory: Directory) -> list[str]:
    """Everybody whom the directory names."""
    from axflow.kernel.directory import Delegation, Grant, Person

    found: dict[str, None] = {}
    for change in directory.changes:
        record = change.record
        if isinstance(record, (Grant, Person)):
            found[record.actor] = None
        elif isinstance(record, Delegation):
            found[record.to_actor] = None
    return list(found)


def holdings(directory: Directory, actor: str, at: datetime) -> list[tuple[str, str]]:
    """Which roles somebody holds at a time, each with the organisation; as a deputy too."""
    from axflow.kernel.directory import Delegation, Grant

    found: dict[tuple[str, str], None] = {}
    for change in directory.changes:
        record = change.record
        named = (
            record.actor if isinstance(record, Grant) else record.to_actor if isinstance(record, Delegation) else None
        )
        if named != actor or not isinstance(record, (Grant, Delegation)):
            continue
        if directory.authority(actor, record.role, record.organisation, at) is not None:
            found[record.role, record.organisation] = None
    return list(found)


def hints(engine: Engine, definition: Definition, decision: Decision, actor: Actor) -> list[str]:
    """What was probably meant where a name is unknown, and what somebody may do who has no authority for this."""
    from axflow.definition.paths import named_transitions

    project = decision.project
    events = [str(one.transition.event) for one in named_transitions(definition) if one.transition.event]
    tables: dict[str, Iterable[str]] = {
        "stage": definition.stages, "link": definition.links, "hold": definition.holds, "guard": definition.guards,
        "deadline": definition.deadlines, "obligation": definition.obligations, "evidence": definition.evidence,
        "organisation": definition.organisations,
        "track state": [f"{name}.{state}" for name, track in definition.tracks.items() for state in track.states],
    }  # fmt: skip
    found: list[str] = []
    for blocker in decision.blockers:
        name = str(blocker.params.get("name", ""))
        if blocker.code == "unknown_event":
            found.append(close_name(str(blocker.params["event"]), events))
        elif blocker.code == "unknown_name":
            found.append(close_name(name, tables.get(str(blocker.params.get("what")), ())))
        elif blocker.code == "unknown_record" and project is not None:
            found.append(close_name(str(blocker.params["record"]), project.evidence))
        elif blocker.code == "not_authorised":
            found.append(_authority(engine, actor))
    return [hint.removeprefix("; ") for hint in dict.fromkeys(found) if hint]


def _authority(engine: Engine, actor: Actor) -> str:
    directory = engine.directory.current
    known = people(directory)
    if actor.id not in known:
        return told("the directory does not know {actor}", actor=actor.id) + close_name(actor.id, known)
    held = holdings(directory, actor.id, engine.clock())
    if not held:
        return told("the directory gives {actor} no role now", actor=actor.id)
    roles = ", ".join(f"{role} ({organisation})" for role, organisation in held)
    return told("{actor} holds: {roles}", actor=actor.id, roles=roles)
