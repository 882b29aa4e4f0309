"""`axflow audit find-file`: from a file to every project and decision that rests on it."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from axflow.cli.language import language, told
from axflow.cli.options import Output, show_json

FILES: Final = ("Project", "Firm", "Entry", "Record", "Field", "State", "Decisions that rest on it")


def find_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file, or its SHA-256.")],
    out: Output,
) -> None:
    """Every record that a file came with or is named in, and every decision that rests on it."""
    from axflow.audit.find_file import find_file as look
    from axflow.audit.find_file import sha256_of
    from axflow.audit.reading import opened
    from axflow.cli.screen import Screen
    from axflow.definition.words import Names

    with opened(out.database) as reading:
        found = look(reading, sha256_of(file))
        names = {
            place.project: Names(reading.version_of(reading.stored(place.project).project).definition, language())
            for place in found.places
        }
    if out.as_json:
        show_json(
            {
                "sha256": found.sha256,
                "projects": found.projects,
                "redacted": found.redacted,
                "places": [
                    {**place._asdict(), "decisions": [decision._asdict() for decision in place.decisions]}
                    for place in found.places
                ],
            }
        )
        return
    typer.echo(
        told("{sha256}: {places} places in {projects} projects", sha256=found.sha256, places=len(found.places),
             projects=found.projects),
        err=True,
    )  # fmt: skip
    if found.redacted:
        typer.echo(
            told("{count} redacted fields could not be looked into: whether they named it, nobody can say",
                 count=found.redacted),
            err=True,
        )  # fmt: skip
    if found.places:
        rows = [
            [
                place.project,
                place.firm,
                str(place.seq),
                place.record or "–",
                place.field,
                place.status or "–",
                ", ".join(f"{d.seq} {names[place.project].event(d.transition)}" for d in place.decisions) or "–",
            ]
            for place in found.places
        ]
        Screen().table([told(name) for name in FILES], rows)
