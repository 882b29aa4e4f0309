"""Generated definitions and what is done with them: tracks across stages, holds, handoffs, quorums, timers.

Guards are made from a small grammar, so that a test can say by itself what each one must be: see `truth`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

from axflow.definition.definition import Definition
from axflow.definition.loading import from_data
from axflow.kernel import command as commands
from axflow.kernel.command import Command
from axflow.kernel.program import program_of
from axflow.kernel.project import Project
from tests.kernel.play import HEADER, Play, who

BODIES = ("body", "corp", "guild")


_HEAD: dict[str, Any] = YAML(typ="safe", pure=True).load(HEADER)


@dataclass(eq=False, repr=False)
class Generated:
    """A definition as data, and what stands in it, for the shares that a run must reach."""

    data: dict[str, Any]
    traits: tuple[str, ...]

    def __repr__(self) -> str:
        out, yaml = StringIO(), YAML()
        yaml.default_flow_style = None
        yaml.width = 110
        yaml.representer.ignore_aliases = lambda *_: True
        yaml.dump(self.data, out)
        return "the definition:\n" + out.getvalue()

    @cached_property
    def definition(self) -> Definition:
        return from_data({**_HEAD, **self.data})

    def turned_round(self) -> Definition:
        """The same rules with the guards of every transition in the opposite order."""
        data = deepcopy(self.data)
        for transition in (*data["transitions"], *(t for k in data["tracks"].values() for t in k["transitions"])):
            transition["guards"] = transition.get("guards", [])[::-1]
        for handoff in data["handoffs"].values():
            handoff["guards"] = handoff["guards"][::-1]
        return from_data({**_HEAD, **data})


@st.composite
def definitions(draw: st.DrawFn) -> Generated:
    """A path of stages with what lies beside and over it."""
    count = draw(st.integers(2, 4))
    stages = [f"s{n}" for n in range(count)]
    single = [f"paper{n}" for n in range(draw(st.integers(1, 2)))]
    quorum = ["letter"] if draw(st.integers(0, 3)) else []
    traits: list[str] = ["quorum"] if quorum else []
    guards = _guards(draw, single, quorum)
    holds = _holds(draw)
    obligations = _obligations(draw, single)
    data: dict[str, Any] = {
        "evidence": {name: _evidence(draw, name in quorum) for name in (*single, *quorum)},
        "guards": guards,
        "stages": {name: {"owner": "alpha", "accepts": [*single, *quorum]} for name in stages},
        "tracks": _tracks(draw, stages, guards),
        "ends": {
            "good": {"kind": "success", "accepts": single[:1]} if draw(st.booleans()) else "success",
            "bad": "failure",
        },
        "handoffs": {},
        "transitions": [],
        "obligations": obligations,
        "holds": holds,
        "deadlines": _deadlines(draw, stages),
    }
    _path(draw, data, stages, guards)
    traits += [name for name in ("tracks", "handoffs", "deadlines") if data[name]]
    if any(len(track["in"]) > 1 for track in data["tracks"].values()):
        traits.append("spanning")
    if any("after" in t for t in data["transitions"]):
        traits.append("after")
    if any("join" in t for t in data["transitions"]):
        traits.append("join")
    return Generated(data, tuple(traits))


def _evidence(draw: st.DrawFn, many: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"from": ["filer", "clerk"], "fields": {"n": "integer", "ok": "boolean"}}
    if many:
        found["collect"] = {"one_per": "organisation", "distinct": draw(st.sampled_from(["organisation", "parent"]))}
    if draw(st.booleans()):
        found["valid_for"] = draw(st.sampled_from(["7 days", "15 days", "2 months"]))
    if draw(st.integers(0, 2)) == 0:
        found["recollect"] = True
    if draw(st.booleans()):
        found["on_lost"] = draw(st.sampled_from([{"hold": "frozen"}, {"obligation": "owed"}]))
    return found


def _guards(draw: st.DrawFn, single: list[str], quorum: list[str]) -> dict[str, Any]:
    forms = [f"{name}.{rest}" for name in single for rest in ("ok", "n >= 2", "n < 2 || {0}.ok")]
    forms = [form.format(form.partition(".")[0]) for form in forms]
    chosen = draw(st.lists(st.sampled_from(forms), min_size=1, max_size=3, unique=True))
    if quorum:
        chosen.append(draw(st.sampled_from(["letter.size() >= 2", "letter.filter(l, l.ok).size() >= 1"])))
    waivable = {"by": ["judge"], "confirmed_by": ["chief"], "for": "10 days"}
    return {
        f"g{n}": {"title": f"Guard {n}", "when": form, "waivable": waivable if draw(st.integers(0, 3)) else False}
        for n, form in enumerate(chosen)
    }


def _holds(draw: st.DrawFn) -> dict[str, Any]:
    frozen: dict[str, Any] = {
        "in": draw(st.sampled_from([["any"], ["any", "good"]])),
        "by": ["clerk"],
        "reason": "optional",
        "blocks": draw(st.sampled_from(["all", ["go0", "go1"]])),
        "stops": draw(st.sampled_from([[], ["government"], ["government", "applicant"]])),
    }
    if draw(st.booleans()):
        frozen["within"] = "9 days"
    if draw(st.booleans()):
        frozen["review_within"] = "4 days"
    if draw(st.booleans()):
        frozen["released_on"] = "paper0"
    pause = {
        "released_on": draw(st.sampled_from([[], ["paper0"]])),
        "in": ["any"],
        "by": ["judge"],
        "reason": "optional",
        "blocks": ["go1"],
        "stops": draw(st.sampled_from([["applicant"], ["applicant", "government"]])),
        "total": "12 days",
        "at_most": 3,
    }
    return {"frozen": frozen, "pause": pause}


def _obligations(draw: st.DrawFn, single: list[str]) -> dict[str, Any]:
    late = draw(st.sampled_from(["escalate", {"hold": "frozen"}]))
    return {
        "owed": {
            "title": "Owed",
            "within": "6 days",
            "clock": draw(st.sampled_from(["government", "applicant"])),
            "met_by": [single[-1]],
            "discharged_by": ["judge"],
            "blocks": ["go1"],
            "if_late": late,
        }
    }


def _tracks(draw: st.DrawFn, stages: list[str], guards: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for number in range(draw(st.integers(0, 2))):
        first = draw(st.integers(0, len(stages) - 1))
        last = draw(st.integers(first, len(stages) - 1))
        cause = draw(st.sampled_from(["event", "automatic", "after"]))
        begin: dict[str, Any] = {"id": f"begin{number}", "from": "idle", "to": "busy", "guards": _some(draw, guards, 1)}
        if cause == "event":
            begin |= {"event": f"begin{number}", "by": ["clerk"]}
        elif cause == "automatic" and begin["guards"]:
            begin["automatic"] = True
        else:
            begin |= {"after": "3 days", "clock": "applicant"}
        finish = {
            "event": f"finish{number}",
            "from": "busy",
            "to": "ready",
            "by": ["judge"],
            "guards": _some(draw, guards, 1),
        }
        found[f"t{number}"] = {
            "in": stages[first : last + 1],
            "states": {"idle": {}, "busy": {}, "ready": {"done": True}},
            "transitions": [begin, finish],
        }
    return found


def _deadlines(draw: st.DrawFn, stages: list[str]) -> dict[str, Any]:
    late = st.sampled_from(["escalate", {"to": "bad"}, {"hold": "frozen"}, {"obligation": "owed"}])
    found = {}
    for number in range(draw(st.integers(0, 2))):
        found[f"d{number}"] = {
            "in": draw(st.sampled_from([[stages[0]], stages[:2], ["any"]])),
            "within": draw(st.sampled_from(["5 days", "4 working days", "36 hours"])),
            "clock": draw(st.sampled_from(["government", "applicant"])),
            "if_late": draw(late),
            "extension": {"by": ["chief"], "for": "3 days", "reason": False},
        }
    return found


def _path(draw: st.DrawFn, data: dict[str, Any], stages: list[str], guards: Mapping[str, Any]) -> None:
    """From each stage to the next, by an event, by itself, by time or by a handoff; and back, bounded."""
    for number, (source, target) in enumerate(zip(stages, (*stages[1:], "good"), strict=True)):
        way = draw(st.sampled_from(["handoff", "automatic", "after", "event"]))
        named = _some(draw, guards, 2, least=1 if way in ("automatic", "handoff") else 0)
        if way == "handoff" and target != "good":
            data["handoffs"][f"h{number}"] = {
                "from": source,
                "to": target,
                "offered_by": ["clerk"],
                "accepted_by": ["judge"],
                "guards": named,
                "within": "3 days",
                "if_late": draw(st.sampled_from(["accept", "return", "escalate"])),
                "returns": {"to": source, "reasons": ["poor"], "at_most": 3},
                "automatic": bool(named) and draw(st.booleans()),
            }
        elif way == "automatic" and named:
            data["transitions"].append(
                {"id": f"auto{number}", "automatic": True, "from": source, "to": target, "guards": named}
            )
        elif way == "after":
            data["transitions"].append(
                {
                    "id": f"time{number}",
                    "after": "8 days",
                    "clock": "government",
                    "from": source,
                    "to": target,
                    "guards": named,
                }
            )
        if way == "handoff" and target != "good" and draw(st.integers(0, 3)):
            continue  # no way round the handoff
        event: dict[str, Any] = {"event": f"go{number}", "from": source, "to": target, "by": ["clerk"], "guards": named}
        here = [name for name, track in data["tracks"].items() if source in track["in"]]
        if draw(st.booleans()) and here:
            event["join"] = {"of": here, "at_least": draw(st.integers(1, len(here)))}
        if draw(st.integers(0, 3)) == 0:
            event["conditions"] = ["owed"]
        earlier = [t["event"] for t in data["transitions"] if "event" in t]
        if draw(st.booleans()) and earlier:
            event["rests_on"] = earlier[-1:]
        data["transitions"].append(event)
    data["transitions"].append({"event": "rework", "from": stages[-1], "to": stages[0], "by": ["judge"], "at_most": 2})
    data["transitions"].append({"event": "drop", "from": ["any"], "to": "bad", "by": ["owner"]})
    if draw(st.booleans()):
        data["transitions"].append({"event": "reopen", "from": "good", "to": stages[0], "by": ["chief"], "at_most": 1})


def _some(draw: st.DrawFn, guards: Mapping[str, Any], most: int, least: int = 0) -> list[str]:
    return draw(st.lists(st.sampled_from(sorted(guards)), min_size=least, max_size=most, unique=True))


# What is done

Deed = tuple[str, int, int]
"""What, a choice, and a further choice."""

KINDS = (
    "record",
    "record",
    "record",
    "send",
    "send",
    "send",
    "send",
    "wait",
    "wait",
    "hold",
    "release",
    "waive",
    "waive",
    "waive",
    "withdraw",
    "withdraw",
    "extend",
    "discharge",
)


def deeds() -> st.SearchStrategy[list[Deed]]:
    """A sequence of what people do, and of days that pass."""
    return st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 23), st.integers(0, 11)), min_size=14, max_size=40)


def command(play: Play, deed: Deed) -> Command | None:
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
        name = ("frozen", "pause")[one % 2]
        return commands.PlaceHold(hold=name, actor=who(f"{definition.holds[name].by[0]}:{person}"))
    if what == "release":
        standing = list(play.state.holds) or ["frozen"]
        name = standing[one % len(standing)]
        actor = who(f"{definition.holds[name].by[0]}:{person}")
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
    if what == "extend":
        return commands.Extend(deadline=f"d{one % 2}", actor=who("chief")) if definition.deadlines else None
    assert what == "discharge"
    return commands.Discharge(obligation="owed", actor=who("judge"), reason="r")


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


# What guards must be

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
        "lost": any(
            effect[0] == "support" and effect[2] and effect[2].get("lost") for e in play.entries for effect in e.effects
        ),
    }
    counter.update(name for name, did in happened.items() if did)
