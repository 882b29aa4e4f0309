"""Time limits anew: what runs on, ends or starts under another version or calendar, or after a take-over."""

from __future__ import annotations

from axflow.definition.paths import STAGE_LEVEL
from axflow.kernel.appealing import remaining_window
from axflow.kernel.case import Case
from axflow.kernel.clocks import due, elapsed
from axflow.kernel.entry import Effect
from axflow.kernel.holding import limited
from axflow.kernel.limits import allowance_of, fitted, put, start, stop, stopped_clocks
from axflow.kernel.moment import utc_parse, utc_text
from axflow.kernel.moves import active_places, deadline_started
from axflow.kernel.project import Timer
from axflow.kernel.recording import validity


def rearmed(case: Case) -> list[Effect]:
    """After a migration: timers that the version in force does not know end, and those that it asks for start."""
    stopped = stopped_clocks(case, case.project.holds)
    active = active_places(case)
    found: list[Effect] = []
    kept = set()
    for timer in case.project.timers.values():
        order = case.program.orders.get(_base(timer))
        if order is None or not _has_ground(case, timer, active):
            found.append(stop(timer.id))
            continue
        kept.add(timer.id)
        # A hold that the new version does not know, or that stops other clocks there, stops this one no more.
        now = fitted(case, timer._replace(order=order), stopped)
        if now != timer:
            found.append(put(now))
    if case.project.recorded_history:
        return found
    found += _started(case, active, kept)
    for name in case.project.holds:
        found += [effect for effect in limited(case, name) if effect[1] not in kept]
    return found


def _base(timer: Timer) -> str:
    """The name under which a timer has its place of declaration: `validity:paper#3` has that of `validity:paper`."""
    return timer.id.partition("#")[0]


def _has_ground(case: Case, timer: Timer, active: set[str]) -> bool:
    """Whether what a timer limits is still there under the version in force."""
    kind, _, name = timer.id.partition(":")
    if kind == "deadline":
        places = case.definition.deadlines[name].in_
        return bool(active.intersection(places)) or ("any" in places and case.project.end is None)
    if kind == "after":
        step = case.program.by_id[name]
        return bool(active & {s if step.level == STAGE_LEVEL else f"{step.level}.{s}" for s in step.sources})
    if kind == "handoff":
        return f"{name}.offered" in active
    if kind.startswith("hold_"):
        declared = case.definition.holds[name]
        limit = {"hold_review": declared.review_within, "hold_limit": declared.within, "hold_total": declared.total}
        return name in case.project.holds and limit[kind] is not None
    return True


def _started(case: Case, active: set[str], kept: set[str]) -> list[Effect]:
    """The timers that being in the active places asks for, as far as they do not run already."""
    found: list[Effect] = []
    for name, declared in case.definition.deadlines.items():
        here = active.intersection(declared.in_) or ("any" in declared.in_ and case.project.end is None)
        if here and f"deadline:{name}" not in kept:
            # One that is reckoned from a round or a date may have ended before anything here limited it.
            found += [effect for effect in deadline_started(case, name, "entry") if not _over(case, effect)]
    for level, states in case.program.by_state.items():
        state = case.project.stage if level == STAGE_LEVEL else case.project.tracks.get(level, "")
        for step in states.get(state, ()):
            if step.transition.after is not None and f"after:{step.id}" not in kept:
                found.append(start(case, f"after:{step.id}", step.transition.after, step.transition.clock))
    handoff = case.program.places[case.project.stage].handoff
    if handoff is not None and f"handoff:{handoff}" not in kept:
        offered = case.definition.handoffs[handoff]
        found.append(start(case, f"handoff:{handoff}", offered.within, offered.clock))
    return found


def reckoned(case: Case) -> list[Effect]:
    """Under another calendar: what runs is due anew, from when it began to run with what it then had.

    What stands keeps its remainder. How long evidence is valid was recorded with it, and no holiday moves that.
    """
    found: list[Effect] = []
    for timer in case.project.timers.values():
        kind, _, name = timer.id.partition(":")
        if timer.due is None or timer.elapsed or kind == "validity":
            continue
        ends = utc_text(due(utc_parse(timer.since), allowance_of(timer), case.facts.calendar))
        if ends != timer.due:
            found.append(put(timer._replace(due=ends)))
            if kind == "waiver":
                found.append(("waiver", name, {**case.project.waivers[name]._asdict(), "until": ends}))
    return found


def _over(case: Case, timer: Effect) -> bool:
    return timer[2]["due"] is not None and timer[2]["due"] <= case.at_text


def revived(case: Case) -> list[Effect]:
    """After a history was taken over: what runs in a live project starts to run now, since no timer ran before.

    Rights that lapse by themselves go on from when they began: the window of an appeal from its decision, a waiver and
    the validity of evidence to their recorded ends.
    """
    found = rearmed(case)
    for item in case.project.evidence.values():
        if item.status == "current" and item.valid_until is not None and item.valid_until > case.at_text:
            found.append(validity(case, item.id, item.type, item.valid_until))
    for name in case.project.obligations:
        owed = case.definition.obligations[name]
        found.append(start(case, f"obligation:{name}", owed.within, owed.clock))
    for name, waiver in case.project.waivers.items():
        order = case.program.orders[f"waiver:{name}"]
        if f"waiver:{name}" in case.project.timers:
            continue
        if waiver.until <= case.at_text:
            found.append(("waiver", name, None))
            continue
        left = elapsed(case.at, utc_parse(waiver.until), "microseconds", case.facts.calendar).to_json()
        found.append(put(Timer(f"waiver:{name}", order, None, waiver.until, case.at_text, left)))
    for name, declared in case.definition.appeals.items():
        filed = case.project.appeals.get(name)
        if filed is not None and filed.open:
            found.append(start(case, f"appeal:{name}", declared.within, declared.clock))
        else:
            found += remaining_window(case, name)
    return found
