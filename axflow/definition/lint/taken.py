"""Names that two things would share, and names that nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from axflow.definition.base import Part, Text
from axflow.definition.definition import Definition
from axflow.definition.guard_schema import PROJECT_FIELDS, ROOTS
from axflow.definition.lint.finding import Finding, finding
from axflow.definition.lint.names import kind_text
from axflow.definition.lint.subject import Subject

_WORD = re.compile(r"[a-z][a-z0-9_]*")


def check_taken(subject: Subject) -> Iterator[Finding]:
    """Names that are used twice, or that the language keeps for itself."""
    d = subject.definition
    for name in d.stages:
        if name in d.ends:
            yield _taken(f"ends.{name}", name, "a stage", "단계 이름")
    for name in (*d.stages, *d.ends):
        if name == "any":
            key = "stages" if name in d.stages else "ends"
            yield _taken(f"{key}.{name}", name, "it means every stage", "모든 단계를 뜻함")
    for name in d.organisations:
        if name in ("any", "firm"):
            yield _taken(f"organisations.{name}", name, "a word of the language", "언어의 예약어")
    for name in d.evidence:
        if name in ROOTS:
            yield _taken(f"evidence.{name}", name, "guards read something else by it", "조건에서 다른 뜻으로 쓰임")
    for name in d.attributes:
        if name in PROJECT_FIELDS:
            yield _taken(f"attributes.{name}", name, "every project has it already", "모든 과제에 이미 있음")
    for name in d.handoffs:
        if name in (*d.stages, *d.ends):
            yield _taken(f"handoffs.{name}", name, "a state", "상태 이름")
    seen: set[str] = set()
    plain = {named.id for named in subject.named if "." not in named.id}
    for named in subject.named:
        path = subject.paths[named.id]
        if named.id in seen:
            yield _taken(path, named.id, "another transition", "다른 전이")
        seen.add(named.id)
        if named.source == "handoff" and named.origin in plain and named.id.endswith(".offer"):
            yield _taken(f"handoffs.{named.origin}", named.origin, "a transition", "전이 이름")


def _taken(path: str, name: str, en: str, ko: str) -> Finding:
    return finding("name-taken", path, name=name, other=Text(en=en, ko=ko))


def check_unused(subject: Subject) -> Iterator[Finding]:
    """Declared parts that no other part names."""
    d = subject.definition
    used = {
        "role": _named_beside(d, "roles"),
        "organisation": _named_beside(d, "organisations"),
        "guard": _guards_used(subject),
        "parameter": _parameters_used(subject),
        "hold": _holds_used(subject),
        "obligation": _named_beside(d, "obligations"),
        "clock": _named_beside(d, "clocks"),
        "round": _named_beside(d, "rounds"),
        "link": _named_beside(d, "links"),
        "classification": _named_beside(d, "classifications"),
    }
    declared: dict[str, tuple[str, Iterable[str]]] = {
        "role": ("roles", d.roles),
        "organisation": ("organisations", d.organisations),
        "guard": ("guards", d.guards),
        "parameter": ("parameters", d.parameters),
        "hold": ("holds", [name for name, hold in d.holds.items() if not hold.by]),
        "obligation": ("obligations", d.obligations),
        "clock": ("clocks", d.clocks),
        "round": ("rounds", d.rounds),
        "link": ("links", d.links),
        "classification": ("classifications", d.classifications),
    }
    for kind, (key, names) in declared.items():
        for name in names:
            if name not in used[kind]:
                yield finding("unused", f"{key}.{name}", kind=kind_text(kind), name=name)


def _named_beside(d: Definition, own: str) -> frozenset[str]:
    """All words in values outside the part's own section (and inside it, in its parts' values but not their keys)."""
    words: set[str] = set()
    for key in type(d).model_fields:
        value = getattr(d, key)
        if key in ("title", "description", "id", "version", own):
            continue
        _collect(value, words)
    return frozenset(words)


def _collect(value: object, words: set[str]) -> None:
    if isinstance(value, Text):
        return
    if isinstance(value, str):
        words.update(_WORD.findall(value))
    elif isinstance(value, Part):
        for key in type(value).model_fields:
            _collect(getattr(value, key), words)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(key, str) and isinstance(inner, str | tuple):
                words.update(_WORD.findall(key))
            _collect(inner, words)
    elif isinstance(value, tuple):
        for inner in value:
            _collect(inner, words)


def _guards_used(subject: Subject) -> frozenset[str]:
    d = subject.definition
    used = {guard for named in subject.named for guard in named.transition.guards}
    used.update(status.guard for status in d.statuses if status.guard is not None)
    used.update(other for guard in subject.guards.values() for other in guard.depends)
    # A guard that does not compile has no list of reads; its text still shows what it means to use.
    for guard_id in subject.guard_problems:
        used.update(re.findall(r"guards\.([a-z][a-z0-9_]*)", d.guards[guard_id].expression))
    if d.variants is not None:
        used.update(g for variant in d.variants.of.values() for guards in variant.guards.values() for g in guards)
    return frozenset(used)


def _parameters_used(subject: Subject) -> frozenset[str]:
    d = subject.definition
    used = {name for guard in subject.guards.values() for name in guard.params}
    for guard_id in subject.guard_problems:
        used.update(re.findall(r"params\.([a-z][a-z0-9_]*)", d.guards[guard_id].expression))
    counts = [named.transition.at_most for named in subject.named]
    counts += [join.at_least for _, _, join in subject.joins()]
    used.update(count.removeprefix("params.") for count in counts if count is not None)
    return frozenset(used)


def _holds_used(subject: Subject) -> frozenset[str]:
    d = subject.definition
    used = {timer.consequence.hold for timer in subject.timers}
    used.update(appeal.hold for appeal in d.appeals.values())
    used.update(evidence.on_lost.hold for evidence in d.evidence.values() if evidence.on_lost is not None)
    return frozenset(name for name in used if name is not None)
