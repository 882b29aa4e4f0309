"""`axflow project`: open projects, act on them, look at them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from axflow.cli.options import (
    DATABASE,
    ActorId,
    AsJson,
    Database,
    Kind,
    Lang,
    Language,
    OrganisationId,
    RoleId,
    actor_of,
    engine_of,
    pairs,
    show_json,
    viewer_of,
)
from axflow.cli.running import code_of, refused

if TYPE_CHECKING:
    from axflow.cli.telling import Teller
    from axflow.engine import Engine
    from axflow.kernel.actor import Actor
    from axflow.kernel.decision import Decision

app = typer.Typer(help="Open projects, act on them, look at them.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="Id of the project.")]
Values = Annotated[list[str] | None, typer.Argument(help="Values as name=value; JSON for numbers, truth, lists.")]
Reason = Annotated[str | None, typer.Option(help="Reason in words.")]
Code = Annotated[str | None, typer.Option(help="Reason as one of the declared codes.")]
Key = Annotated[str | None, typer.Option(help="Idempotency key: the same again changes nothing.")]
Expected = Annotated[
    int | None, typer.Option(help="Version of the project that you saw; exit code 5 where it moved on.")
]
ViewerId = Annotated[
    str | None, typer.Option("--actor", envvar="AXFLOW_ACTOR", help="Who looks: values that they may see.")
]
ViewerOrganisation = Annotated[str | None, typer.Option("--organisation", envvar="AXFLOW_ORGANISATION")]


@contextmanager
def _engine(database: str) -> Iterator[Engine]:
    engine = engine_of(database)
    try:
        yield engine
    finally:
        engine.close()


@app.command("open")
def open_(
    definition: Annotated[str, typer.Argument(help="Id of a published definition.")],
    actor: ActorId,
    organisation: OrganisationId,
    firm: Annotated[str, typer.Option(help="The firm whose project it is.")],
    role: RoleId = None,
    kind: Kind = "human",
    title: Annotated[str, typer.Option(help="Title.")] = "",
    attribute: Annotated[list[str] | None, typer.Option(help="name=value, as often as needed.")] = None,
    id: Annotated[str | None, typer.Option("--id", help="Id of the project; default: a new one.")] = None,
    key: Key = None,
    database: Database = DATABASE,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Open a project."""
    from axflow.kernel.decision import Refused

    who = actor_of(actor, organisation, role, kind)
    with _engine(database) as engine:
        try:
            project = engine.open(
                definition,
                firm=firm,
                actor=who,
                title=title,
                attributes=pairs(attribute, "--attribute"),
                id=id,
                key=key,
            )
        except Refused as error:
            raise typer.Exit(refused(error, language.value)) from None
    if as_json:
        show_json({"project": project.id, "stage": project.stage, "version": project.version})
    else:
        typer.echo(project.id)


@app.command()
def record(
    project: Id,
    evidence: Annotated[str, typer.Argument(help="Id of the type of evidence.")],
    actor: ActorId,
    organisation: OrganisationId,
    values: Values = None,
    role: RoleId = None,
    kind: Kind = "human",
    issuer: Annotated[str | None, typer.Option(help="Organisation that issued it.")] = None,
    issued_on: Annotated[str | None, typer.Option(help="Day of issue.")] = None,
    refers_to: Annotated[str | None, typer.Option(help="A record that it stands for, by reference.")] = None,
    product_version: Annotated[str | None, typer.Option(help="Product version that it is about.")] = None,
    intended_use: Annotated[str | None, typer.Option(help="Intended use that it is about.")] = None,
    document: Annotated[str | None, typer.Option(help="The file that comes with it; its digest is kept.")] = None,
    reason: Reason = None,
    key: Key = None,
    expected: Expected = None,
    database: Database = DATABASE,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Record evidence."""
    who = actor_of(actor, organisation, role, kind)
    with _engine(database) as engine:
        decision = engine.record(
            project, evidence, pairs(values, "value"), actor=who, issuer=issuer, issued_on=issued_on,
            refers_to=refers_to, product_version=product_version, intended_use=intended_use,
            document=_document(document), reason=reason, key=key, expected=expected,
        )  # fmt: skip
        _answer(engine, project, decision, who, as_json, language)


@app.command()
def send(
    project: Id,
    event: Annotated[str, typer.Argument(help="Id of the event.")],
    actor: ActorId,
    organisation: OrganisationId,
    role: RoleId = None,
    kind: Kind = "human",
    reason: Reason = None,
    code: Code = None,
    key: Key = None,
    expected: Expected = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would follow.")] = False,
    database: Database = DATABASE,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Send an event. Exit code 3 where it is blocked, 4 where you may not, 5 where the project moved on."""
    who = actor_of(actor, organisation, role, kind)
    with _engine(database) as engine:
        does = engine.preview if dry_run else engine.send
        decision = does(project, event, actor=who, reason=reason, code=code, key=key, expected=expected)
        _answer(engine, project, decision, who, as_json, language)


@app.command()
def preview(
    project: Id,
    event: Annotated[str, typer.Argument(help="Id of the event.")],
    actor: ActorId,
    organisation: OrganisationId,
    role: RoleId = None,
    kind: Kind = "human",
    reason: Reason = None,
    code: Code = None,
    database: Database = DATABASE,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Say what would follow from an event. Nothing is written."""
    who = actor_of(actor, organisation, role, kind)
    with _engine(database) as engine:
        decision = engine.preview(project, event, actor=who, reason=reason, code=code)
        _answer(engine, project, decision, who, as_json, language)


@app.command()
def why(
    project: Id,
    actor: ViewerId = None,
    organisation: ViewerOrganisation = None,
    role: RoleId = None,
    database: Database = DATABASE,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Every way forward: who may, what is missing, since when."""
    viewer = viewer_of(actor, organisation, role)
    with _engine(database) as engine:
        found = engine.why(project, viewer)
        may_see = engine.may_see(project, viewer)
        told = _teller(engine, project, language)
    if as_json:
        show_json(
            {
                "project": project,
                "ways": [
                    {
                        "kind": one.kind, "name": one.name, "title": told.thing(one.name), "target": one.target,
                        "roles": list(one.roles), "organisations": list(one.organisations), "ready": one.ready,
                        "since": one.since, "due": one.due, "mine": one.mine,
                        "blockers": _blockers(one.blockers, language, may_see),
                    }
                    for one in found
                ],
            }
        )  # fmt: skip
        return
    heading = ("Way forward", "Who", "What is missing") if language is Lang.en else ("다음 행위", "담당", "부족한 것")
    _table(heading, [told.prospect(one, may_see) for one in found])


@app.command()
def show(
    project: Id,
    actor: ViewerId = None,
    organisation: ViewerOrganisation = None,
    role: RoleId = None,
    database: Database = DATABASE,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Where a project is and what stands."""
    with _engine(database) as engine:
        view = engine.project(project, viewer_of(actor, organisation, role))
        told = _teller(engine, project, language)
    state = view.project
    if as_json:
        show_json(
            {
                "project": view.id, "title": view.title, "firm": state.firm, "definition": state.definition,
                "rules_digest": state.rules_digest, "stage": state.stage, "end": state.end,
                "tracks": dict(state.tracks), "version": state.version, "status": view.status,
                "holds": sorted(state.holds), "obligations": sorted(state.obligations),
                "attributes": dict(view.attributes), "values": {k: dict(v) for k, v in view.values.items()},
                "next_due": state.next_due, "recorded_history": state.recorded_history,
            }
        )  # fmt: skip
        return
    korean = language is Lang.ko
    rows = [
        ("사업" if korean else "Project", f"{view.id} {view.title}"),
        ("기업" if korean else "Firm", told.organisation(state.firm)),
        ("단계" if korean else "Stage", told.names.state(state.stage)),
        *((told.names.track(name), told.names.state(f"{name}.{at}")) for name, at in state.tracks.items()),
        *(("보류" if korean else "Hold", told.names.hold(name)) for name in state.holds),
        *(("의무" if korean else "Obligation", told.names.obligation(name)) for name in state.obligations),
        ("다음 기한" if korean else "Next due", state.next_due or "–"),
        *((told.names.evidence(state.evidence[record].type), _told(kept)) for record, kept in view.values.items()),
    ]
    _table(("항목", "내용") if korean else ("What", "Value"), rows)


@app.command("list")
def list_(
    definition: Annotated[str | None, typer.Option(help="Only of this definition.")] = None,
    firm: Annotated[str | None, typer.Option(help="Only of this firm.")] = None,
    stage: Annotated[str | None, typer.Option(help="Only in this stage.")] = None,
    after: Annotated[str | None, typer.Option(help="Go on after this id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 100,
    database: Database = DATABASE,
    as_json: AsJson = False,
) -> None:
    """Projects by id."""
    with _engine(database) as engine:
        found = engine.projects(definition=definition, firm=firm, stage=stage, after=after, limit=limit)
    if as_json:
        listed = [{"project": r.id, "definition": r.definition, "firm": r.firm, "stage": r.stage} for r in found]
        show_json({"projects": listed})
        return
    for row in found:
        typer.echo(f"{row.id}\t{row.definition}\t{row.firm}\t{row.stage}")


@app.command()
def history(
    project: Id,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Only what was recorded until this day or time.")] = None,
    actor: ViewerId = None,
    organisation: ViewerOrganisation = None,
    role: RoleId = None,
    database: Database = DATABASE,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Every attempt and its outcome."""
    with _engine(database) as engine:
        found = engine.history(project, viewer=viewer_of(actor, organisation, role), as_of=as_of)
        told = _teller(engine, project, language)
    if as_json:
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
    english = language is Lang.en
    heading = ("No.", "When", "What", "Who", "Outcome") if english else ("번호", "일시", "행위", "행위자", "결과")
    _table(heading, [told.row(item.entry) for item in found])


def _answer(engine: Engine, project: str, decision: Decision, who: Actor, as_json: bool, language: Lang) -> None:
    may_see = engine.may_see(project, who)
    after = decision.project
    if as_json:
        show_json(
            {
                "project": project, "outcome": decision.outcome, "seq": decision.seq,
                "stage": after.stage if after else None, "tracks": dict(after.tracks) if after else {},
                "version": after.version if after else None, "flags": list(decision.flags),
                "blockers": _blockers(decision.blockers, language, may_see),
            }
        )  # fmt: skip
    else:
        told = _teller(engine, project, language)
        typer.echo(told.outcome(decision.outcome) + (f"\t{told.here(after)}" if after else ""))
        for blocker in decision.blockers:
            typer.echo(blocker.message(language.value, may_see), err=True)
            owner = told.owner(blocker, after.firm) if after else ""
            if owner:
                typer.echo(f"  {owner}", err=True)
    if not decision.allowed:
        raise typer.Exit(code_of([blocker.code for blocker in decision.blockers]))


def _blockers(blockers: Any, language: Lang, may_see: Any) -> list[dict[str, Any]]:
    return [
        {
            "code": blocker.code,
            "guard": blocker.guard,
            "message": blocker.message(language.value, may_see),
            "resolvers": list(blocker.resolvers),
        }
        for blocker in blockers
    ]


def _teller(engine: Engine, project: str, language: Lang) -> Teller:
    from axflow.cli.telling import Teller

    definition = engine.project(project).definition
    zone = ZoneInfo(definition.calendar.timezone)
    return Teller(definition, engine.directory.current, language.value, zone)


def _document(path: str | None) -> Any:
    if path is None:
        return None
    from hashlib import file_digest
    from pathlib import Path

    from axflow.kernel.command import Document

    with Path(path).open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Document(digest, Path(path).stat().st_size, Path(path).name)


def _table(heading: tuple[str, ...], rows: Any) -> None:
    from axflow.cli.screen import Screen

    Screen().table(heading, list(rows))


def _told(values: Any) -> str:
    return ", ".join(f"{name}: {value}" for name, value in values.items())
