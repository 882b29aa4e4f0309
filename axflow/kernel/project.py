"""A project as its entries leave it. Times are UTC texts of one width, so that they compare as texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class EvidenceRecord(NamedTuple):
    """What stands in clear about one record. Its values are content and come with the facts."""

    id: str
    type: str
    seq: int
    actor: str
    issuer: str
    parent: str
    """Distinctness key when it was recorded: the ultimate parent of the issuer's ultimate successor."""
    issued_on: str
    received_on: str
    channel: str
    valid_until: str | None
    product_version: str | None
    intended_use: str | None
    confirmed: bool
    status: str
    """`current`, `superseded`, `withdrawn`, `corrected`, `stale` (collected anew after re-entry)."""
    redacted: tuple[str, ...] = ()
    source: str | None = None
    """`project/record` that it refers to, where it counts by reference."""


class Timer(NamedTuple):
    """A time limit: it runs since `since` with its allowance and is due then, or stands and keeps what is left."""

    id: str
    """Kind and name, such as `deadline:field_trial`."""
    order: int
    """Place of declaration; timers of one instant fire in this order."""
    clock: str | None
    due: str | None
    """None while it stands."""
    since: str
    allowance: str | Mapping[str, int]
    """As written in the definition (`15 working days`), or what was left when it last stood (`{"working_days": 4}`)."""
    elapsed: bool = False
    """A timed transition whose time is up and whose guards do not hold yet."""
    extended: int = 0


class HoldState(NamedTuple):
    """A hold that stands."""

    since: str
    actor: str | None
    code: str | None


class ObligationState(NamedTuple):
    """An obligation that is open."""

    since: str
    cause: str


class WaiverState(NamedTuple):
    """A waiver in force."""

    until: str
    by: str
    confirmed_by: str
    seq: int


class Support(NamedTuple):
    """What the last passage of a transition rested on."""

    guards: tuple[str, ...]
    evidence: tuple[str, ...]
    seq: int
    lost: bool = False


class Fired(NamedTuple):
    """How often a transition happened, when last, and from where."""

    times: int
    at: str
    source: str


class AppealState(NamedTuple):
    """An appeal that was filed."""

    transition: str
    source: str
    target: str
    times: int
    open: bool


class Signatures(NamedTuple):
    """Signatures given so far, bound to what was signed."""

    content: str
    by: tuple[tuple[str, str, str | None], ...]
    """Role, actor, on behalf of."""


class Project(NamedTuple):
    """One running instance. `evolve` makes the next one from an entry; nothing else changes a project."""

    id: str
    definition: str
    rules_digest: str
    firm: str
    stage: str
    end: str | None
    """The end reached; `stage` is then the same name."""
    tracks: Mapping[str, str]
    version: int
    """State-changing entries so far."""
    seq: int
    """Sequence number of the last entry."""
    recorded_at: str
    moved_at: str
    """When the last act happened, for the order of recorded histories."""
    opened_at: str
    recorded_history: bool = False
    """A history of the past: no timer fires against today's clock, no live command moves it."""
    handler: str | None = None
    visits: Mapping[str, int] = {}
    entered: Mapping[str, str] = {}
    fired: Mapping[str, Fired] = {}
    evidence: Mapping[str, EvidenceRecord] = {}
    attributes: Mapping[str, int] = {}
    """Attribute and the entry that last set it."""
    timers: Mapping[str, Timer] = {}
    holds: Mapping[str, HoldState] = {}
    hold_totals: Mapping[str, tuple[int, int]] = {}
    """How often a hold was placed, and the whole seconds that it stood."""
    obligations: Mapping[str, ObligationState] = {}
    waivers: Mapping[str, WaiverState] = {}
    support: Mapping[str, Support] = {}
    acts: Mapping[str, tuple[tuple[str, str | None], ...]] = {}
    """Who did an event or recorded an evidence type: actor and on behalf of."""
    signatures: Mapping[str, Signatures] = {}
    appeals: Mapping[str, AppealState] = {}
    links: Mapping[str, tuple[str, ...]] = {}
    """`link` to the projects that this one points to; `link~` to those that point to it."""
    breaches: Mapping[str, int] = {}
    calendar: str | None = None
    """Digest of the calendar that its days are reckoned by; None: the one published with its version."""
    legal_holds: Mapping[str, str] = {}
    """Matters for which all content is kept, each with the time since when."""

    @property
    def configuration(self) -> dict[str, Any]:
        """The active stage and the active state of each running track."""
        return {"stage": self.stage, "tracks": dict(self.tracks)} if self.tracks else {"stage": self.stage}

    @property
    def next_due(self) -> str | None:
        """When the next timer is due; None where nothing runs or the project is a recorded history."""
        if self.recorded_history:
            return None
        return min((t.due for t in self.timers.values() if t.due is not None and not t.elapsed), default=None)

    def to_json(self) -> str:
        """The snapshot that the store keeps beside the entries; replaying them gives the same."""
        return _encode(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> Project:
        """The project from its snapshot."""
        raw = json.loads(text)
        for index, kind in _NESTED.items():
            if raw[index]:
                raw[index] = {key: kind(*value) for key, value in raw[index].items()}
        project = cls(*raw)
        return project._replace(**_tuples(project)) if project.evidence or project.acts or project.links else project


def _tuples(project: Project) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if project.acts:
        changes["acts"] = {k: tuple((a, b) for a, b in v) for k, v in project.acts.items()}
    if project.links:
        changes["links"] = {k: tuple(v) for k, v in project.links.items()}
    return changes


def _support(guards: list[str], evidence: list[str], seq: int, lost: bool) -> Support:
    return Support(tuple(guards), tuple(evidence), seq, lost)


def _evidence(*raw: Any) -> EvidenceRecord:
    record = EvidenceRecord(*raw)
    return record._replace(redacted=tuple(record.redacted)) if record.redacted else record._replace(redacted=())


def _signatures(content: str, by: list[list[Any]]) -> Signatures:
    return Signatures(content, tuple((s[0], s[1], s[2]) for s in by))


def _totals(count: int, seconds: int) -> tuple[int, int]:
    return (count, seconds)


_NESTED: dict[int, Any] = {
    Project._fields.index(name): kind
    for name, kind in {
        "fired": Fired,
        "evidence": _evidence,
        "timers": Timer,
        "holds": HoldState,
        "hold_totals": _totals,
        "obligations": ObligationState,
        "waivers": WaiverState,
        "support": _support,
        "signatures": _signatures,
        "appeals": AppealState,
    }.items()
}
