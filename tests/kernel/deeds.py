"""What is done with generated definitions, and what their guards must be, worked out without the guards' evaluator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from axflow.definition.definition import Definition
from axflow.kernel import command as commands
from axflow.kernel.command import Command
from axflow.kernel.decision import Decision
from axflow.kernel.entry import Entry
from axflow.kernel.program import program_of
from axflow.kernel.project import Project
from tests.kernel.generated import BODIES, Generated
from tests.kernel.play import Play, calendar, who

CALENDARS = (
    calendar().changed(extra={"2026-03-05": "x", "2026-03-10": "y"}, version="2"),
    calendar(),
    replace(calendar(), weekend=("sunday",), version="3"),
    calendar().changed(remove=["2026-03-02"], extra={"2026-03-17": "z"}, version="4"),
)
"""Calendars that are put in force in mid-run: days off are announced, or worked after all."""

Deed = tuple[str, int, int]
"""What, a choice, and a further choice."""

SCENES: tuple[tuple[str, ...], ...] = (
    *(("record",),) * 2,
    *(("send",),) * 3,
    *(("wait",),) * 2,
    *(("record", "send"),) * 4,
    *(("waive", "waive", "send"),) * 2,
    *(("record", "record", "send", "appeal", "wait", "appeal"),) * 2,
    ("appeal", "wait", "wait"),
    ("hold", "wait", "release"),
    ("withdraw", "send"),
    ("hold",),
    ("release",),
    ("withdraw",),
    ("extend",),
    ("discharge",),
    ("correct",),
    *(("migrate", "send"),) * 2,
    *(("calendar",),) * 2,
)
"""What happens together: alone, many of these would mean nothing to most projects."""


def deeds() -> st.SearchStrategy[list[Deed]]:
    """A sequence of what people do, and of days that pass."""
    choices = st.integers(0, 23), st.integers(0, 11)
    scenes = [st.tuples(*(st.tuples(st.just(kind), *choices) for kind in kinds)) for kinds in SCENES]
    listed = st.lists(st.one_of(scenes), min_size=8, max_size=20)
    return listed.map(lambda found: [deed for scene in found for deed in scene])


def done(generated: Generated, play: Play, deed: Deed) -> Decision | None:
    """Let something happen; None where days pass, or where a deed means nothing to this project."""
    if deed[0] == "wait":
        play.wait(deed[1] / 5)
        return None
    if deed[0] == "calendar":
        play.in_force(CALENDARS[deed[1] % len(CALENDARS)])
    asked = command(generated, play, deed)
    return None if asked is None else play.do(asked)


def command(generated: Generated, play: Play, deed: Deed) -> Command | None:
    """What a deed means to a project; None where there is nothing that it could mean."""
    what, one, other = deed
    definition, person = play.definition, f"n{other % 3}"
    if what == "record":
        names = list(definition.evidence)
        values = {"n": (3, 2, 5, 1)[other % 4], "ok": other % 5 != 4}
        actor = who(f"filer:{person}@{BODIES[one // len(names) % 3]}")
        return commands.Record(evidence=names[one % len(names)], values=values, actor=actor)
    if what == "send":
        # Mostly what is possible here: a sequence of refusals shows little.
        steps = _sendable(play)
        event, role = steps[one % len(steps)]
        wrong = other == 11
        # Mostly people of their own role; now and then one who did something else before.
        sender = person if other == 10 else f"{role}{other % 3}"
        code = "poor" if event.endswith(".return") else None
        return commands.Send(event=event, actor=who(f"{'filer' if wrong else role}:{sender}"), code=code)
    if what == "hold":
        known = [name for name, hold in definition.holds.items() if hold.by]
        name = known[one % len(known)]
        return commands.PlaceHold(hold=name, actor=who(f"{definition.holds[name].by[0]}:{person}"))
    if what == "release":
        standing = list(play.state.holds) or ["frozen"]
        name = standing[one % len(standing)]
        # Nobody may release the hold of an appeal by hand.
        actor = who(f"{(definition.holds[name].by or ('clerk',))[0]}:{person}")
        return commands.ReleaseHold(hold=name, actor=actor, renew=other % 4 == 0, reason="looked at")
    if what == "waive":
        names = [name for name, guard in definition.guards.items() if guard.waivable] or list(definition.guards)
        proposed = f"waive:{names[one % len(names)]}" in play.state.signatures
        actor = who("chief" if proposed != (other == 11) else "judge")
        return commands.Waive(guard=names[one % len(names)], actor=actor, reason="r")
    if what == "withdraw":
        records = [r for r in play.state.evidence.values() if r.status == "current"]
        if not records:
            return None
        used = {item for support in play.state.support.values() for item in support.evidence}
        records = [r for r in records if r.id in used] or records
        record = records[one % len(records)]
        return commands.Withdraw(record=record.id, actor=who(f"filer:{person}@{record.issuer}"), reason="r")
    if what == "appeal":
        return _appeal(play, one, other)
    if what == "correct":
        current = [r for r in play.state.evidence.values() if r.status == "current"]
        record = current[one % len(current)] if current else None
        values = {"n": (3, 1)[other % 2], "ok": other % 3 != 0}
        actor = who(f"clerk:{person}")
        return commands.Correct(record=record.id, values=values, actor=actor, reason="r") if record else None
    if what == "migrate":
        if not generated.later:
            return None
        later = generated.later[one % len(generated.later)]
        states = {} if other > 5 else later.states
        return commands.Migrate(target=later.definition, states=states, actor=who("chief"))
    if what == "calendar":
        assert play.following is not None
        return commands.ChangeCalendar(calendar=play.following.digest, actor=who(f"clerk:{person}"))
    if what == "extend":
        return commands.Extend(deadline=f"d{one % 2}", actor=who("chief")) if definition.deadlines else None
    assert what == "discharge"
    return commands.Discharge(obligation="owed", actor=who("judge"), reason="r")


def _appeal(play: Play, one: int, other: int) -> Command | None:
    """File an appeal, or decide the one that is open."""
    if not play.definition.appeals:
        return None
    filed = play.state.appeals.get("objection")
    if filed is None or not filed.open:
        return commands.Send(event="objection.file", actor=who("owner"), code="error")
    if other < 2:
        return None  # the panel has not met
    # Mostly somebody who had no part in the decision.
    judge = who("judge:n1" if other == 11 else f"chief:c{other}")
    event = ("objection.uphold", "objection.uphold", "objection.dismiss")[one % 3]
    return commands.Send(event=event, actor=judge, reason="heard")


def _sendable(play: Play) -> list[tuple[str, str]]:
    steps = [s for s in program_of(play.definition).steps if s.transition.event is not None and s.appeal is None]
    here = [
        s
        for s in steps
        if (play.state.stage if s.level == "stage" else play.state.tracks.get(s.level)) in s.sources
        and s.transition.event != "drop"
    ]
    chosen = (here * 8 + steps) if here else steps
    return [(str(s.transition.event), sorted(s.senders)[0]) for s in chosen]


Verdict = str


def truth(
    play_values: Mapping[str, Mapping[str, Any]], project: Project, definition: Definition, guard: str, at: str
) -> Verdict:
    """What a guard of this grammar is, worked out without the guards' own evaluator."""
    form = definition.guards[guard].expression
    name = form.partition(".")[0]
    current = [r for r in project.evidence.values() if r.type == name and r.status == "current"]
    standing = [r for r in current if r.valid_until is None or r.valid_until > at]
    if name == "letter":
        bodies = {r.issuer: play_values[r.id] for r in standing}
        need, counted = (2, bodies) if form.startswith("letter.size") else (1, [v for v in bodies.values() if v["ok"]])
        return "TRUE" if len(counted) >= need else "FALSE"
    if not standing:
        return "UNKNOWN"
    values = play_values[standing[-1].id]
    rest = form.partition(".")[2]
    met = {
        "ok": values["ok"],
        "n >= 2": values["n"] >= 2,
        f"n < 2 || {name}.ok": values["n"] < 2 or values["ok"],
    }[rest]
    return "TRUE" if met else "FALSE"


def asked_for(play: Play, entry: Entry) -> set[str]:
    """The guards that a move has to pass: its own, and those of the project's class."""
    assert entry.transition is not None
    step = program_of(play.versions[entry.rules_digest]).by_id[entry.transition]
    return {*step.guards, *step.variants.get(str(play.attributes().get("kind")), ())}


def _extra(play: Play, entry: Entry) -> bool:
    assert entry.transition is not None
    step = program_of(play.versions[entry.rules_digest]).by_id[entry.transition]
    return asked_for(play, entry) > set(step.guards)


def tally(counter: Counter[str], generated: Generated, play: Play) -> None:
    """Count what a definition holds and what happened in a project."""
    counter["runs"] += 1
    counter.update(generated.traits)
    happened = {
        "moved by time": any(e.kind == "timer" and e.outcome == "moved" for e in play.entries),
        "automatic": any(e.kind == "automatic" for e in play.entries),
        "accepted": any(e.transition is not None and e.transition.endswith(".accept") for e in play.entries),
        "held": any(effect[0] == "hold" and effect[2] for e in play.entries for effect in e.effects),
        "paused": any(
            effect[0] == "timer" and effect[2] and not effect[2]["due"] for e in play.entries for effect in e.effects
        ),
        "waived": any(e.waivers for e in play.entries),
        "refused": any(e.outcome == "refused" for e in play.entries),
        "ended": play.state.end is not None,
        "appealed": any(e.name == "objection.file" and e.outcome == "recorded" for e in play.entries),
        "upheld": any(e.name == "objection.uphold" and e.outcome != "refused" for e in play.entries),
        "undecided": any(e.cause == "timer:appeal:objection" for e in play.entries),
        "round closed": any("round_closed" in e.blockers for e in play.entries),
        "variant": any(e.transition and _extra(play, e) for e in play.entries),
        "migrated": any(e.kind == "migrate" and e.outcome == "moved" for e in play.entries),
        "migration refused": any(e.kind == "migrate" and e.outcome == "refused" for e in play.entries),
        "reckoned anew": any(
            e.kind == "calendar" and any(effect[0] == "timer" for effect in e.effects) for e in play.entries
        ),
        "lost": any(
            effect[0] == "support" and effect[2] and effect[2].get("lost") for e in play.entries for effect in e.effects
        ),
    }
    counter.update(name for name, did in happened.items() if did)
