"""Moves: what a step changes, and the automatic steps that follow until nothing more is enabled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from axflow.definition.definition import Definition
from axflow.definition.paths import STAGE_LEVEL
from axflow.kernel.case import MOST_MICROSTEPS, Case, Unbounded
from axflow.kernel.command import Carried
from axflow.kernel.decision import Opening
from axflow.kernel.entry import Effect
from axflow.kernel.holding import released
from axflow.kernel.judgement import Judgement
from axflow.kernel.limits import put, start, stop
from axflow.kernel.machine import Carrier
from axflow.kernel.program import Step
from axflow.kernel.project import Timer
from axflow.kernel.support import raise_obligation, rested


def taken(case: Case, step: Step, judgement: Judgement, source: str) -> list[Effect]:
    """All effects of taking `step` from `source`."""
    transition = step.transition
    fired = case.project.fired.get(step.id)
    count = (0 if fired is None else fired.times) + 1
    effects: list[Effect] = [("fired", step.id, {"times": count, "at": case.at_text, "source": source})]
    if transition.event is not None and case.actor is not None:
        effects.append(act(case, transition.event))
    effects += rested(case, step, judgement)
    effects += configured(case, step.level, source, transition.to)
    if transition.event in case.program.heeded_acts or transition.conditions or case.definition.appeals:
        with case.imagining(effects):
            for name in transition.conditions:
                effects += raise_obligation(case, name, step.id)
            if transition.event in case.program.heeded_acts:
                assert transition.event is not None
                effects += acted_on(case, transition.event, active_places(case), f"event {transition.event}")
            effects += _appeal_windows(case, step)
    if transition.opens is not None:
        _open_linked(case, step)
    return effects


def act(case: Case, name: str) -> Effect:
    """The effect that remembers who did this, for the separation of duties."""
    assert case.actor is not None
    behalf = case.authority.on_behalf_of if case.authority is not None else case.actor.on_behalf_of
    return ("act", name, case.actor.id, behalf) if behalf is not None else ("act", name, case.actor.id)


def configured(case: Case, level: str, source: str, target: str) -> list[Effect]:
    """The effects on stage, tracks and timers of a move on one level."""
    if level != STAGE_LEVEL:
        place = f"{level}.{target}"
        effects: list[Effect] = [("track", level, target), _visit(case, place)]
        return effects + _recollected(case, [place]) + _timers(case, effects, [place])
    end = case.program.places[target].end
    effects = [("end" if end else "stage", target), _visit(case, target)]
    entered = [target]
    wanted: list[str] = []
    if not end and case.program.tracks_of.get(target):
        without = left_out(case.definition, case.facts.attributes)
        wanted = [track for track in case.program.tracks_of[target] if track not in without]
    for track in case.project.tracks:
        if track not in wanted:
            effects.append(("track", track, None))
    for track in wanted:
        if track not in case.project.tracks:
            initial = case.definition.tracks[track].initial
            effects += [("track", track, initial), _visit(case, f"{track}.{initial}")]
            entered.append(f"{track}.{initial}")
    if end:
        for name in case.project.holds:
            if target not in case.definition.holds[name].in_:
                with case.imagining(effects):
                    freed = released(case, name)
                effects += freed
    return effects + _recollected(case, entered) + _timers(case, effects, entered)


def settle(case: Case) -> None:
    """Take automatic steps, one at a time, until none is enabled: tracks in declaration order, then the stage."""
    actor, role, authority = case.actor, case.role, case.authority
    cause = f"entry:{case.project.seq}"
    case.acting(None)
    try:
        for _ in range(MOST_MICROSTEPS):
            if not _microstep(case, cause):
                return
        raise Unbounded
    finally:
        case.acting(actor, role, authority)


def _microstep(case: Case, cause: str) -> bool:
    by_state = case.program.by_state
    if not by_state:
        return False
    levels = [(track, case.project.tracks[track]) for track in case.definition.tracks if track in case.project.tracks]
    for level, state in (*levels, (STAGE_LEVEL, case.project.stage)):
        steps = by_state.get(level, {}).get(state, ())
        for step in steps:
            if step.transition.after is not None and not _is_up(case, step):
                continue
            judgement = Judgement(case)
            if judgement.against(step):
                continue
            carrier = Carrier(state, judgement)
            case.program.machines[level].events[step.trigger].trigger(carrier)
            effects = taken(case, step, judgement, state)
            case.write(
                "automatic",
                step.id,
                "moved",
                effects,
                cause=cause,
                transition=step.id,
                facts=judgement.facts(step),
                verdicts=judgement.verdict_pairs(step),
                waivers=judgement.waivers.get(step.id, ()),
                flags=(step.transition.flag,) if step.transition.flag else (),
            )
            return True
    return False


def _is_up(case: Case, step: Step) -> bool:
    timer = case.project.timers.get(f"after:{step.id}")
    return timer is not None and timer.elapsed


def left_out(definition: Definition, attributes: Mapping[str, Any]) -> Iterable[str]:
    """The tracks that do not run for the class of projects that `attributes` tell."""
    variants = definition.variants
    if variants is None:
        return ()
    variant = variants.of.get(str(attributes.get(variants.by)))
    return () if variant is None else variant.without


def _visit(case: Case, place: str) -> Effect:
    return ("visit", place, case.project.visits.get(place, 0) + 1, case.at_text)


def _recollected(case: Case, entered: Iterable[str]) -> list[Effect]:
    """Evidence that must be collected anew where the place that accepts it is entered again."""
    found: list[Effect] = []
    if not case.program.recollected:
        return found
    for place in entered:
        if place not in case.project.visits:
            continue
        level, dot, state = place.partition(".")
        if dot and level in case.program.track_places:
            # A track is run through anew from its first state: what any of its states collects starts anew there.
            states = case.program.track_places[level]
            initial = case.definition.tracks[level].initial
            accepts = [k for s in states.values() for k in s.accepts] if state == initial else states[state].accepts
        else:
            accepts = case.program.places[place].accepts
        for item in case.project.evidence.values():
            if item.status == "current" and item.type in accepts and item.type in case.program.recollected:
                found.append(("evidence_status", item.id, "stale"))
    return list(dict.fromkeys(found))


def _timers(case: Case, effects: list[Effect], entered: list[str]) -> list[Effect]:
    """The timers that end and start with a change of configuration."""
    found: list[Effect] = []
    if not case.project.timers and case.program.timed_places.isdisjoint(entered):
        return found
    with case.imagining(effects):
        active, ended = active_places(case), case.project.end is not None
        kept = set()
        for timer in case.project.timers.values():
            if _outlives(case, timer, active, entered, ended, case.project.holds):
                kept.add(timer.id)
            else:
                found.append(stop(timer.id))
        if not case.project.recorded_history:
            found += _started(case, entered, kept)
    return found


def _started(case: Case, entered: list[str], kept: set[str]) -> list[Effect]:
    """The timers that start on entering places."""
    found: list[Effect] = []
    for place in entered:
        level, dot, state = place.partition(".")
        if not dot or level not in case.program.track_places:
            level, state = STAGE_LEVEL, place
        for step in case.program.by_state.get(level, {}).get(state, ()):
            if step.transition.after is not None:
                found.append(start(case, f"after:{step.id}", step.transition.after, step.transition.clock))
        for name in case.program.deadlines_in.get(place, ()):
            if f"deadline:{name}" not in kept:
                found += deadline_started(case, name, "entry")
        handoff = case.program.places[place].handoff if place in case.program.places else None
        if handoff is not None:
            declared = case.definition.handoffs[handoff]
            found.append(start(case, f"handoff:{handoff}", declared.within, declared.clock))
    return found


def _outlives(
    case: Case, timer: Timer, active: set[str], entered: list[str], ended: bool, holds: Iterable[str]
) -> bool:
    kind, _, name = timer.id.partition(":")
    if kind == "deadline":
        places = case.definition.deadlines[name].in_ if name in case.definition.deadlines else ()
        return bool(active.intersection(places)) or ("any" in places and not ended)
    if kind == "after":
        step = case.program.by_id.get(name)
        if step is None:
            return False
        here = {s if step.level == STAGE_LEVEL else f"{step.level}.{s}" for s in step.sources}
        return bool(active & here) and not here.intersection(entered)
    if kind == "handoff":
        return f"{name}.offered" in active and f"{name}.offered" not in entered
    if kind in ("hold_review", "hold_limit", "hold_total"):
        return name in holds
    if kind in ("validity", "waiver"):
        return not ended
    return True


def deadline_started(case: Case, name: str, starts: str) -> list[Effect]:
    """The effect that starts a deadline, if `starts` is what starts it."""
    declared = case.definition.deadlines[name]
    if case.project.recorded_history:
        return []
    if declared.starts.startswith("round ") and starts == "entry":
        return _from_round(case, name)
    if declared.starts.startswith("field ") and starts == "entry":
        return _from_field(case, name)
    if declared.starts != starts:
        return []
    return [start(case, f"deadline:{name}", declared.within, declared.clock)]


def _from_round(case: Case, name: str) -> list[Effect]:
    """From the end of the closing day of the opening that was last open when the project came here."""
    declared = case.definition.deadlines[name]
    today = case.facts.calendar.day_of(case.at)
    windows = case.definition.rounds[declared.starts[6:]].windows
    begun = [window for window in windows if window.opens <= today]
    if not begun:
        return []
    closes = case.facts.calendar.end_of(begun[-1].closes)
    return [start(case, f"deadline:{name}", declared.within, declared.clock, at=closes)]


def _from_field(case: Case, name: str) -> list[Effect]:
    declared = case.definition.deadlines[name]
    evidence, _, field = declared.starts[6:].partition(".")
    records = case.environment.current(evidence)
    text = case.facts.values.get(records[-1].id, {}).get(field) if records else None
    if not isinstance(text, str):
        return []
    day = case.facts.calendar.end_of(last_day(text))
    return [start(case, f"deadline:{name}", declared.within, declared.clock, at=day)]


def last_day(text: str) -> date:
    """The last day that a date of day or month precision names."""
    if len(text) == 10:
        return date.fromisoformat(text)
    year, month = int(text[:4]), int(text[5:7])
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def active_places(case: Case) -> set[str]:
    """The stage and the state of each running track."""
    return {case.project.stage, *(f"{track}.{state}" for track, state in case.project.tracks.items())}


def acted_on(case: Case, act_name: str, active: set[str], starts: str) -> list[Effect]:
    """The deadlines that an act (event or evidence) meets, and those that it starts in the `active` places."""
    found: list[Effect] = []
    for name, declared in case.definition.deadlines.items():
        timer = f"deadline:{name}"
        if act_name in declared.until and timer in case.project.timers:
            found.append(stop(timer))
        elif declared.starts == starts and (active.intersection(declared.in_) or "any" in declared.in_):
            found += deadline_started(case, name, starts)
    return found


def _appeal_windows(case: Case, step: Step) -> list[Effect]:
    found: list[Effect] = []
    for name, appeal in case.definition.appeals.items():
        if appeal.starts == "decision" and opens_window(step, appeal.against) and not case.project.recorded_history:
            found.append(start(case, f"appeal_window:{name}", appeal.window, None))
    return found


def opens_window(step: Step, against: Iterable[str]) -> bool:
    """Whether `step` is one of the decisions that an appeal is against."""
    return step.appeal is None and (step.id in against or (step.transition.event or "") in against)


def _open_linked(case: Case, step: Step) -> None:
    opens = step.transition.opens
    assert opens is not None
    carried = tuple(
        Carried(case.project.id, item, case.facts.values.get(item.id, {}))
        for kind in opens.carry
        for item in case.environment.current(kind)
    )
    same = opens.definition in (None, case.definition.id)
    case.openings.append(
        Opening(
            opens.link,
            opens.definition or case.definition.id,
            opens.at,
            carried,
            firm=case.project.firm,
            # Another definition has attributes of its own, which nobody can fill in from here.
            attributes=case.facts.attributes if same else {},
        )
    )


def elapsed_mark(timer: Timer) -> Effect:
    """The effect that marks a timed transition as due, while its guards do not hold."""
    return put(timer._replace(elapsed=True))
