"""Replaying: `evolve` folds the effects of an entry into the project. It computes no dates and judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from axflow.kernel.entry import Effect, Entry
from axflow.kernel.project import (
    AppealState,
    EvidenceRecord,
    Fired,
    HoldState,
    ObligationState,
    Project,
    Signatures,
    Support,
    Timer,
    WaiverState,
)


class ReplayError(ValueError):
    """An entry that does not follow from the project as it is."""


def replay(entries: Iterable[Entry]) -> Project:
    """The project that `entries`, from the first, lead to. Raises `ReplayError` where they do not follow each other."""
    project: Project | None = None
    for entry in entries:
        project = evolve(project, entry)
    if project is None:
        raise ReplayError("no entries: there is nothing to replay")
    return project


def evolve(project: Project | None, entry: Entry) -> Project:
    """The project after `entry`. Raises `ReplayError` where the entry belongs to another place or project."""
    if project is None:
        project = blank(entry.project, entry.rules_digest, entry.recorded_at)
    if entry.project != project.id or entry.seq != project.seq + 1:
        raise ReplayError(
            f"entry {entry.project}/{entry.seq} does not follow {project.id}/{project.seq}: "
            f"expected {project.id}/{project.seq + 1}"
        )
    moved_at = str(entry.occurred["end"]) if entry.outcome == "moved" else None
    return fold(project, entry.effects, entry.seq, entry.version, entry.recorded_at, moved_at)


def blank(project: str, rules_digest: str, recorded_at: str) -> Project:
    """A project before its first entry."""
    return Project(project, "", rules_digest, "", "", None, {}, 0, 0, recorded_at, recorded_at, recorded_at)


def fold(
    project: Project, effects: Iterable[Effect], seq: int, version: int, recorded_at: str, moved_at: str | None
) -> Project:
    """`project` with `effects` applied, in order. `decide` and `evolve` both end here, so they cannot differ."""
    fields: list[Any] = list(project)
    fields[SEQ], fields[VERSION], fields[RECORDED_AT] = seq, version, recorded_at
    if moved_at is not None:
        fields[MOVED_AT] = moved_at
    for effect in effects:
        _APPLY[effect[0]](project, fields, *effect[1:])
    return Project._make(fields)


_at = Project._fields.index
SEQ, VERSION, RECORDED_AT, MOVED_AT, OPENED_AT = map(_at, ("seq", "version", "recorded_at", "moved_at", "opened_at"))
DEFINITION, FIRM, STAGE, END = map(_at, ("definition", "firm", "stage", "end"))
TRACKS, VISITS, ENTERED, EVIDENCE = map(_at, ("tracks", "visits", "entered", "evidence"))
ATTRIBUTES, HOLD_TOTALS, ACTS, LINKS, BREACHES = map(_at, ("attributes", "hold_totals", "acts", "links", "breaches"))
HISTORY = _at("recorded_history")


def _own(project: Project, fields: list[Any], place: int) -> dict[str, Any]:
    """The table at `place` as a copy of this fold's own: the project before it keeps what it has."""
    table: dict[str, Any] = fields[place]
    if table is project[place]:
        table = fields[place] = dict(table)
    return table


def _put(name: str, make: Callable[[Mapping[str, Any]], Any]) -> Callable[..., None]:
    """An effect `(name, key, {…})` that sets one item of a table, or takes it out where there is nothing to set."""
    place = _at(name)

    def apply(project: Project, fields: list[Any], key: str, value: Mapping[str, Any] | None) -> None:
        table = _own(project, fields, place)
        if value is None:
            table.pop(key, None)
        else:
            table[key] = make(value)

    return apply


def _opened(project: Project, fields: list[Any], definition: str, firm: str, history: bool) -> None:
    fields[DEFINITION], fields[FIRM], fields[HISTORY] = definition, firm, history
    fields[OPENED_AT] = fields[RECORDED_AT]


def _stage(project: Project, fields: list[Any], stage: str) -> None:
    fields[STAGE], fields[END] = stage, None


def _end(project: Project, fields: list[Any], end: str) -> None:
    fields[STAGE], fields[END] = end, end


def _visit(project: Project, fields: list[Any], state: str, count: int, at: str) -> None:
    _own(project, fields, VISITS)[state] = count
    _own(project, fields, ENTERED)[state] = at


def _evidence_status(project: Project, fields: list[Any], record: str, status: str) -> None:
    table = _own(project, fields, EVIDENCE)
    table[record] = table[record]._replace(status=status)


def _confirmed(project: Project, fields: list[Any], record: str) -> None:
    table = _own(project, fields, EVIDENCE)
    table[record] = table[record]._replace(confirmed=True)


def _redacted(project: Project, fields: list[Any], record: str, names: Iterable[str]) -> None:
    table = _own(project, fields, EVIDENCE)
    gone = tuple(dict.fromkeys((*table[record].redacted, *names)))
    table[record] = table[record]._replace(redacted=gone)


def _attribute(project: Project, fields: list[Any], name: str) -> None:
    _own(project, fields, ATTRIBUTES)[name] = fields[SEQ]


def _hold_total(project: Project, fields: list[Any], hold: str, count: int, seconds: int) -> None:
    _own(project, fields, HOLD_TOTALS)[hold] = (count, seconds)


def _act(project: Project, fields: list[Any], name: str, actor: str, behalf: str | None = None) -> None:
    who, known = (actor, behalf), fields[ACTS].get(name, ())
    if who not in known:
        _own(project, fields, ACTS)[name] = (*known, who)


def _link(project: Project, fields: list[Any], key: str, other: str) -> None:
    known = fields[LINKS].get(key, ())
    if other not in known:
        _own(project, fields, LINKS)[key] = (*known, other)


def _track(project: Project, fields: list[Any], track: str, state: str | None) -> None:
    table = _own(project, fields, TRACKS)
    if state is None:
        table.pop(track, None)
    else:
        table[track] = state


def _set(name: str) -> Callable[..., None]:
    place = _at(name)

    def apply(project: Project, fields: list[Any], value: Any) -> None:
        fields[place] = value

    return apply


def _breach(project: Project, fields: list[Any], deadline: str, count: int) -> None:
    _own(project, fields, BREACHES)[deadline] = count


def _make_fired(value: Mapping[str, Any]) -> Fired:
    return Fired(value["times"], value["at"], value["source"])


def _make_evidence(value: Mapping[str, Any]) -> EvidenceRecord:
    return EvidenceRecord(**{**value, "redacted": tuple(value.get("redacted", ()))})


def _make_support(value: Mapping[str, Any]) -> Support:
    return Support(tuple(value["guards"]), tuple(value["evidence"]), value["seq"], value.get("lost", False))


def _make_signatures(value: Mapping[str, Any]) -> Signatures:
    return Signatures(value["content"], tuple((s[0], s[1], s[2]) for s in value["by"]))


_APPLY: dict[str, Callable[..., None]] = {
    "opened": _opened,
    "opened_at": _set("opened_at"),
    "stage": _stage,
    "end": _end,
    "visit": _visit,
    "track": _track,
    "fired": _put("fired", _make_fired),
    "timer": _put("timers", lambda value: Timer(**value)),
    "evidence": _put("evidence", _make_evidence),
    "evidence_status": _evidence_status,
    "confirmed": _confirmed,
    "redacted": _redacted,
    "attribute": _attribute,
    "hold": _put("holds", lambda value: HoldState(**value)),
    "hold_total": _hold_total,
    "obligation": _put("obligations", lambda value: ObligationState(**value)),
    "waiver": _put("waivers", lambda value: WaiverState(**value)),
    "support": _put("support", _make_support),
    "act": _act,
    "signatures": _put("signatures", _make_signatures),
    "appeal": _put("appeals", lambda value: AppealState(**value)),
    "link": _link,
    "handler": _set("handler"),
    "firm": _set("firm"),
    "history": _set("recorded_history"),
    "breach": _breach,
    "rules": _set("rules_digest"),
    "calendar": _set("calendar"),
    "legal_hold": _put("legal_holds", str),
}
