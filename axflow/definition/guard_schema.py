"""What a guard may read, as types, and the guards of a definition compiled against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from axflow.definition.definition import Definition
from axflow.definition.evidence import EvidenceType
from axflow.definition.paths import named_transitions, stage_ids
from axflow.guards import types as guard_types
from axflow.guards.errors import GuardError
from axflow.guards.guard import Guard, compile_guard
from axflow.guards.types import Type

MOST_TIMES: Final = 1_000
"""Visits and firings counted at most; bounds what guards can add up."""
MOST_PROJECTS: Final = 200
"""Projects of one firm that guards see at most."""
ROOTS: Final = frozenset(
    {
        "params", "project", "firm", "visits", "times", "holds", "obligations", "passed", "tracks", "links", "at",
        "today", "actor", "guards",
    }
)  # fmt: skip
"""Names that guards read beside evidence; no evidence type may be called so."""
PROJECT_FIELDS: Final = frozenset({"id", "firm", "definition", "stage", "end", "status", "opened_at", "ended_at"})
"""What projects have besides their declared attributes; no attribute may be called so."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a guard is asked, which decides what it can read there."""

    tracks: bool = True
    """States of tracks: between stages only, since a track that read another would depend on their order."""
    time: bool = True
    """`at` and `today`: not where the workflow moves by itself, since nobody would ask again as time passes."""
    actor: bool = True
    """Who acts: only where somebody sends an event."""


EVERYTHING: Final = Scope()


@dataclass(frozen=True, slots=True)
class CompiledGuard:
    """A guard with what it rests on, through the guards that it names as well."""

    id: str
    guard: Guard
    depends: tuple[str, ...]
    """Guards that it names itself, in the order of evaluation."""
    reads: frozenset[str]
    """Every path read, its own and those of the guards that it names."""
    evidence: frozenset[str]
    params: frozenset[str]
    uses_at: bool
    uses_actor: bool
    uses_tracks: bool


class GuardProblem(ValueError):
    """A guard that does not compile: `guard` is its id, `error` what the guard language says of it."""

    def __init__(self, guard: str, error: Exception) -> None:
        super().__init__(f"guards.{guard}: {error}")
        self.guard = guard
        self.error = error


class CompiledGuards(Mapping[str, CompiledGuard]):
    """The guards of a definition by id. `order` is the order of evaluation: a guard stands behind those it names."""

    def __init__(self, guards: Mapping[str, CompiledGuard], order: tuple[str, ...]) -> None:
        self._guards = dict(guards)
        self.order = order

    def __getitem__(self, key: str) -> CompiledGuard:
        return self._guards[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._guards)

    def __len__(self) -> int:
        return len(self._guards)


def guard_schema(definition: Definition, *, scope: Scope = EVERYTHING) -> Mapping[str, Type]:
    """The type of each root that a guard of `definition` may read in `scope`.

    Ids with a dot (`<handoff>.offer`, `<handoff>.offered`) are records inside `visits`, `times` and `passed`.
    """
    fired = [named.id for named in named_transitions(definition)]
    counted = guard_types.integer(0, MOST_TIMES)
    truth = guard_types.boolean()
    schema = {name: evidence_type(name, evidence) for name, evidence in definition.evidence.items()}
    schema["params"] = guard_types.record("params", {k: p.guard_type for k, p in definition.parameters.items()})
    schema["project"] = guard_types.record("project", _project(definition))
    schema["firm"] = guard_types.record("firm", {"projects": _projects(definition, "firm.projects", MOST_PROJECTS)})
    schema["visits"] = _nested("visits", stage_ids(definition), counted)
    schema["times"] = _nested("times", fired, counted)
    schema["passed"] = _nested("passed", fired, truth)
    schema["holds"] = _nested("holds", definition.holds, truth)
    schema["obligations"] = _nested("obligations", definition.obligations, truth)
    schema["guards"] = _nested("guards", definition.guards, truth)
    links = {name: _projects(definition, f"links.{name}", link.at_most) for name, link in definition.links.items()}
    schema["links"] = guard_types.record("links", links)
    if scope.tracks:
        states = {name: guard_types.enum(("", *track.states)) for name, track in definition.tracks.items()}
        schema["tracks"] = guard_types.record("tracks", states)
    if scope.time:
        schema["at"] = guard_types.timestamp()
        schema["today"] = guard_types.date()
    if scope.actor:
        who = dict.fromkeys(("id", "organisation", "role", "kind"), guard_types.text())
        schema["actor"] = guard_types.record("actor", who)
    return schema


def evidence_type(name: str, evidence: EvidenceType) -> Type:
    """The type of one evidence type as guards see it: a record, or a list of records where it is collected."""
    text, day = guard_types.text(), guard_types.date()
    fields = {key: field.guard_type(f"{name}.{key}") for key, field in evidence.fields.items()}
    fields |= dict.fromkeys(
        ("id", "issuer", "parent", "actor", "channel", "product_version", "intended_use"), text
    ) | dict.fromkeys(("issued_on", "received_on", "valid_until"), day)
    one = guard_types.record(name, fields)
    if evidence.collect is None:
        return one
    return guard_types.list_of(one, evidence.collect.at_most, evidence.may_be_empty)


def compile_guards(definition: Definition) -> CompiledGuards:
    """All guards of `definition`, checked and compiled.

    Raises `GuardProblem` for the first guard that does not compile or that names itself through others.
    """
    guards, problems = check_guards(definition)
    for guard_id, error in problems.items():
        raise GuardProblem(guard_id, error)
    return guards


def check_guards(definition: Definition) -> tuple[CompiledGuards, dict[str, GuardError | ValueError]]:
    """The guards that compile, and what is wrong with each of the others (a `GuardError`, or a cycle of names)."""
    schema = guard_schema(definition)
    compiled: dict[str, Guard] = {}
    problems: dict[str, GuardError | ValueError] = {}
    for guard_id, declared in definition.guards.items():
        try:
            compiled[guard_id] = compile_guard(declared.expression, schema)
        except GuardError as error:
            problems[guard_id] = error
    named = {
        guard_id: tuple(other for other in definition.guards if f"guards.{other}" in guard.reads)
        for guard_id, guard in compiled.items()
    }
    order, cyclic = _order(named, problems)
    for guard_id, cycle in cyclic.items():
        problems[guard_id] = ValueError(f"guards name each other in a circle: {' -> '.join(cycle)}; break it")
    done: dict[str, CompiledGuard] = {}
    for guard_id in order:
        done[guard_id] = _complete(definition, guard_id, compiled[guard_id], named[guard_id], done)
    return CompiledGuards({name: done[name] for name in definition.guards if name in done}, order), problems


def _complete(
    definition: Definition, guard_id: str, guard: Guard, depends: tuple[str, ...], done: Mapping[str, CompiledGuard]
) -> CompiledGuard:
    reads = frozenset(guard.reads).union(*(done[other].reads for other in depends if other in done))
    roots = {path.partition(".")[0] for path in reads}
    return CompiledGuard(
        id=guard_id,
        guard=guard,
        depends=depends,
        reads=reads,
        evidence=frozenset(roots & definition.evidence.keys()),
        params=frozenset(path.split(".")[1] for path in reads if path.startswith("params.")),
        uses_at=bool(roots & {"at", "today"}),
        uses_actor="actor" in roots,
        uses_tracks="tracks" in roots,
    )


def _order(
    named: Mapping[str, tuple[str, ...]], broken: Mapping[str, Exception]
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Guards behind those that they name, and for each guard on a circle that circle. Iterative: chains may be long."""
    state: dict[str, int] = {}
    order: list[str] = []
    cyclic: dict[str, tuple[str, ...]] = {}
    for start in named:
        path: list[str] = []
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                path.pop()
                state[name] = 2
                if name not in cyclic:
                    order.append(name)
                continue
            if state.get(name) == 1:
                circle = path[path.index(name) :]
                cyclic.update({member: (*circle, name) for member in circle if member not in cyclic})
                continue
            if state.get(name) == 2 or name in broken:
                continue
            state[name] = 1
            path.append(name)
            stack.append((name, True))
            stack.extend((other, False) for other in reversed(named[name]))
    return tuple(order), cyclic


def _project(definition: Definition) -> dict[str, Type]:
    fields = {key: field.guard_type(f"project.{key}") for key, field in definition.attributes.items()}
    return fields | dict.fromkeys(("id", "firm"), guard_types.text())


def _projects(definition: Definition, name: str, most: int) -> Type:
    moment = guard_types.timestamp()
    fields = _project(definition) | dict.fromkeys(("definition", "stage", "end", "status"), guard_types.text())
    return guard_types.list_of(
        guard_types.record(name, fields | {"opened_at": moment, "ended_at": moment}), most, may_be_empty=True
    )


def _nested(name: str, ids: Mapping[str, object] | tuple[str, ...] | list[str], leaf: Type) -> Type:
    plain: dict[str, Type] = {}
    parts: dict[str, dict[str, Type]] = {}
    for identifier in ids:
        first, dot, second = identifier.partition(".")
        if dot:
            parts.setdefault(first, {})[second] = leaf
        else:
            plain[first] = leaf
    return guard_types.record(
        name, plain | {first: guard_types.record(f"{name}.{first}", inner) for first, inner in parts.items()}
    )
