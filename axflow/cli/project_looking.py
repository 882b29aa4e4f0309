"""Looking at projects at the command line. Nothing here writes."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from axflow.cli.answering import blocker_data, teller
from axflow.cli.language import told
from axflow.cli.options import Id, Output, Viewing, moment_of, show_json

AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="TIME", help="Only what was recorded until this day or time.")
]
OccurredAsOf = Annotated[
    str | None, typer.Option("--occurred-as-of", metavar="TIME", help="Only what happened until this day or time.")
]


def why(project: Id, viewing: Viewing, out: Output) -> None:
    """Every way forward: who may, what is missing, since when."""
    from axflow.cli.telling import WAYS

    with out.engine() as engine:
        viewer = viewing.viewer(engine)
        found = engine.why(project, viewer)
        may_see = engine.may_see(project, viewer)
        view = engine.project(project, viewer)
        words = teller(engine, view.definition)
    if out.as_json:
        show_json(
            {
                "project": project,
                "ways": [
                    {
                        "kind": one.kind, "name": one.name, "title": words.thing(one.name), "target": one.target,
                        "roles": list(one.roles), "organisations": list(one.organisations), "ready": one.ready,
                        "since": one.since, "due": one.due, "mine": one.mine,
                        "blockers": [blocker_data(blocker, words.reason(blocker, may_see)) for blocker in one.blockers],
                    }
                    for one in found
                ],
            }
        )  # fmt: skip
        return
    typer.echo(words.standing(view.project))
    _table(WAYS, [words.prospect(one, may_see) for one in found])


def show(project: Id, viewing: Viewing, out: Output) -> None:
    """Where a project is, what stands and what was recorded."""
    from axflow.cli.telling import FACTS, RECORDS

    with out.engine() as engine:
        view = engine.project(project, viewing.viewer(engine))
        words = teller(engine, view.definition)
    state = view.project
    if out.as_json:
        show_json(
            {
                "project": view.id, "title": view.title, "firm": state.firm, "definition": state.definition,
                "rules_digest": state.rules_digest, "stage": state.stage, "end": state.end,
                "tracks": dict(state.tracks), "version": state.version, "status": view.status,
                "holds": sorted(state.holds), "legal_holds": dict(state.legal_holds),
                "obligations": sorted(state.obligations),
                "attributes": dict(view.attributes), "values": {k: dict(v) for k, v in view.values.items()},
                "next_due": state.next_due, "recorded_history": state.recorded_history,
            }
        )  # fmt: skip
        return
    _table(FACTS, list(words.facts(view)))
    records = list(words.records(view))
    if records:
        typer.echo()
        _table(RECORDS, records)


def list_(
    out: Output,
    workflow: Annotated[str | None, typer.Option("--workflow", "--definition", help="Only of this workflow.")] = None,
    firm: Annotated[str | None, typer.Option(help="Only of this firm.")] = None,
    stage: Annotated[str | None, typer.Option(help="Only in this stage.")] = None,
    after: Annotated[str | None, typer.Option(metavar="PROJECT", help="Go on after this one.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 100,
) -> None:
    """Projects by id."""
    with out.engine() as engine:
        found = engine.projects(definition=workflow, firm=firm, stage=stage, after=after, limit=limit)
    if out.as_json:
        listed = [{"project": r.id, "definition": r.definition, "firm": r.firm, "stage": r.stage} for r in found]
        show_json({"projects": listed})
        return
    for row in found:
        typer.echo(f"{row.id}\t{row.definition}\t{row.firm}\t{row.stage}")


def history(
    project: Id, viewing: Viewing, out: Output, as_of: AsOf = None, occurred_as_of: OccurredAsOf = None
) -> None:
    """Every attempt and its outcome."""
    from axflow.cli.telling import TIMELINE

    with out.engine() as engine:
        definition = engine.project(project).definition
        moment_of(as_of, definition, "--as-of")
        moment_of(occurred_as_of, definition, "--occurred-as-of")
        found = engine.history(project, viewer=viewing.viewer(engine), as_of=as_of, occurred_as_of=occurred_as_of)
        words = teller(engine, definition)
    if out.as_json:
        show_json(
            {
                "project": project,
                "entries": [
                    {
                        **item.entry.structure(), "content": dict(item.entry.content), "hash": item.hash.hex(),
                        "redacted": list(item.redacted), "hidden": list(item.hidden),
                    }
                    for item in found
                ],
            }
        )  # fmt: skip
        return
    _table(TIMELINE, [words.row(item.entry) for item in found])


def _table(heading: tuple[str, ...], rows: Any) -> None:
    from axflow.cli.screen import Screen

    Screen().table([told(name) for name in heading], rows)
