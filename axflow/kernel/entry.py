"""Entries: one attempt and its outcome. Structure stands in clear; content is kept beside it and committed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

ENTRY_FORMAT = 1

Effect = tuple[Any, ...]
"""What an entry changes: a name and its arguments, JSON values only. `evolve` folds them into the project."""


class Entry(NamedTuple):
    """One attempt and its outcome, as `decide` writes it. Sealing adds the previous entry's hash and commitments."""

    project: str
    seq: int
    kind: str
    """The command's kind, or `automatic`, `timer`."""
    name: str
    """Event, evidence type, guard, hold, deadline or transition that it is about."""
    outcome: str
    """`moved`, `recorded` or `refused`."""
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    version: int
    rules_digest: str
    recorded_at: str
    occurred: Mapping[str, Any]
    """Text, precision, start and end, UTC. In the sealed bytes only where it is not the instant of recording."""
    actor: Mapping[str, Any] | None
    """Id, kind, role, organisation, on behalf of, how authenticated, authority; None where the workflow acted."""
    cause: str | None = None
    """What made it happen where no command did: `timer:…`, `automatic:…`, `entry:…`."""
    transition: str | None = None
    code: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    """Each fact read, by id and version."""
    verdicts: tuple[tuple[str, str], ...] = ()
    """Guard and TRUE, FALSE or UNKNOWN."""
    waivers: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    """Codes. With outcome `refused` why; in a recorded history, what the definition would not have allowed."""
    flags: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    public: Mapping[str, Any] = {}
    """Content fields that the definition declares public."""
    content: Mapping[str, Any] = {}
    """Values, names, free text, parameters of blockers: never in the sealed bytes, only committed to."""

    def structure(self) -> dict[str, Any]:
        """What stands in clear in the sealed bytes. Empty parts are left out, and what happened as it was recorded."""
        data: dict[str, Any] = {
            "axflow": ENTRY_FORMAT,
            "project": self.project,
            "seq": self.seq,
            "kind": self.kind,
            "name": self.name,
            "outcome": self.outcome,
            "before": self.before,
            "after": self.after,
            "version": self.version,
            "rules": self.rules_digest,
            "recorded_at": self.recorded_at,
        }
        occurred = self.occurred
        if occurred["text"] != self.recorded_at or occurred["precision"] != "instant":
            data["occurred"] = occurred
        if self.actor is not None:
            data["actor"] = self.actor
        if self.cause is not None:
            data["cause"] = self.cause
        if self.transition is not None:
            data["transition"] = self.transition
        if self.code is not None:
            data["code"] = self.code
        if self.facts:
            data["facts"] = self.facts
        if self.verdicts:
            data["verdicts"] = self.verdicts
        if self.waivers:
            data["waivers"] = self.waivers
        if self.blockers:
            data["blockers"] = self.blockers
        if self.flags:
            data["flags"] = self.flags
        if self.effects:
            data["effects"] = self.effects
        if self.public:
            data["public"] = self.public
        return data

    @classmethod
    def from_structure(cls, data: Mapping[str, Any], content: Mapping[str, Any] | None = None) -> Entry:
        """The entry back from sealed bytes; `content` as far as it was not redacted."""
        at = data["recorded_at"]
        return cls(
            data["project"], data["seq"], data["kind"], data["name"], data["outcome"], data["before"], data["after"],
            data["version"], data["rules"], at, data.get("occurred") or instant(at), data.get("actor"),
            data.get("cause"), data.get("transition"), data.get("code"), _pairs(data.get("facts")),
            _pairs(data.get("verdicts")), tuple(data.get("waivers", ())), tuple(data.get("blockers", ())),
            tuple(data.get("flags", ())), tuple(tuple(e) for e in data.get("effects", ())), data.get("public", {}),
            content or {},
        )  # fmt: skip


def instant(text: str) -> Mapping[str, Any]:
    """`occurred` of what happened at this very instant (UTC text)."""
    return {"text": text, "precision": "instant", "start": text, "end": text}


def _pairs(raw: Any) -> tuple[tuple[str, str], ...]:
    return tuple((pair[0], pair[1]) for pair in raw or ())
