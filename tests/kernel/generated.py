"""Generated definitions: tracks across stages, holds, handoffs, quorums, timers, appeals, rounds, variants, versions.

Guards are made from a small grammar, so that a test can say by itself what each one must be: see `truth` in `deeds`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

from axflow.definition.definition import Definition
from tests.kernel.versions import Later, later, made

BODIES = ("body", "corp", "guild")


@dataclass(eq=False, repr=False)
class Generated:
    """A definition as data, and what stands in it, for the shares that a run must reach."""

    data: dict[str, Any]
    traits: tuple[str, ...]
    attributes: dict[str, str]
    """What the project is opened with."""
    later: tuple[Later, ...]

    def __repr__(self) -> str:
        told = [f"the definition:\n{_yaml(self.data)}opened with {self.attributes or 'no attributes'}"]
        told += [f"version {n}: {', '.join(later.changes) or 'the same'}" for n, later in enumerate(self.later, 2)]
        return "\n".join(told)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    @cached_property
    def definition(self) -> Definition:
        return made(self.data)

    def turned_round(self) -> Generated:
        """The same rules with the guards of every transition in the opposite order."""
        versions = tuple(Later(_turned(one.data), one.changes, one.states) for one in self.later)
        return Generated(_turned(self.data), self.traits, self.attributes, versions)


def _yaml(data: Mapping[str, Any]) -> str:
    out, yaml = StringIO(), YAML()
    yaml.default_flow_style = None
    yaml.width = 110
    yaml.representer.ignore_aliases = lambda *_: True
    yaml.dump(data, out)
    return out.getvalue()


def _turned(data: Mapping[str, Any]) -> dict[str, Any]:
    turned = deepcopy(dict(data))
    for transition in (*turned["transitions"], *(t for k in turned["tracks"].values() for t in k["transitions"])):
        transition["guards"] = transition.get("guards", [])[::-1]
    for handoff in turned["handoffs"].values():
        handoff["guards"] = handoff["guards"][::-1]
    return turned


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
        "administration": {"migrate": {"by": ["chief"]}, "correct": {"by": ["filer", "clerk"]}},
    }
    _path(draw, data, stages, guards)
    _appeal(draw, data, stages)
    _rounds(draw, data)
    attributes = _variants(draw, data, guards)
    traits += [name for name in ("tracks", "handoffs", "deadlines", "appeals", "rounds", "variants") if data.get(name)]
    if any(len(track["in"]) > 1 for track in data["tracks"].values()):
        traits.append("spanning")
    if any("after" in t for t in data["transitions"]):
        traits.append("after")
    if any("join" in t for t in data["transitions"]):
        traits.append("join")
    versions = tuple(later(draw, data, str(version)) for version in range(2, draw(st.integers(2, 4))))
    traits += ["versions"] if versions else []
    return Generated(data, tuple(traits), attributes, versions)


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


def _appeal(draw: st.DrawFn, data: dict[str, Any], stages: Sequence[str]) -> None:
    """An appeal against some of the decisions, with a hold of its own that may stand at ends as well."""
    events = [t["event"] for t in data["transitions"] if t.get("event", "").startswith(("go", "drop"))]
    if draw(st.integers(0, 2)) == 0:
        return
    data["holds"]["contested"] = {
        "in": ["any", "good", "bad"],
        "reason": "optional",
        "blocks": draw(st.sampled_from(["all", ["go0", "go1"]])),
        "stops": draw(st.sampled_from([[], ["applicant"]])),
    }
    if draw(st.booleans()):
        data["holds"]["contested"]["review_within"] = "4 days"
    data["appeals"] = {
        "objection": {
            "against": draw(st.lists(st.sampled_from(events), min_size=1, max_size=3, unique=True)),
            "by": ["owner"],
            "window": "12 days",
            "grounds": ["error"],
            "panel": ["chief", "judge"],
            "hold": "contested",
            "within": draw(st.sampled_from(["3 days", "2 working days"])),
            "if_late": draw(st.sampled_from(["escalate", {"obligation": "owed"}, {"to": "bad"}])),
            "upheld": {"compensation": "owed", **draw(st.sampled_from([{}, {"to": stages[0]}]))},
            "at_most": 2,
        }
    }


def _rounds(draw: st.DrawFn, data: dict[str, Any]) -> None:
    """A call that is open when the project starts, closed for some days, and open again."""
    if draw(st.booleans()):
        return
    data["rounds"] = {
        "call": {
            "windows": [
                {"id": "first", "opens": "2026-03-01", "closes": "2026-03-02"},
                {"id": "second", "opens": "2026-03-05", "closes": "2026-03-25"},
            ]
        }
    }
    for called in data["transitions"]:
        if called.get("event", "").startswith("go") and draw(st.integers(0, 2)) == 0:
            called["during"] = "call"
    if data["deadlines"] and draw(st.booleans()):
        next(iter(data["deadlines"].values()))["starts"] = "round call"


def _variants(draw: st.DrawFn, data: dict[str, Any], guards: Mapping[str, Any]) -> dict[str, str]:
    """Classes of projects: one needs more guards, one goes without a track. What the project is opened with."""
    if draw(st.booleans()):
        return {}
    data["attributes"] = {"kind": {"type": "enum", "values": ["hard", "soft"], "optional": True}}
    moves = [t.get("event") or t["id"] for t in data["transitions"] if t.get("event", "").startswith("go")]
    moves += list(data["handoffs"])
    extra = draw(st.sampled_from(sorted(guards)))
    more = {move: [extra] for move in moves}
    data["variants"] = {
        "by": "kind",
        "of": {"hard": {"guards": more}, "soft": {"without": sorted(data["tracks"])[:1]}},
    }
    return draw(st.sampled_from([{"kind": "hard"}, {"kind": "hard"}, {"kind": "soft"}, {}]))
