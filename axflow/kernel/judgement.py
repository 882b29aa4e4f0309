"""Judging one step: everything that stands against it is collected, so that nobody learns of it piece by piece."""

from __future__ import annotations

import re

from axflow.definition.base import Text
from axflow.definition.definition import Definition
from axflow.definition.transition import Join
from axflow.guards.encoding import decode
from axflow.guards.values import Unknown
from axflow.kernel.authority import already_did
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.decision import GuardVerdict
from axflow.kernel.program import Step
from axflow.kernel.reasons import reason_blockers


class Judgement:
    """Judges the steps of one command, or of the workflow itself, and keeps what it found for each."""

    __slots__ = ("blockers", "case", "code", "found", "ignore_reason", "reason", "waivers")

    def __init__(
        self, case: Case, reason: str | None = None, code: str | None = None, ignore_reason: bool = False
    ) -> None:
        self.case = case
        self.reason = reason
        self.code = code
        self.ignore_reason = ignore_reason
        self.blockers: list[Blocker] = []
        self.found: dict[str, tuple[GuardVerdict, ...]] = {}
        self.waivers: dict[str, tuple[str, ...]] = {}

    def permits(self, step: Step) -> bool:
        """Whether nothing stands against `step`; a history that is only recorded is not hindered."""
        blockers = self.against(step)
        if not blockers:
            return True
        self.blockers.extend(b for b in blockers if b not in self.blockers)
        return not self.case.enforce

    def against(self, step: Step) -> list[Blocker]:
        """Everything that stands against `step`."""
        case = self.case
        transition = step.transition
        found: list[Blocker] = []
        name = transition.event or step.id
        if transition.reason != "optional" and transition.event is not None and not self.ignore_reason:
            found += reason_blockers(case, transition.reason, self.reason, self.code, name)
        if transition.not_same_actor_as and case.actor is not None:
            earlier = already_did(case, case.actor, transition.not_same_actor_as)
            if earlier is not None:
                found.append(_separation(case, earlier, name))
        if transition.at_most is not None:
            found += _limit(case, step, name)
        if transition.during is not None:
            found += round_blockers(case, transition.during)
        if case.project.holds:
            found += hold_blockers(case, name, step.appeal)
        if case.project.obligations:
            found += _obligation_blockers(case, name)
        if transition.join is not None:
            found += _join_blockers(case, transition.join)
        for gate in transition.rests_on:
            support = case.project.support.get(gate)
            if support is not None and support.lost:
                found.append(_support_lost(case, gate))
        if step.guards or step.variants:
            found += self._guards(step)
        return found

    def verdict_pairs(self, step: Step) -> tuple[tuple[str, str], ...]:
        """Guard and verdict, as they stand in the entry."""
        return tuple([(verdict.guard, verdict.value) for verdict in self.found.get(step.id, ())])

    def facts(self, step: Step) -> tuple[tuple[str, str], ...]:
        """What the guards of a step read: records by the entry that made them, other projects by their version."""
        environment = self.case.environment
        names = tuple([verdict.guard for verdict in self.found.get(step.id, ())])
        read = [(item.id, str(item.seq)) for item in environment.read_by(names)]
        others = environment.program.others_read
        if others:
            for name in names:
                if name in others:
                    read += [(f"project:{other.id}", str(other.version)) for other in environment.others_read_by(name)]
            return tuple(dict(read).items())
        return tuple(read)

    def _guards(self, step: Step) -> list[Blocker]:
        case = self.case
        names = step.guards
        if step.variants and case.definition.variants is not None:
            extra = step.variants.get(str(case.facts.attributes.get(case.definition.variants.by)), ())
            names = (*names, *(name for name in extra if name not in names))
        if not names:
            return []
        environment = case.environment
        blockers: list[Blocker] = []
        verdicts: list[GuardVerdict] = []
        waived: list[str] = []
        for name in names:
            verdict = environment.verdict(name)
            if verdict is True:
                verdicts.append(GuardVerdict(name, "TRUE", environment))
                continue
            value = "FALSE" if verdict is False else "UNKNOWN"
            waiver = case.project.waivers.get(name)
            excused = waiver is not None and waiver.until > case.at_text
            verdicts.append(GuardVerdict(name, value, environment, excused))
            if excused:
                waived.append(name)
            else:
                blockers.append(guard_blocker(case, name, verdict))
        self.found[step.id] = tuple(verdicts)
        self.waivers[step.id] = tuple(waived)
        return blockers


def guard_blocker(case: Case, name: str, verdict: bool | Unknown) -> Blocker:
    """A guard that is not TRUE, with what keeps it from that and who can bring it about."""
    compiled = case.program.guards[name]
    declared = case.definition.guards[name]
    resolvers = declared.resolved_by or tuple(
        dict.fromkeys(role for kind in sorted(compiled.evidence) for role in case.definition.evidence[kind].from_)
    )
    return Blocker(
        "guard_false" if verdict is False else "guard_unknown",
        {"title": declared.title},
        resolvers,
        name,
        case.environment.why(name),
        declared.missing,
        {} if declared.missing is None else _readings(case, declared.missing),
    )


_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\}")


def _readings(case: Case, words: Text) -> dict[str, str]:
    """The values of parameters and evidence fields that a guard's words name."""
    found: dict[str, str] = {}
    for root, field in _NAMED.findall(f"{words.en} {words.in_('ko')}"):
        if root == "params":
            type_ = case.definition.parameters[field].guard_type
        elif root in case.program.evidence_types:
            type_ = (case.program.evidence_types[root].fields or {})[field]
        else:
            continue
        values = case.environment.prepare((root,))[root]
        value = values.get(field) if isinstance(values, dict) else None
        found[f"{root}.{field}"] = "–" if value is None or isinstance(value, Unknown) else str(decode(type_, value))
    return found


def number(definition: Definition, text: str) -> int:
    """A count as a definition writes it: a number, or `params.x`."""
    if text.startswith("params."):
        return int(definition.parameters[text[7:]].value)
    return int(text)


def _separation(case: Case, earlier: str, act: str) -> Blocker:
    assert case.actor is not None
    title = case.program.title
    return Blocker("separation_of_duties", {"actor": case.actor.id, "earlier": title(earlier), "act": title(act)})


def _limit(case: Case, step: Step, name: str) -> list[Blocker]:
    assert step.transition.at_most is not None
    fired = case.project.fired.get(step.id)
    count = 0 if fired is None else fired.times
    limit = number(case.definition, step.transition.at_most)
    if count < limit:
        return []
    return [Blocker("limit_reached", {"act": case.program.title(name), "limit": limit, "count": count})]


def round_blockers(case: Case, name: str) -> list[Blocker]:
    """Whether a round is open on the local day of the act."""
    today = case.facts.calendar.day_of(case.at)
    windows = case.definition.rounds[name].windows
    if any(window.opens <= today <= window.closes for window in windows):
        return []
    following = next((window.opens.isoformat() for window in windows if window.opens > today), "–")
    return [Blocker("round_closed", {"round": case.program.title(name), "next": following})]


def hold_blockers(case: Case, act: str, appeal: str | None = None, *, moves: bool = True) -> list[Blocker]:
    """The holds that stand against an act. The panel of an appeal decides while the appeal's own hold stands.

    A hold that blocks all blocks what moves the project; other acts, such as recording evidence, only by their name.
    """
    found = []
    for name, state in case.project.holds.items():
        hold = case.definition.holds.get(name)
        if hold is None or (appeal is not None and case.definition.appeals[appeal].hold == name):
            continue
        if moves if hold.blocks == "all" else act in hold.blocks:
            found.append(
                Blocker(
                    "on_hold",
                    {"hold": case.program.title(name), "since": state.since[:10], "act": case.program.title(act)},
                    hold.released_by or hold.by,
                )
            )
    return found


def _obligation_blockers(case: Case, act: str) -> list[Blocker]:
    found = []
    for name in case.project.obligations:
        declared = case.definition.obligations.get(name)
        if declared is not None and act in declared.blocks:
            timer = case.project.timers.get(f"obligation:{name}")
            due = timer.due[:10] if timer is not None and timer.due is not None else "–"
            found.append(Blocker("obligation_open", {"obligation": declared.title, "due": due}, declared.discharged_by))
    return found


def joined_tracks(case: Case, join: Join) -> tuple[str, ...]:
    """The tracks that a join waits for: those named, or all that run."""
    return tuple(name for name in join.of if name in case.project.tracks) if join.of else tuple(case.project.tracks)


def _join_blockers(case: Case, join: Join) -> list[Blocker]:
    tracks = joined_tracks(case, join)
    done = [t for t in tracks if case.program.track_places[t][case.project.tracks[t]].done]
    need = len(tracks) if join.at_least is None else number(case.definition, join.at_least)
    found = []
    if len(done) < need:
        still = [t for t in tracks if t not in done]
        resolvers = tuple(dict.fromkeys(role for t in still for role in _movers(case, t)))
        params = {"have": len(done), "need": need, "open": case.program.titles(still)}
        found.append(Blocker("join_incomplete", params, resolvers))
    for step in case.program.steps:
        if step.level in done:
            support = case.project.support.get(step.id)
            if support is not None and support.lost:
                found.append(_support_lost(case, step.id))
    return found


def _movers(case: Case, track: str) -> list[str]:
    state = case.project.tracks[track]
    return [
        role
        for step in case.program.steps
        if step.level == track and state in step.sources
        for role in sorted(step.senders)
    ]


def _support_lost(case: Case, gate: str) -> Blocker:
    support = case.project.support[gate]
    kinds = tuple(dict.fromkeys(item.rpartition("#")[0] for item in support.evidence))
    resolvers = tuple(
        dict.fromkeys(
            r for kind in kinds if kind in case.definition.evidence for r in case.definition.evidence[kind].from_
        )
    )
    params = {"gate": case.program.title(gate), "evidence": case.program.titles(kinds)}
    return Blocker("support_lost", params, resolvers)
