"""Timers that are due: each fires at its own time, as an entry of its own, before anything else happens."""

from __future__ import annotations

from axflow.definition.consequence import Consequence
from axflow.definition.paths import STAGE_LEVEL
from axflow.kernel.case import Case
from axflow.kernel.entry import Effect
from axflow.kernel.holding import raise_hold, released
from axflow.kernel.judgement import Judgement
from axflow.kernel.limits import stop
from axflow.kernel.moment import utc_parse
from axflow.kernel.moves import configured, elapsed_mark, settle, taken
from axflow.kernel.project import Timer
from axflow.kernel.support import raise_obligation, rechecked

MOST_FIRINGS = 10_000
"""Timers fired before one command at most: a project that slept for years still wakes in bounded time."""


def fire_due(case: Case) -> int:
    """Fire every timer that is due by the case's present time, in order of (due, declaration). Returns how many."""
    if case.project.recorded_history:
        return 0
    limit = case.at_text
    at, at_text, occurred = case.at, case.at_text, case.occurred
    fired = 0
    while fired < MOST_FIRINGS:
        timer = _next(case, limit)
        if timer is None:
            break
        assert timer.due is not None
        case.at_time(utc_parse(timer.due), timer.due)
        _fire(case, timer)
        settle(case)
        fired += 1
    if fired:
        case.at, case.at_text, case.occurred = at, at_text, occurred
        case.forget()
    return fired


def _next(case: Case, limit: str) -> Timer | None:
    best: Timer | None = None
    for timer in case.project.timers.values():
        if (
            timer.due is not None
            and timer.due <= limit
            and not timer.elapsed
            and (best is None or (timer.due, timer.order, timer.id) < (best.due or "", best.order, best.id))
        ):
            best = timer
    return best


def _fire(case: Case, timer: Timer) -> None:
    kind, _, name = timer.id.partition(":")
    _FIRE[kind](case, timer, name)


def _after(case: Case, timer: Timer, name: str) -> None:
    step = case.program.by_id[name]
    state = case.project.stage if step.level == STAGE_LEVEL else case.project.tracks[step.level]
    judgement = Judgement(case)
    if judgement.against(step):
        # Its time is up; it happens as soon as nothing stands against it.
        case.write("timer", name, "recorded", [elapsed_mark(timer)], cause=f"timer:{timer.id}", transition=name)
        return
    effects = taken(case, step, judgement, state)
    case.write(
        "timer", name, "moved", effects, cause=f"timer:{timer.id}", transition=name, facts=judgement.facts(step),
        verdicts=judgement.verdict_pairs(step), waivers=judgement.waivers.get(name, ()),
        flags=(step.transition.flag,) if step.transition.flag else (),
    )  # fmt: skip


def _deadline(case: Case, timer: Timer, name: str) -> None:
    declared = case.definition.deadlines[name]
    _breached(case, timer, name, declared.if_late, next(iter(declared.in_)))


def _handoff(case: Case, timer: Timer, name: str) -> None:
    declared = case.definition.handoffs[name]
    if declared.if_late.kind == "accept":
        step = case.program.by_id[f"{name}.accept"]
        judgement = Judgement(case, ignore_reason=True)
        blockers = tuple(judgement.against(step))
        if not blockers:
            effects = _breach(case, timer, name)
            with case.imagining(effects):
                effects += taken(case, step, judgement, case.project.stage)
            case.write(
                "timer", name, "moved", effects, cause=f"timer:{timer.id}", transition=step.id,
                facts=judgement.facts(step), verdicts=judgement.verdict_pairs(step),
                waivers=judgement.waivers.get(step.id, ()), flags=("silent_acceptance",),
            )  # fmt: skip
            return
        # Silence accepts nothing that the receiver could not have accepted.
        case.write(
            "timer", name, "recorded", _breach(case, timer, name), cause=f"timer:{timer.id}",
            verdicts=judgement.verdict_pairs(step), waivers=judgement.waivers.get(step.id, ()), blockers=blockers,
        )  # fmt: skip
        _escalate(case, name, Consequence(word="escalate"))
        return
    _breached(case, timer, name, declared.if_late, f"{name}.offered", declared.returns.to)


def _obligation(case: Case, timer: Timer, name: str) -> None:
    declared = case.definition.obligations[name]
    _breached(case, timer, name, declared.if_late, case.project.stage)


def _hold_limit(case: Case, timer: Timer, name: str) -> None:
    declared = case.definition.holds[name]
    if declared.if_late is None:
        effects = [*_breach(case, timer, name), *released(case, name)]
        case.write("timer", name, "recorded", effects, cause=f"timer:{timer.id}")
        return
    _breached(case, timer, name, declared.if_late, case.project.stage, hold=name)


def _hold_review(case: Case, timer: Timer, name: str) -> None:
    _breached(case, timer, name, case.definition.holds[name].if_review_late, case.project.stage)


def _appeal(case: Case, timer: Timer, name: str) -> None:
    _breached(case, timer, name, case.definition.appeals[name].if_late, case.project.stage)


def _appeal_window(case: Case, timer: Timer, name: str) -> None:
    case.write("timer", name, "recorded", [stop(timer.id)], cause=f"timer:{timer.id}", flags=("right_lapsed",))


def _waiver(case: Case, timer: Timer, name: str) -> None:
    effects: list[Effect] = [stop(timer.id), ("waiver", name, None)]
    case.write("timer", name, "recorded", effects, cause=f"timer:{timer.id}", flags=("waiver_expired",))


def _validity(case: Case, timer: Timer, name: str) -> None:
    kind = name.partition("#")[0]
    effects: list[Effect] = [stop(timer.id)]
    effects += rechecked(case, effects, [kind])
    case.write("timer", name, "recorded", effects, cause=f"timer:{timer.id}", flags=("evidence_expired",))


def _breach(case: Case, timer: Timer, name: str) -> list[Effect]:
    return [stop(timer.id), ("breach", name, case.project.breaches.get(name, 0) + 1)]


def _breached(
    case: Case,
    timer: Timer,
    name: str,
    consequence: Consequence,
    place: str,
    back: str | None = None,
    hold: str | None = None,
) -> None:
    effects = _breach(case, timer, name)
    if hold is not None:
        effects += released(case, hold)
    outcome = "recorded"
    target = back if consequence.kind == "return" else consequence.to
    with case.imagining(effects):
        if consequence.kind in ("to", "return") and target is not None:
            moved = _moved(case, place, target)
            effects += moved
            outcome = "moved" if moved else "recorded"
        elif consequence.hold is not None:
            effects += raise_hold(case, consequence.hold, "late")
        elif consequence.obligation is not None:
            effects += raise_obligation(case, consequence.obligation, f"late:{name}")
    case.write("timer", name, outcome, effects, cause=f"timer:{timer.id}", flags=("breached",))
    if consequence.kind == "escalate":
        _escalate(case, name, consequence)


def _moved(case: Case, place: str, target: str) -> list[Effect]:
    level, dot, state = target.partition(".")
    if dot and level in case.program.track_places:
        return (
            configured(case, level, case.project.tracks.get(level, ""), state) if level in case.project.tracks else []
        )
    track, dot, _ = place.partition(".")
    if dot and track in case.program.track_places and target in case.program.track_places[track]:
        return configured(case, track, case.project.tracks[track], target)
    return configured(case, STAGE_LEVEL, case.project.stage, target)


def _escalate(case: Case, name: str, consequence: Consequence) -> None:
    place = case.program.places[case.project.stage]
    to = consequence.escalate or ((place.owner,) if place.owner else ())
    case.tell("escalated", to, {"name": name, "stage": case.project.stage})


_FIRE = {
    "after": _after,
    "deadline": _deadline,
    "handoff": _handoff,
    "obligation": _obligation,
    "hold_limit": _hold_limit,
    "hold_total": _hold_limit,
    "hold_review": _hold_review,
    "appeal": _appeal,
    "appeal_window": _appeal_window,
    "waiver": _waiver,
    "validity": _validity,
}
