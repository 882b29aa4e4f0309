"""Support: what a passed gate rested on, and what follows when it no longer stands. Nothing is undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from axflow.kernel.case import Case
from axflow.kernel.entry import Effect
from axflow.kernel.holding import raise_hold
from axflow.kernel.judgement import Judgement
from axflow.kernel.limits import start
from axflow.kernel.program import Step
from axflow.kernel.project import Support


def rested(case: Case, step: Step, judgement: Judgement) -> list[Effect]:
    """The effect that notes what the passage of `step` rests on: guards that were TRUE and the records they read."""
    guards = tuple([v.guard for v in judgement.found.get(step.id, ()) if v.value == "TRUE"])
    evidence = case.environment.rest_of(guards) if guards else ()
    if evidence:
        support = {"guards": guards, "evidence": evidence, "seq": case.project.seq + 1}
        return [("support", step.id, support)]
    return [("support", step.id, None)] if step.id in case.project.support else []


def rechecked(case: Case, effects: Sequence[Effect], touched: Iterable[str]) -> list[Effect]:
    """What the change in `effects` means for gates passed on evidence of the types `touched`.

    A gate whose guards are still TRUE rests on what now makes them so; one whose guards are not has lost its support,
    and what the definition says of lost evidence is raised, once.
    """
    if not case.project.support:
        return []
    kinds = set(touched)
    kinds |= {name for name, kind in case.definition.evidence.items() if kinds.intersection(kind.depends_on)}
    affected = {
        gate: support
        for gate, support in case.project.support.items()
        if any(kinds & case.program.guards[guard].evidence for guard in support.guards if guard in case.program.guards)
    }
    if not affected:
        return []
    imagined = case.imagine(case.folded(effects))
    found: list[Effect] = []
    lost_kinds: list[str] = []
    for gate, support in affected.items():
        step = case.program.by_id.get(gate)
        if step is None:
            continue
        # A guard that the rules no longer have asks for nothing any more.
        guards = tuple([guard for guard in support.guards if guard in case.program.guards])
        stands = all(imagined.verdict(guard) is True for guard in guards)
        if stands:
            evidence = imagined.rest_of(guards)
            if support.lost or evidence != support.evidence:
                found.append(_put(gate, support._replace(evidence=evidence, lost=False)))
        elif not support.lost:
            found.append(_put(gate, support._replace(lost=True)))
            lost_kinds += [kind for kind in sorted(kinds) if kind not in lost_kinds]
    for kind in lost_kinds:
        found += _consequences(case, kind)
    return found


def _put(gate: str, support: Support) -> Effect:
    value = {"guards": support.guards, "evidence": support.evidence, "seq": support.seq}
    return ("support", gate, value | {"lost": True} if support.lost else value)


def _consequences(case: Case, kind: str) -> list[Effect]:
    declared = case.definition.evidence.get(kind)
    if declared is None or declared.on_lost is None:
        return []
    if declared.on_lost.hold is not None:
        return raise_hold(case, declared.on_lost.hold)
    assert declared.on_lost.obligation is not None
    return raise_obligation(case, declared.on_lost.obligation, f"lost:{kind}")


def raise_obligation(case: Case, name: str, cause: str) -> list[Effect]:
    """The effects of an obligation; none where it is owed already."""
    if name in case.project.obligations:
        return []
    declared = case.definition.obligations[name]
    found: list[Effect] = [("obligation", name, {"since": case.at_text, "cause": cause})]
    if not case.project.recorded_history:
        found.append(start(case, f"obligation:{name}", declared.within, declared.clock))
    return found
