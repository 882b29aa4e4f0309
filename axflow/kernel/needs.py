"""What a decision needs from outside the project: asked of the store before `decide`, so that facts are complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from axflow.definition.definition import Definition
from axflow.kernel.command import Command, Correct, Record
from axflow.kernel.content import read_values
from axflow.kernel.facts import Claim
from axflow.kernel.program import program_of
from axflow.kernel.project import Project
from axflow.kernel.recording import claims_of


class Needs(NamedTuple):
    """What the facts of one decision must hold."""

    claims: tuple[tuple[Claim, str], ...]
    """Claims to look up, each with the field that makes it."""
    links: bool
    """Whether some guard reads linked projects."""
    firm: bool
    """Whether some guard reads the firm's other projects."""
    values: bool
    """Whether recorded values are read at all."""
    statuses: bool
    """Whether some guard reads the status word of another project."""


def needs(definition: Definition, project: Project | None, command: Command) -> Needs:
    """What `decide` will look at for `command`."""
    program = program_of(definition)
    reads = program.roots_read
    claims: tuple[tuple[Claim, str], ...] = ()
    if isinstance(command, Record):
        document = None if command.document is None else command.document.sha256
        claims = _claims(definition, command.evidence, command.values, document)
    elif isinstance(command, Correct) and project is not None and command.record is not None:
        item = project.evidence.get(command.record)
        claims = () if item is None else _claims(definition, item.type, command.values, None)
    has_evidence = project is not None and bool(project.evidence)
    values = has_evidence or isinstance(command, (Record, Correct))
    return Needs(claims, "links" in reads, "firm" in reads, values, program.reads_statuses)


def _claims(
    definition: Definition, evidence: str, values: Mapping[str, Any], document: str | None
) -> tuple[tuple[Claim, str], ...]:
    kind = definition.evidence.get(evidence)
    if kind is None or not kind.unique:
        return ()
    # As they will be kept: `0012` and ` 0012` are one number.
    kept, _ = read_values(values, kind.fields, None)
    return claims_of(definition.id, evidence, kind, kept, document)
