"""What a decision needs from outside the project: asked of the store before `decide`, so that facts are complete."""

from __future__ import annotations

from typing import NamedTuple

from axflow.definition.definition import Definition
from axflow.kernel.command import Command, Correct, Record
from axflow.kernel.content import read_values
from axflow.kernel.facts import Claim
from axflow.kernel.program import program_of
from axflow.kernel.project import Project
from axflow.kernel.recording import record_claims


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
    if isinstance(command, Record) and command.evidence in definition.evidence:
        kind = definition.evidence[command.evidence]
        if kind.unique:
            # As they will be kept: `0012` and ` 0012` are one number.
            kept, _ = read_values(command.values, kind.fields, None)
            claims = record_claims(definition.id, kind, command, kept)
    has_evidence = project is not None and bool(project.evidence)
    values = has_evidence or isinstance(command, (Record, Correct))
    return Needs(claims, "links" in reads, "firm" in reads, values, program.reads_statuses)
