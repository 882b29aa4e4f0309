"""`axflow project`: open projects, act on them, ask why, read their history."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from axflow.cli.output import (
    DEFAULT_DATABASE,
    AsJson,
    Database,
    Talk,
    Tongue,
    language_of,
    local,
    print_json,
    refusal_code,
)
from axflow.cli.places import engine_of
from axflow.kernel.actor import Actor
from axflow.kernel.decision import Decision

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Open, act, ask why, read the history.")

Id = Annotated[str, typer.Argument(help="The project's id.")]
Who = Annotated[str, typer.Option("--actor", envvar="AXFLOW_ACTOR", help="Id of the person who acts.")]
Body = Annotated[str, typer.Option("--organisation", envvar="AXFLOW_ORGANISATION", help="Organisation acted for.")]
Role = Annotated[str | None, typer.Option("--role", help="The role used; default: the one that permits it.")]
Kind = Annotated[str, typer.Option("--kind", help="human, service or ai.")]
Key = Annotated[str | None, typer.Option("--key", help="Idempotency key.")]
Expected = Annotated[int | None, typer.Option("--expected", help="The version that you saw; another one is refused.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, in words.")]
Code = Annotated[str | None, typer.Option("--code", help="Why, as one of the definition's codes.")]
Viewer = Annotated[str | None, typer.Option("--viewer", help="See it as ACTOR@ORGANISATION.")]


def actor_of(id: str, organisation: str, role: str | None, kind: str) -> Actor:
    """The actor that the options name."""
    if kind not in ("human", "service", "ai"):
        raise typer.BadParameter(f"{kind!r}; use human, service or ai", param_hint="--kind")
    chosen: Any = kind
    return Actor(id, organisation, role, chosen, authenticated="command line")


def viewer_of(text: str | None) -> Actor | None:
    """The viewer that `ACTOR@ORGANISATION` names."""
    if text is None:
        return None
    id, at, organisation = text.partition("@")
    if not (id and at and organisation):
        raise typer.BadParameter(f"{text!r}; write ACTOR@ORGANISATION", param_hint="--viewer")
    return Actor(id, organisation)


def pairs(texts: list[str], what: str) -> dict[str, Any]:
    """`name=value` options; a value that is JSON (a table, true) is read as such, anything else is text."""
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"{text!r}; write {what}=VALUE")
        found[name] = _value(value)
    return found


def _value(text: str) -> Any:
    if text[:1] in "[{" or text in ("true", "false"):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    return text


def told(decision: Decision, talk: Talk, as_json: bool) -> None:
    """Say what was decided and exit accordingly."""
    project = decision.project
    if as_json:
        blockers = [
            {"code": b.code, "message": b.message(talk.language), "resolved_by": list(b.resolvers), "guard": b.guard}
            for b in decision.blockers
        ]
        data: dict[str, Any] = {"outcome": decision.outcome, "seq": decision.seq, "blockers": blockers}
        if project is not None:
            data |= {"project": project.id, "version": project.version, "configuration": project.configuration}
        print_json(data)
    else:
        place = "" if project is None else f"  {where(project)}"
        print(f"{decision.outcome}{place}")
        for blocker in decision.blockers:
            print(f"  {blocker.code}: {blocker.message(talk.language)}")
            if blocker.resolvers:
                print(f"    {talk.pick('who can resolve it', '해소할 수 있는 역할')}: {', '.join(blocker.resolvers)}")
    if not decision.allowed:
        raise typer.Exit(refusal_code(decision))


def where(project: Any) -> str:
    """A configuration in one line."""
    tracks = ", ".join(f"{track}: {state}" for track, state in project.tracks.items())
    return f"{project.stage} ({tracks})" if tracks else str(project.stage)


@app.command("open")
def open_(
    definition: Annotated[str, typer.Argument(help="Id of a published workflow.")],
    firm: Annotated[str, typer.Option("--firm")],
    actor: Who,
    organisation: Body,
    title: Annotated[str, typer.Option("--title")] = "",
    attribute: Annotated[list[str] | None, typer.Option("--attribute", "-a", help="name=value, repeatable.")] = None,
    role: Role = None,
    kind: Kind = "human",
    key: Key = None,
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
    lang: Tongue = "en",
) -> None:
    """Open a project."""
    language_of(lang)
    engine = engine_of(db)
    attributes = pairs(attribute or [], "--attribute name")
    who = actor_of(actor, organisation, role, kind)
    project = engine.open(definition, firm=firm, title=title, attributes=attributes, actor=who, key=key)
    if as_json:
        print_json({"project": project.id, "configuration": project.configuration, "version": project.version})
    else:
        print(project.id)


@app.command()
def record(
    project: Id,
    evidence: Annotated[str, typer.Argument(help="Evidence type.")],
    actor: Who,
    organisation: Body,
    value: Annotated[list[str] | None, typer.Option("--value", "-v", help="field=value, repeatable.")] = None,
    role: Role = None,
    kind: Kind = "human",
    key: Key = None,
    expected: Expected = None,
    reason: Reason = None,
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
    lang: Tongue = "en",
) -> None:
    """Record evidence."""
    talk = Talk(language_of(lang))
    who = actor_of(actor, organisation, role, kind)
    values = pairs(value or [], "--value field")
    options = given(key=key, expected=expected, reason=reason)
    told(engine_of(db).record(project, evidence, values, actor=who, **options), talk, as_json)


@app.command()
def send(
    project: Id,
    event: Annotated[str, typer.Argument(help="The event.")],
    actor: Who,
    organisation: Body,
    role: Role = None,
    kind: Kind = "human",
    key: Key = None,
    expected: Expected = None,
    reason: Reason = None,
    code: Code = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide, and keep nothing.")] = False,
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
    lang: Tongue = "en",
) -> None:
    """Send an event."""
    talk = Talk(language_of(lang))
    who = actor_of(actor, organisation, role, kind)
    options = given(key=key, expected=expected, reason=reason, code=code)
    engine = engine_of(db)
    act = engine.preview if dry_run else engine.send
    told(act(project, event, actor=who, **options), talk, as_json)


@app.command()
def preview(
    project: Id,
    event: Annotated[str, typer.Argument(help="The event.")],
    actor: Who,
    organisation: Body,
    role: Role = None,
    kind: Kind = "human",
    reason: Reason = None,
    code: Code = None,
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
    lang: Tongue = "en",
) -> None:
    """Say what an event would do, and keep nothing."""
    talk = Talk(language_of(lang))
    who = actor_of(actor, organisation, role, kind)
    told(engine_of(db).preview(project, event, actor=who, **given(reason=reason, code=code)), talk, as_json)


@app.command()
def why(
    project: Id,
    viewer: Viewer = None,
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
    lang: Tongue = "en",
) -> None:
    """Show every way forward: who may take it, what is missing, since when."""
    talk = Talk(language_of(lang))
    engine = engine_of(db)
    seeing = viewer_of(viewer)
    may_see = engine.may_see(project, seeing)
    view = engine.project(project, seeing)
    zone = view.definition.calendar.timezone
    prospects = engine.why(project, seeing)
    if as_json:
        rows = [
            {
                "kind": p.kind, "name": p.name, "title": p.title.in_(talk.language),
                "level": p.level, "target": p.target,
                "roles": list(p.roles), "organisations": list(p.organisations), "ready": p.ready, "since": p.since,
                "due": p.due, "mine": p.mine,
                "blockers": [{"code": b.code, "message": b.message(talk.language, may_see)} for b in p.blockers],
            }
            for p in prospects
        ]  # fmt: skip
        print_json({"project": project, "configuration": view.project.configuration, "prospects": rows})
        return
    print(f"{view.title or view.id}  {where(view.project)}")
    if view.project.end is not None:
        print(talk.pick("It has come to its end.", "종결된 사업입니다."))
    for p in prospects:
        who = ", ".join(p.organisations) or talk.pick("the workflow itself", "자동")
        mark = talk.pick("ready", "가능") if p.ready else talk.pick("blocked", "막힘")
        word = {"record": talk.pick("paper", "서류")}.get(p.kind, mark)
        due = f", {talk.pick('due', '기한')} {local(p.due, zone)}" if p.due else ""
        title, since = p.title.in_(talk.language), f"{talk.pick('since', '시작')} {local(p.since, zone)}"
        print(f"- [{word}] {title} ({p.name}) <- {who}; {since}{due}")
        for blocker in p.blockers:
            print(f"    {blocker.message(talk.language, may_see)}")
            if blocker.resolvers:
                print(f"      {talk.pick('who can resolve it', '해소할 수 있는 역할')}: {', '.join(blocker.resolvers)}")


@app.command()
def show(
    project: Id,
    viewer: Viewer = None,
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
    lang: Tongue = "en",
) -> None:
    """Show a project: where it is, its papers, limits and holds."""
    talk = Talk(language_of(lang))
    view = engine_of(db).project(project, viewer_of(viewer))
    p = view.project
    zone = view.definition.calendar.timezone
    if as_json:
        print_json(
            {
                "project": p.id, "definition": p.definition, "version": p.version, "firm": p.firm, "title": view.title,
                "configuration": p.configuration, "end": p.end, "status": view.status, "holds": sorted(p.holds),
                "obligations": sorted(p.obligations), "attributes": dict(view.attributes),
                "timers": {t.id: t.due for t in p.timers.values()},
                "evidence": [{"id": r.id, "issuer": r.issuer, "status": r.status} for r in p.evidence.values()],
            }
        )  # fmt: skip
        return
    print(f"{view.title or p.id}  [{p.definition}]  {where(p)}")
    rows = (
        (talk.pick("id", "번호"), p.id),
        (talk.pick("firm", "기업"), p.firm),
        (talk.pick("status", "공표 상태"), view.status or "–"),
        (talk.pick("opened", "개시"), local(p.opened_at, zone)),
        (talk.pick("version", "버전"), f"{p.version} ({p.seq})"),
        (talk.pick("holds", "보류"), ", ".join(sorted(p.holds)) or "–"),
        (talk.pick("obligations", "이행 조건"), ", ".join(sorted(p.obligations)) or "–"),
    )
    for name, text in rows:
        print(f"  {name}: {text}")
    for timer in sorted(p.timers.values(), key=lambda t: t.due or "~"):
        state = local(timer.due, zone) if timer.due else talk.pick("stands still", "정지")
        print(f"  {talk.pick('limit', '기한')} {timer.id}: {state}")
    for item in p.evidence.values():
        print(f"  {talk.pick('paper', '서류')} {item.id}: {item.issuer}, {item.issued_on}, {item.status}")


@app.command("list")
def list_(
    definition: Annotated[str | None, typer.Option("--definition")] = None,
    stage: Annotated[str | None, typer.Option("--stage")] = None,
    firm: Annotated[str | None, typer.Option("--firm")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 100,
    after: Annotated[str | None, typer.Option("--after", help="The last id of the page before.")] = None,
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
    lang: Tongue = "en",
) -> None:
    """List projects, a page at a time."""
    language_of(lang)
    rows = engine_of(db).projects(definition=definition, stage=stage, firm=firm, after=after, limit=limit)
    if as_json:
        kept = [{"id": r.id, "definition": r.definition, "stage": r.stage, "end": r.end, "firm": r.firm} for r in rows]
        print_json({"projects": kept})
        return
    for r in rows:
        print(f"{r.id}  {r.definition:20} {r.stage:28} {r.firm}")


@app.command()
def history(
    project: Id,
    viewer: Viewer = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="What was on record then.")] = None,
    db: Database = DEFAULT_DATABASE,
    as_json: AsJson = False,
    lang: Tongue = "en",
) -> None:
    """Show the journal of a project: each attempt and its outcome."""
    talk = Talk(language_of(lang))
    engine = engine_of(db)
    zone = engine.project(project).definition.calendar.timezone
    entries = engine.history(project, viewer=viewer_of(viewer), as_of=as_of)
    if as_json:
        rows = [{**h.entry.structure(), "content": dict(h.entry.content), "hash": h.hash.hex()} for h in entries]
        print_json({"project": project, "entries": rows})
        return
    for h in entries:
        print(line_of(h.entry, zone, talk))
        for field, value in h.entry.content.items():
            if field.startswith("blocker."):
                print(f"       {value[talk.language]}")


def line_of(entry: Any, zone: str, talk: Talk) -> str:
    """One entry in one line."""
    occurred = entry.occurred
    when = local(occurred["end"], zone) if occurred["precision"] == "instant" else occurred["text"]
    who = f"{entry.actor['id']} ({entry.actor['organisation']})" if entry.actor else (entry.cause or "")
    words = {
        "moved": talk.pick("moved", "진행"),
        "recorded": talk.pick("recorded", "등록"),
        "refused": talk.pick("refused", "거절"),
    }
    codes = f"  [{', '.join(entry.blockers)}]" if entry.blockers else ""
    act = f"{entry.kind}:{entry.name}"
    return f"{entry.seq:4}  {when:27} {words[entry.outcome]:9} {act}  {who}{codes}  -> {entry.after['stage']}"


def given(**options: Any) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in options.items() if value is not None}
