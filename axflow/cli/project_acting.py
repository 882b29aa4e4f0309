"""Acts on a project at the command line. Each is a command of the kernel, spelled out."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from axflow.cli import completing
from axflow.cli.answering import perform, put
from axflow.cli.options import Acting, Id, Output, Values, ValuesFile
from axflow.cli.running import USAGE, CommandError
from axflow.cli.suggesting import published
from axflow.cli.values import document_of, pairs, values_of

RecordId = Annotated[
    str,
    typer.Argument(
        metavar="RECORD",
        help="Id of the record, such as letter#7; `show` has them.",
        autocompletion=completing.records,
    ),
]
EventId = Annotated[
    str,
    typer.Argument(
        metavar="EVENT", help="Id of the event; `why` has those that there are.", autocompletion=completing.events
    ),
]
HoldId = Annotated[str, typer.Argument(metavar="HOLD", help="Id of the hold.", autocompletion=completing.holds)]


def record(
    project: Id,
    evidence: Annotated[
        str,
        typer.Argument(metavar="EVIDENCE", help="Id of the type of evidence.", autocompletion=completing.evidence),
    ],
    by: Acting,
    out: Output,
    values: Values = None,
    file: ValuesFile = None,
    document: Annotated[
        str | None, typer.Option(metavar="FILE", help="The file that comes with it; its digest is kept.")
    ] = None,
    issuer: Annotated[str | None, typer.Option(help="Organisation that issued it.")] = None,
    issued_on: Annotated[str | None, typer.Option(metavar="DAY", help="Day of issue.")] = None,
    received_on: Annotated[str | None, typer.Option(metavar="DAY", help="Day of receipt.")] = None,
    refers_to: Annotated[str | None, typer.Option(metavar="RECORD", help="A record that counts as this one.")] = None,
    product_version: Annotated[str | None, typer.Option(help="Product version that it is about.")] = None,
    intended_use: Annotated[str | None, typer.Option(help="Intended use that it is about.")] = None,
) -> None:
    """Record evidence. It stands from then on: it is withdrawn or corrected, never edited."""
    from axflow.kernel.command import Record

    with out.engine() as engine:
        definition = engine.project(project).definition
        declared = definition.evidence.get(evidence)
        put(
            engine, project, by, out, definition, Record, evidence=evidence,
            values=values_of(values, file, declared.fields if declared is not None else {}),
            document=document_of(document), issuer=issuer, issued_on=issued_on, received_on=received_on,
            refers_to=refers_to, product_version=product_version, intended_use=intended_use,
        )  # fmt: skip


def send(project: Id, event: EventId, by: Acting, out: Output) -> None:
    """Send an event. Exit code 3 where it is blocked, 4 where you may not, 5 where the project moved on."""
    from axflow.kernel.command import Send

    perform(project, by, out, Send, event=event)


def preview(project: Id, event: EventId, by: Acting, out: Output) -> None:
    """Say what would follow from an event. Nothing is written."""
    from axflow.kernel.command import Send

    perform(project, replace(by, dry_run=True), out, Send, event=event)


def withdraw(project: Id, record: RecordId, by: Acting, out: Output) -> None:
    """Withdraw a record: from now on it does not count."""
    from axflow.kernel.command import Withdraw

    perform(project, by, out, Withdraw, record=record)


def confirm(project: Id, record: RecordId, by: Acting, out: Output) -> None:
    """Confirm with its issuer that a record is genuine."""
    from axflow.kernel.command import Confirm

    perform(project, by, out, Confirm, record=record)


def correct(
    project: Id,
    by: Acting,
    out: Output,
    record: Annotated[
        str | None, typer.Argument(metavar="RECORD", help="Id of the record; none for attributes.")
    ] = None,
    values: Values = None,
    file: ValuesFile = None,
    attribute: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="An attribute of the project, as often as needed.")
    ] = None,
) -> None:
    """Correct values of a record, or attributes of the project, from now on. What was judged before stands."""
    from axflow.kernel.command import Correct

    with out.engine() as engine:
        view = engine.project(project)
        known = view.project.evidence.get(record or "")
        fields = view.definition.evidence[known.type].fields if known is not None else {}
        put(
            engine, project, by, out, view.definition, Correct, record=record,
            values=values_of(values, file, fields),
            attributes=values_of(attribute, None, view.definition.attributes, "--attribute"),
        )  # fmt: skip


def redact(
    project: Id,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help="Number of the entry; `history` has them.")],
    fields: Annotated[list[str], typer.Argument(metavar="FIELD", help="What goes: reason, values.name, title.")],
    by: Acting,
    out: Output,
    force: Annotated[bool, typer.Option("--force", help="Also where a condition still reads it.")] = False,
) -> None:
    """Destroy content of an entry for good. Every proof still holds, and the entry says that something is gone."""
    from axflow.kernel.command import Redact

    perform(project, by, out, Redact, seq=entry, fields=tuple(fields), force=force)


def hold(project: Id, hold: HoldId, by: Acting, out: Output) -> None:
    """Place a hold."""
    from axflow.kernel.command import PlaceHold

    perform(project, by, out, PlaceHold, hold=hold)


def release(
    project: Id,
    hold: HoldId,
    by: Acting,
    out: Output,
    renew: Annotated[bool, typer.Option("--renew", help="The review is done and the hold stays.")] = False,
) -> None:
    """Release a hold, or renew it after its review."""
    from axflow.kernel.command import ReleaseHold

    perform(project, by, out, ReleaseHold, hold=hold, renew=renew)


MatterId = Annotated[
    str, typer.Argument(metavar="MATTER", help="What it is kept for: an id, which stands in clear, such as court-7.")
]


def legal_hold(project: Id, matter: MatterId, by: Acting, out: Output) -> None:
    """Keep all content for a matter: while that stands, nothing of it is destroyed, by force or by a schedule."""
    from axflow.kernel.command import LegalHold

    perform(project, by, out, LegalHold, matter=matter)


def lift_legal_hold(project: Id, matter: MatterId, by: Acting, out: Output) -> None:
    """End the keeping of all content for a matter."""
    from axflow.kernel.command import LiftLegalHold

    perform(project, by, out, LiftLegalHold, matter=matter)


def extend(
    project: Id,
    deadline: Annotated[str, typer.Argument(metavar="DEADLINE", help="Id of the deadline.")],
    by: Acting,
    out: Output,
) -> None:
    """Extend a deadline, as far as the definition allows."""
    from axflow.kernel.command import Extend

    perform(project, by, out, Extend, deadline=deadline)


def waive(
    project: Id,
    guard: Annotated[str, typer.Argument(metavar="CONDITION", help="Id of the condition.")],
    by: Acting,
    out: Output,
) -> None:
    """Propose to waive a condition, or agree to it as the second person."""
    from axflow.kernel.command import Waive

    perform(project, by, out, Waive, guard=guard)


def discharge(
    project: Id,
    obligation: Annotated[str, typer.Argument(metavar="OBLIGATION", help="Id of the obligation.")],
    by: Acting,
    out: Output,
) -> None:
    """Declare an obligation met."""
    from axflow.kernel.command import Discharge

    perform(project, by, out, Discharge, obligation=obligation)


def reassign(
    project: Id,
    by: Acting,
    out: Output,
    handler: Annotated[str | None, typer.Option(metavar="ACTOR", help="Who handles it from now on.")] = None,
    firm: Annotated[str | None, typer.Option(help="The firm that took it over.")] = None,
) -> None:
    """Name who handles the project now, or the firm that took it over."""
    from axflow.kernel.command import Reassign

    if handler is None and firm is None:
        raise CommandError("name --handler or --firm: who has the project from now on", USAGE)
    perform(project, by, out, Reassign, handler=handler, firm=firm)


def link(
    project: Id,
    by: Acting,
    out: Output,
    link: Annotated[str | None, typer.Argument(metavar="LINK", help="Id of the link.")] = None,
    other: Annotated[str | None, typer.Argument(metavar="OTHER", help="Id of the other project.")] = None,
    alias: Annotated[
        str | None, typer.Option(metavar="ORGANISATION=NUMBER", help="Its case number with an organisation.")
    ] = None,
) -> None:
    """Link the project to another one, or note an organisation's own case number."""
    from axflow.kernel.command import LinkTo
    from axflow.store.errors import UnknownProject

    if (alias is None) == (link is None or other is None):
        raise CommandError("name LINK and OTHER, or --alias organisation=number", USAGE)
    numbers = list(pairs([alias] if alias else None, "--alias").items())
    with out.engine() as engine:
        definition = engine.project(project).definition
        if other is not None:
            with engine.store.reading() as unit:
                if unit.head(other) is None:
                    raise UnknownProject(other)
        alias_of: Any = numbers[0] if numbers else None
        put(engine, project, by, out, definition, LinkTo, link=link, other=other, alias=alias_of)


def migrate(
    project: Id,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="The published version to move to.")],
    by: Acting,
    out: Output,
    state: Annotated[
        list[str] | None, typer.Option(metavar="OLD=NEW", help="A stage or track.state under another name there.")
    ] = None,
) -> None:
    """Move the project to another published version of its workflow."""
    from axflow.kernel.command import Migrate

    with out.engine() as engine:
        definition = engine.project(project).definition
        target = published(engine, definition.id, version)
        put(engine, project, by, out, definition, Migrate, target=target, states=pairs(state, "--state"))
