"""Migration: a project comes under another version of its definition, and keeps what both versions have a name for."""

from __future__ import annotations

from collections.abc import Iterable

from axflow.definition.definition import Definition
from axflow.definition.paths import STAGE_LEVEL
from axflow.kernel.administering import effective_blockers
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.command import Migrate
from axflow.kernel.entry import Effect
from axflow.kernel.moves import left_out
from axflow.kernel.program import Program, program_of


def migrating_blockers(case: Case, command: Migrate) -> list[Blocker]:
    """What stands against moving to another version: each present state must have a place there."""
    target = program_of(command.target)
    if command.target.id != case.definition.id:
        return [Blocker("unknown_name", {"what": "version of", "name": case.definition.id})]
    found = effective_blockers(case, command.target)
    stage = command.states.get(case.project.stage, case.project.stage)
    if stage not in target.places:
        found.append(Blocker("cannot_map", {"state": case.project.stage}))
    for track, state in case.project.tracks.items():
        to = command.states.get(f"{track}.{state}", f"{track}.{state}")
        new_track, _, new_state = to.partition(".")
        if to and (new_track not in target.track_places or new_state not in target.track_places[new_track]):
            found.append(Blocker("cannot_map", {"state": f"{track}.{state}"}))
    # Somebody waits for the panel's decision: it may be taken under other rules, but not be dropped by them.
    found += [
        Blocker("cannot_map", {"state": name})
        for name, appeal in case.project.appeals.items()
        if appeal.open and name not in command.target.appeals
    ]
    return found


def migrating_effects(case: Case, command: Migrate) -> list[Effect]:
    """The effects of a migration. What runs under a name that both versions know goes on; the rest ends or starts."""
    target = program_of(command.target)
    stage = command.states.get(case.project.stage, case.project.stage)
    effects: list[Effect] = [("rules", command.target.rules_digest)]
    end = target.places[stage].end
    if stage != case.project.stage:
        effects.append(("end" if end else "stage", stage))
    spanned = [t for t in target.tracks_of.get(stage, ()) if t not in left_out(command.target, case.facts.attributes)]
    tracks: dict[str, str] = {}
    for track, state in case.project.tracks.items():
        to = command.states.get(f"{track}.{state}", f"{track}.{state}")
        effects.append(("track", track, None))
        new_track, _, new_state = to.partition(".")
        if new_track in spanned:
            tracks[new_track] = new_state
    for track in spanned:
        tracks.setdefault(track, command.target.tracks[track].initial)
    effects += [("track", track, state) for track, state in tracks.items()]
    effects += _renamed(case, command, target, (stage, *(f"{track}.{state}" for track, state in tracks.items())))
    effects += _unknown_ended(case, target.definition, stage if end else None)
    return effects


def _renamed(case: Case, command: Migrate, target: Program, here: Iterable[str]) -> list[Effect]:
    """What is remembered by the names of states: how often and since when, and where decisions were taken and led."""
    project, states = case.project, command.states
    effects: list[Effect] = []
    counts = dict(project.visits)
    for old, new in states.items():
        if old in counts and _known(target, new) and not _known(target, old):
            counts[new] = counts.get(new, 0) + counts[old]
            effects.append(("visit", new, counts[new], max(project.entered[old], project.entered.get(new, ""))))
    for place in here:
        if place not in counts:
            effects.append(("visit", place, 1, case.at_text))
    for step, fired in project.fired.items():
        known = case.program.by_id.get(step)
        if fired.source in states and known is not None and known.level == STAGE_LEVEL:
            effects.append(("fired", step, {**fired._asdict(), "source": states[fired.source]}))
    for name, appeal in project.appeals.items():
        if appeal.source in states or appeal.target in states:
            source, led_to = (states.get(place, place) for place in (appeal.source, appeal.target))
            effects.append(("appeal", name, {**appeal._asdict(), "source": source, "target": led_to}))
    return effects


def _known(target: Program, place: str) -> bool:
    track, dot, state = place.partition(".")
    return place in target.places or bool(dot and state in target.track_places.get(track, ()))


def _unknown_ended(case: Case, target: Definition, end: str | None) -> list[Effect]:
    """What the new version has no name for cannot go on, nor a hold at an end that it is not declared for."""
    found: list[Effect] = [
        ("hold", name, None)
        for name in case.project.holds
        if name not in target.holds or (end is not None and end not in target.holds[name].in_)
    ]
    found += [("obligation", name, None) for name in case.project.obligations if name not in target.obligations]
    found += [("waiver", name, None) for name in case.project.waivers if name not in target.guards]
    return found
