"""Evidence: recorded somewhere, read by something, and there before the guard that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from axflow.definition.base import Text
from axflow.definition.evidence import EvidenceType
from axflow.definition.guard_schema import CompiledGuard
from axflow.definition.lint.finding import Finding, finding
from axflow.definition.lint.possible import Limits, can_be_true
from axflow.definition.lint.subject import Edge, Subject, circles
from axflow.definition.paths import STAGE_LEVEL, sources_of
from axflow.guards.nodes import Size, walk


def check_evidence(subject: Subject) -> Iterator[Finding]:
    """Evidence types that nobody can record, that nothing reads, or that wait for each other."""
    d = subject.definition
    accepted = {name for state in subject.states for name in subject.accepted_in(state)}
    read = _read(subject)
    for name in d.evidence:
        if name not in accepted:
            yield finding("evidence-nowhere", f"evidence.{name}", name=name)
        if name not in read:
            yield finding("evidence-unread", f"evidence.{name}", name=name)
    waits = [
        Edge(name, other, f"evidence.{name}", name)
        for name, evidence in d.evidence.items()
        for other in (*evidence.dated_after, *evidence.depends_on)
    ]
    for group in circles(waits):
        names = [name for name in d.evidence if name in group]
        yield finding("evidence-circle", f"evidence.{names[0]}", circle=" -> ".join((*names, names[0])))


def _read(subject: Subject) -> frozenset[str]:
    d = subject.definition
    read = {name for guard in subject.guards.values() for name in guard.evidence}
    for guard_id in subject.guard_problems:
        read.update(name for name in d.evidence if name in d.guards[guard_id].expression)
    for evidence in d.evidence.values():
        read.update((*evidence.dated_after, *evidence.depends_on))
        read.update(equivalence.evidence for equivalence in evidence.equivalent)
    for obligation in d.obligations.values():
        read.update(obligation.met_by)
    for hold in d.holds.values():
        read.update((*hold.requires, *hold.released_on))
    for deadline in d.deadlines.values():
        read.update((*deadline.until, *deadline.starts.split(" ")[1:]))
        read.update(deadline.starts.partition(" ")[2].split("."))
    for appeal in d.appeals.values():
        read.update((*appeal.excluded, *appeal.starts.split(" ")[1:]))
    for named in subject.named:
        read.update(named.transition.not_same_actor_as)
        if named.transition.opens is not None:
            read.update(named.transition.opens.carry)
    return frozenset(read)


def check_reach(subject: Subject) -> Iterator[Finding]:
    """Guards that ask for evidence which no stage on the way accepts."""
    d = subject.definition
    # Evidence accepted nowhere has its finding already; to report each guard that reads it would bury that.
    accepted = {name for state in subject.states for name in subject.accepted_in(state)}
    for named in subject.named:
        if named.source == "appeal" or named.id.endswith((".accept", ".auto_offer")):
            continue
        stages = sources_of(d, named) if named.level == STAGE_LEVEL else d.tracks[named.level].in_
        before = {name for stage in stages if stage in subject.reachable for name in subject.before(stage)}
        here = {name for state in before for name in subject.accepted_in(state)}
        if not before or (any(stage == d.initial for stage in before) and here == accepted):
            continue
        for guard_id in named.transition.guards:
            guard = subject.guards.get(guard_id)
            if guard is None:
                continue
            gone = _sources(subject, guard) - here
            if gone & accepted and not can_be_true(guard.guard.node, Limits(gone=frozenset(gone))):
                names = ", ".join(f"`{name}`" for name in sorted(gone & accepted))
                path = subject.paths[named.id]
                yield finding("evidence-out-of-reach", path, guard=guard_id, evidence=names, name=named.id)


def _sources(subject: Subject, guard: CompiledGuard) -> frozenset[str]:
    """Evidence that a guard reads and that can't come from elsewhere, by equivalence."""
    evidence = subject.definition.evidence
    return frozenset(name for name in guard.evidence if not evidence[name].equivalent)


def check_counts(subject: Subject) -> Iterator[Finding]:
    """Quorums of more records than can count: k of n with k above n."""
    d = subject.definition
    most = {name: _most(subject, evidence) for name, evidence in d.evidence.items() if evidence.collect is not None}
    limits = Limits(
        params={name: p.inner for name, p in d.parameters.items() if isinstance(p.inner, int | str)},
        most={name: count for name, count in most.items() if count is not None},
    )
    for guard in subject.guards.values():
        counted = sorted(guard.evidence & limits.most.keys())
        if not counted or not any(isinstance(node, Size) for node in walk(guard.guard.node)):
            continue
        if can_be_true(guard.guard.node, Limits()) and not can_be_true(guard.guard.node, limits):
            limit = ", ".join(f"{name} ≤ {limits.most[name]}" for name in counted)
            yield finding("count-out-of-reach", f"guards.{guard.id}", guard=guard.id, limits=Text(en=limit))


def _most(subject: Subject, evidence: EvidenceType) -> int | None:
    """How many records can count at once; None where only the type's own bound is known."""
    assert evidence.collect is not None
    most = evidence.collect.at_most
    if evidence.collect.one_per == "organisation":
        roles = [subject.definition.roles[role] for role in evidence.from_ if role in subject.definition.roles]
        bodies = {organisation for role in roles for organisation in role.of}
        if "any" not in bodies and bodies:
            most = min(most, len(bodies))
    return most
