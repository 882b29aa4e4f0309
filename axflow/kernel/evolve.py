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
    changes: dict[str, Any] = {"seq": seq, "version": version, "recorded_at": recorded_at}
    if moved_at is not None:
        changes["moved_at"] = moved_at
    for effect in effects:
        _APPLY[effect[0]](project, changes, *effect[1:])
    return project._replace(**changes)


def _table(project: Project, changes: dict[str, Any], name: str) -> dict[str, Any]:
    table: dict[str, Any] | None = changes.get(name)
    if table is None:
        table = changes[name] = dict(getattr(project, name))
    return table


def _put(name: str, make: Callable[..., Any]) -> Callable[..., None]:
    """An effect `(name, key, {…})` that sets one item of a table, or takes it out where there is nothing to set."""

    def apply(project: Project, changes: dict[str, Any], key: str, value: Mapping[str, Any] | None) -> None:
        table = _table(project, changes, name)
        if value is None:
            table.pop(key, None)
        else:
            table[key] = make(value)

    return apply


def _opened(project: Project, changes: dict[str, Any], definition: str, firm: str, history: bool) -> None:
    changes.update(definition=definition, firm=firm, recorded_history=history, opened_at=changes["recorded_at"])


def _opened_at(project: Project, changes: dict[str, Any], at: str) -> None:
    changes["opened_at"] = at


def _stage(project: Project, changes: dict[str, Any], stage: str) -> None:
    changes.update(stage=stage, end=None)


def _end(project: Project, changes: dict[str, Any], end: str) -> None:
    changes.update(stage=end, end=end)


def _visit(project: Project, changes: dict[str, Any], state: str, count: int, at: str) -> None:
    _table(project, changes, "visits")[state] = count
    _table(project, changes, "entered")[state] = at


def _evidence_status(project: Project, changes: dict[str, Any], record: str, status: str) -> None:
    table = _table(project, changes, "evidence")
    table[record] = table[record]._replace(status=status)


def _confirmed(project: Project, changes: dict[str, Any], record: str) -> None:
    table = _table(project, changes, "evidence")
    table[record] = table[record]._replace(confirmed=True)


def _redacted(project: Project, changes: dict[str, Any], record: str, fields: Iterable[str]) -> None:
    table = _table(project, changes, "evidence")
    gone = tuple(dict.fromkeys((*table[record].redacted, *fields)))
    table[record] = table[record]._replace(redacted=gone)


def _attribute(project: Project, changes: dict[str, Any], name: str) -> None:
    _table(project, changes, "attributes")[name] = changes["seq"]


def _hold_total(project: Project, changes: dict[str, Any], hold: str, count: int, seconds: int) -> None:
    _table(project, changes, "hold_totals")[hold] = (count, seconds)


def _act(project: Project, changes: dict[str, Any], name: str, actor: str, behalf: str | None = None) -> None:
    table = _table(project, changes, "acts")
    who = (actor, behalf)
    if who not in table.get(name, ()):
        table[name] = (*table.get(name, ()), who)


def _link(project: Project, changes: dict[str, Any], key: str, other: str) -> None:
    table = _table(project, changes, "links")
    if other not in table.get(key, ()):
        table[key] = (*table.get(key, ()), other)


def _track(project: Project, changes: dict[str, Any], track: str, state: str | None) -> None:
    table = _table(project, changes, "tracks")
    if state is None:
        table.pop(track, None)
    else:
        table[track] = state


def _set(name: str) -> Callable[..., None]:
    def apply(project: Project, changes: dict[str, Any], value: Any) -> None:
        changes[name] = value

    return apply


def _breach(project: Project, changes: dict[str, Any], deadline: str, count: int) -> None:
    _table(project, changes, "breaches")[deadline] = count


def _rules(project: Project, changes: dict[str, Any], digest: str) -> None:
    changes["rules_digest"] = digest


def _make_evidence(value: Mapping[str, Any]) -> EvidenceRecord:
    return EvidenceRecord(**{**value, "redacted": tuple(value.get("redacted", ()))})


def _make_support(value: Mapping[str, Any]) -> Support:
    return Support(tuple(value["guards"]), tuple(value["evidence"]), value["seq"], value.get("lost", False))


def _make_signatures(value: Mapping[str, Any]) -> Signatures:
    return Signatures(value["content"], tuple((s[0], s[1], s[2]) for s in value["by"]))


_APPLY: dict[str, Callable[..., None]] = {
    "opened": _opened,
    "opened_at": _opened_at,
    "stage": _stage,
    "end": _end,
    "visit": _visit,
    "track": _track,
    "fired": _put("fired", lambda value: Fired(**value)),
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
    "rules": _rules,
    "calendar": _set("calendar"),
}
