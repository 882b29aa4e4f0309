"""Appeals: filed within their window on permitted grounds, decided by a panel without anybody of the first decision."""

from __future__ import annotations

from axflow.definition.paths import STAGE_LEVEL
from axflow.kernel.authority import already_did
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.command import Send
from axflow.kernel.entry import Effect
from axflow.kernel.holding import placed, released
from axflow.kernel.judgement import hold_blockers
from axflow.kernel.limits import start, stop
from axflow.kernel.moment import Moment, utc_parse
from axflow.kernel.moves import act, configured, opens_window
from axflow.kernel.program import Step
from axflow.kernel.project import Fired
from axflow.kernel.reasons import reason_blockers
from axflow.kernel.support import raise_obligation


def appeal_of(case: Case, event: str) -> tuple[str, str] | None:
    """The appeal and its act (`file`, `uphold`, `dismiss`) that an event names."""
    if not case.definition.appeals:
        return None
    name, dot, what = event.rpartition(".")
    return (name, what) if dot and name in case.definition.appeals and what in ("file", "uphold", "dismiss") else None


def appeal_roles(case: Case, name: str, what: str) -> tuple[str, ...]:
    """Who may do this act of an appeal."""
    declared = case.definition.appeals[name]
    return tuple(declared.by if what == "file" else declared.panel)


def appeal_blockers(case: Case, name: str, what: str, command: Send) -> list[Blocker]:
    """Everything that stands against this act of an appeal."""
    declared = case.definition.appeals[name]
    title = case.program.title(name)
    state = case.project.appeals.get(name)
    # A right is exercised and refused under any hold that does not name the act; only what moves waits for all of them.
    held = hold_blockers(case, command.event, name, moves=what == "uphold")
    if what == "file":
        found = held
        if case.enforce and f"appeal_window:{name}" not in case.project.timers:
            found.append(Blocker("appeal_late", {"appeal": title}))
        found += reason_blockers(case, declared.grounds, command.reason, command.code, command.event)
        if state is not None and (state.open or state.times >= declared.at_most):
            params = {"act": title, "limit": declared.at_most, "count": state.times}
            found.append(Blocker("limit_reached", params))
        return found
    if state is None or not state.open:
        return [Blocker("no_appeal", {"appeal": title})]
    found = held
    assert case.actor is not None
    earlier = already_did(case, case.actor, (*_decisive_acts(case, name), *declared.excluded))
    if earlier is not None:
        params = {
            "actor": case.actor.id,
            "earlier": case.program.title(earlier),
            "act": case.program.title(command.event),
        }
        found.append(Blocker("separation_of_duties", params))
    if not command.reason and not command.code:
        found.append(Blocker("reason_required", {"act": case.program.title(command.event)}))
    return found


def appeal_effects(case: Case, name: str, what: str, command: Send) -> tuple[str, list[Effect]]:
    """The outcome and the effects of this act of an appeal."""
    declared = case.definition.appeals[name]
    state = case.project.appeals.get(name)
    effects: list[Effect] = [act(case, command.event)]
    if what == "file":
        transition, source, target = _decision(case, name)
        count = 1 if state is None else state.times + 1
        value = {"transition": transition, "source": source, "target": target, "times": count, "open": True}
        effects.append(("appeal", name, value))
        effects.append(stop(f"appeal_window:{name}"))
        if declared.hold not in case.project.holds:
            effects += placed(case, declared.hold, command.actor.id, command.code)
        if not case.project.recorded_history:
            with case.imagining(effects):
                effects.append(start(case, f"appeal:{name}", declared.within, declared.clock))
        return "recorded", effects
    assert state is not None
    effects.append(("appeal", name, {**state._asdict(), "open": False}))
    effects.append(stop(f"appeal:{name}"))
    if declared.hold in case.project.holds:
        # The appeal's own time limit ended above: releasing the hold must not set it running again.
        with case.imagining(effects):
            freed = released(case, declared.hold)
        effects += freed
    if what == "dismiss":
        return "recorded", effects
    with case.imagining(effects):
        back = declared.upheld.to or state.source
        if case.project.stage != state.target or back not in case.program.places:
            # Successors have moved on, or another version knows no way back: then compensation, never a rewind.
            return "recorded", effects + raise_obligation(case, declared.upheld.compensation, f"appeal:{name}")
        return "moved", effects + configured(case, STAGE_LEVEL, case.project.stage, back)


def _decisive_acts(case: Case, name: str) -> list[str]:
    """The acts by which the decisions under appeal are taken: an appeal may name a decision by its id or its event."""
    against = case.definition.appeals[name].against
    events = [step.transition.event for step in case.program.steps if opens_window(step, against)]
    return list(dict.fromkeys((*against, *(event for event in events if event is not None))))


def _decision(case: Case, name: str) -> tuple[str, str, str]:
    """The latest decision that the appeal is against: transition, the stage it was taken in, and where it led."""
    latest = _latest(case, name)
    if latest is None:
        return "", case.project.stage, case.project.stage
    step, fired = latest
    return step.id, fired.source, step.transition.to


def _latest(case: Case, name: str) -> tuple[Step, Fired] | None:
    against = case.definition.appeals[name].against
    latest: tuple[Step, Fired] | None = None
    for step in case.program.steps:
        fired = case.project.fired.get(step.id)
        if fired is not None and opens_window(step, against) and (latest is None or fired.at >= latest[1].at):
            latest = (step, fired)
    return latest


def remaining_window(case: Case, name: str) -> list[Effect]:
    """The effect that opens what is left of the window to appeal a decision that was recorded, not decided here."""
    declared = case.definition.appeals[name]
    latest, filed = _latest(case, name), case.project.appeals.get(name)
    if latest is None:
        return []
    step, fired = latest
    if filed is not None and (filed.times >= declared.at_most or filed.transition == step.id):
        return []
    since = utc_parse(fired.at)
    if declared.starts != "decision":
        notices = case.environment.current(declared.starts.partition(" ")[2])
        received = [Moment.parse(item.received_on, case.facts.calendar.timezone).end for item in notices]
        if not received or received[-1] < since:
            return []  # a notice of nothing opens no window
        since = received[-1]
    opened = start(case, f"appeal_window:{name}", declared.window, None, at=since)
    return [opened] if opened[2]["due"] > case.at_text else []
