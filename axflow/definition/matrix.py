"""Who does what where: states, organisations, and the acts that a definition gives each of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from axflow.definition.base import Language
from axflow.definition.definition import Definition
from axflow.definition.paths import (
    ANY,
    STAGE_LEVEL,
    NamedTransition,
    named_transitions,
    offered,
    sources_of,
    stage_ids,
)
from axflow.definition.words import ANYBODY, FIRM, Names, lowered

ActKind = Literal[
    "owns", "awaited", "consulted", "sends", "offers", "accepts", "returns", "records", "confirms", "holds", "releases"
]
_ORDER: Final = (
    "owns",
    "awaited",
    "consulted",
    "sends",
    "offers",
    "accepts",
    "returns",
    "records",
    "confirms",
    "holds",
    "releases",
)
_VERBS: Final = {
    "owns": ("is accountable", "책임"),
    "awaited": ("is awaited", "응답 차례"),
    "consulted": ("is consulted", "협의"),
    "sends": ("may send", "행위"),
    "offers": ("may offer", "인계 제안"),
    "accepts": ("may accept", "인수"),
    "returns": ("may return", "반려"),
    "records": ("may record", "제출"),
    "confirms": ("confirms", "확인"),
    "holds": ("may place", "보류 설정"),
    "releases": ("may release", "보류 해제"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that an organisation does or may do in a state.

    `what` is the id of the event, evidence type, handoff or hold; empty for owning and being consulted. `role` is the
    role it takes; empty where the organisation itself is meant.
    """

    kind: ActKind
    what: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The responsibility matrix of one definition. `cells` has a key for each pair in which something may be done."""

    definition: Definition
    states: tuple[str, ...]
    """Stages in order, each followed by the `track.state`s that start there and the handoffs that leave it."""
    organisations: tuple[str, ...]
    """Declared ones in order, then `any` and `firm` where roles of theirs take part."""
    cells: dict[tuple[str, str], tuple[Act, ...]]

    def acts(self, state: str, organisation: str) -> tuple[Act, ...]:
        """What an organisation does in a state; nothing where it has no part."""
        return self.cells.get((state, organisation), ())

    def words(self, state: str, organisation: str, language: Language = "en") -> tuple[str, ...]:
        """The acts of a cell in words, one item for each kind."""
        names = Names(self.definition, language)
        grouped: dict[str, list[str]] = {}
        for act in self.acts(state, organisation):
            found = grouped.setdefault(act.kind, [])
            word = _what(names, act)
            if word and word not in found:
                found.append(word)
        return tuple(_phrase(language, kind, grouped[kind]) for kind in _ORDER if kind in grouped)

    def to_data(self) -> dict[str, Any]:
        """As JSON data: for each state the organisations with their acts, by id."""
        return {
            "schema": 1,
            "definition": self.definition.id,
            "version": self.definition.version,
            "states": [
                {
                    "state": state,
                    "organisations": {
                        organisation: [
                            {
                                key: value
                                for key, value in (("act", act.kind), ("what", act.what), ("role", act.role))
                                if value
                            }
                            for act in acts
                        ]
                        for organisation in self.organisations
                        if (acts := self.acts(state, organisation))
                    },
                }
                for state in self.states
            ],
        }

    def table(self, language: Language = "en") -> tuple[tuple[str, ...], ...]:
        """Rows of cells, the first one being the heading; the acts of a cell stand on lines of their own."""
        names = Names(self.definition, language)
        head = (names.either("State", "단계"), *(names.organisation(name) for name in self.organisations))
        rows = [
            (
                state_words(names, state),
                *("\n".join(self.words(state, organisation, language)) for organisation in self.organisations),
            )
            for state in self.states
        ]
        return (head, *rows)

    def text(self, language: Language = "en") -> str:
        """For reading aloud: each state, and under it each organisation with its acts."""
        names = Names(self.definition, language)
        lines: list[str] = []
        for state in self.states:
            lines.append(state_words(names, state))
            for organisation in self.organisations:
                words = self.words(state, organisation, language)
                if words:
                    lines.append(f"  {names.organisation(organisation)}: {'; '.join(words)}")
        return "\n".join(lines) + "\n"

    def markdown(self, language: Language = "en") -> str:
        """A table in GitHub's Markdown."""
        head, *rows = self.table(language)
        lines = [_bar(head), _bar("---" for _ in head), *(_bar(row) for row in rows)]
        return "\n".join(lines) + "\n"

    def csv(self, language: Language = "en") -> str:
        """Comma-separated values (RFC 4180), lines ended by CR LF; what a spreadsheet would compute is quoted off."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows(
            [_harmless(cell) for cell in row] for row in self.table(language)
        )
        return out.getvalue()


def matrix(definition: Definition) -> Matrix:
    """The responsibility matrix of `definition`."""
    return _Collector(definition).collect()


class _Collector:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.stages = stage_ids(definition)
        self.cells: dict[tuple[str, str], list[Act]] = {}

    def collect(self) -> Matrix:
        for stage_id, stage in self.definition.stages.items():
            self._state(stage_id, stage.owner, stage.consulted, stage.accepts)
        for handoff_id, handoff in self.definition.handoffs.items():
            sender = self.definition.stages.get(handoff.from_[0])
            self._state(offered(handoff_id), sender.owner if sender else "", (), ())
            receiver = self.definition.stages.get(handoff.to)
            if receiver is not None:
                self._add(offered(handoff_id), receiver.owner, Act("awaited"))
        for track_id, track in self.definition.tracks.items():
            spanned = [self.definition.stages[name] for name in track.in_ if name in self.definition.stages]
            owner = track.owner or (spanned[0].owner if spanned else "")
            for state_id, state in track.states.items():
                self._state(f"{track_id}.{state_id}", state.owner or owner, track.consulted, state.accepts)
        for end_id, end in self.definition.ends.items():
            self._state(end_id, "", (), end.accepts)
        for named in named_transitions(self.definition):
            self._transition(named)
        self._holds()
        order = self._states()
        present = {organisation for _, organisation in self.cells}
        extra = [name for name in (ANYBODY, FIRM) if name in present and name not in self.definition.organisations]
        cells = {key: _sorted(acts) for key, acts in self.cells.items() if key[0] in order}
        return Matrix(self.definition, order, (*self.definition.organisations, *extra), cells)

    def _state(self, state: str, owner: str, consulted: Iterable[str], accepts: Iterable[str]) -> None:
        if owner:
            self._add(state, owner, Act("owns"))
        for organisation in consulted:
            self._add(state, organisation, Act("consulted"))
        for name in accepts:
            evidence = self.definition.evidence.get(name)
            if evidence is not None:
                self._roles(state, (*evidence.from_, *evidence.via), "records", name)
                self._roles(state, evidence.confirmed_by, "confirms", name)

    def _transition(self, named: NamedTransition) -> None:
        transition = named.transition
        if transition.event is None:
            return
        kinds: dict[str, ActKind] = {"offer": "offers", "accept": "accepts", "return": "returns"}
        kind = kinds[named.id.rpartition(".")[2]] if named.source == "handoff" else "sends"
        what = named.origin if named.source == "handoff" else transition.event
        for source in sources_of(self.definition, named):
            state = source if named.level == STAGE_LEVEL else f"{named.level}.{source}"
            self._roles(state, (*transition.by, *transition.signatures), kind, what)

    def _holds(self) -> None:
        for name, hold in self.definition.holds.items():
            places = self.stages if ANY in hold.in_ else hold.in_
            for state in places:
                self._roles(state, hold.by, "holds", name)
                self._roles(state, hold.released_by or hold.by, "releases", name)

    def _roles(self, state: str, roles: Iterable[str], kind: ActKind, what: str) -> None:
        for role_id in roles:
            role = self.definition.roles.get(role_id)
            for organisation in role.of if role is not None else ():
                self._add(state, organisation, Act(kind, what, role_id))

    def _add(self, state: str, organisation: str, act: Act) -> None:
        found = self.cells.setdefault((state, organisation), [])
        if act not in found:
            found.append(act)

    def _states(self) -> tuple[str, ...]:
        return tuple(self._in_order())

    def _in_order(self) -> Iterator[str]:
        """Stages with what waits behind them and runs inside them, as a reader of the definition meets them."""
        handoffs, tracks = dict(self.definition.handoffs), dict(self.definition.tracks)
        for stage in self.definition.stages:
            yield stage
            for track_id in [name for name, track in tracks.items() if stage in track.in_]:
                yield from (f"{track_id}.{state}" for state in tracks.pop(track_id).states)
            for handoff_id in [name for name, handoff in handoffs.items() if stage in handoff.from_]:
                handoffs.pop(handoff_id)
                yield offered(handoff_id)
        with_acts = {state for state, _ in self.cells}
        yield from (end for end in self.definition.ends if end in with_acts)


def state_words(names: Names, state: str) -> str:
    """A state for a row of its own: a track's state names its track, an offered handoff says that it waits."""
    first, _, second = state.partition(".")
    if second == "offered" and first in names.definition.handoffs:
        return names.either(f"{names.state(state)} (offered)", f"{names.state(state)}(제안됨)")
    return f"{names.track(first)} › {names.state(state)}" if second else names.state(state)


def _what(names: Names, act: Act) -> str:
    if act.kind in ("records", "confirms"):
        return names.evidence(act.what)
    if act.kind in ("offers", "accepts", "returns"):
        return names.handoff(act.what)
    if act.kind in ("holds", "releases"):
        return names.hold(act.what)
    return names.event(act.what) if act.what else ""


def _phrase(language: Language, kind: str, what: list[str]) -> str:
    verb = _VERBS[kind][language == "ko"]
    if not what:
        return verb
    return f"{verb}: {', '.join(what)}" if language == "ko" else f"{verb}: {', '.join(lowered(word) for word in what)}"


def _sorted(acts: list[Act]) -> tuple[Act, ...]:
    return tuple(sorted(acts, key=lambda act: _ORDER.index(act.kind)))


def _bar(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in cells) + " |"


def _harmless(cell: str) -> str:
    """A cell that starts like a formula gets an apostrophe before it (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
