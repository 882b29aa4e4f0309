"""Later versions of a generated definition: parts renamed, dropped or limited otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

from axflow.definition.definition import Definition
from axflow.definition.loading import from_data
from tests.kernel.play import HEADER

_HEAD: dict[str, Any] = YAML(typ="safe", pure=True).load(HEADER)


def made(data: Mapping[str, Any]) -> Definition:
    """The definition of `data` under the common header."""
    return from_data({**_HEAD, **data})


@dataclass(eq=False, repr=False)
class Later:
    """A later version of a definition, to which a project may be migrated."""

    data: dict[str, Any]
    changes: tuple[str, ...]
    states: dict[str, str]
    """Old names of states to new ones."""

    @cached_property
    def definition(self) -> Definition:
        return made(self.data)


def later(draw: st.DrawFn, data: dict[str, Any], version: str) -> Later:
    """Another version: some of it renamed, dropped, or limited otherwise."""
    new = {**deepcopy(data), "version": version}
    states: dict[str, str] = {}
    changes = draw(st.lists(st.sampled_from(sorted(_CHANGES)), max_size=3, unique=True))
    for change in changes:
        _CHANGES[change](new, states)
    if draw(st.booleans()):
        states |= {f"{name}.offered": handoff["from"] for name, handoff in data["handoffs"].items()}
        states = {old: states.get(new_name, new_name) for old, new_name in states.items()}
    return Later(new, tuple(changes), states)


def _renamed(data: dict[str, Any], states: dict[str, str]) -> None:
    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {("m0" if key == "s0" else key): named(item) for key, item in value.items()}
        if isinstance(value, list):
            return [named(item) for item in value]
        return "m0" if value == "s0" else value

    for key in ("stages", "tracks", "handoffs", "transitions", "deadlines", "appeals"):
        if key in data:
            data[key] = named(data[key])
    states["s0"] = "m0"


def _without_track(data: dict[str, Any], states: dict[str, str]) -> None:
    gone = sorted(data["tracks"])[:1]
    for track in gone:
        states |= {f"{track}.{state}": "" for state in data["tracks"].pop(track)["states"]}
    for transition in data["transitions"]:
        if set(gone) & set(transition.get("join", {}).get("of", ())):
            del transition["join"]
    if "variants" in data:
        data["variants"]["of"]["soft"] = {}


def _without_letters(data: dict[str, Any], states: dict[str, str]) -> None:
    if "letter" not in data["evidence"]:
        return
    del data["evidence"]["letter"]
    gone = {name for name, guard in data["guards"].items() if guard["when"].startswith("letter")}
    data["guards"] = {name: guard for name, guard in data["guards"].items() if name not in gone}
    for stage in data["stages"].values():
        stage["accepts"] = [name for name in stage["accepts"] if name != "letter"]
    tracked = [t for track in data["tracks"].values() for t in track["transitions"]]
    for part in (*data["transitions"], *tracked, *data["handoffs"].values()):
        part["guards"] = [name for name in part.get("guards", ()) if name not in gone]
    if "variants" in data:
        more = data["variants"]["of"]["hard"].get("guards", {})
        data["variants"]["of"]["hard"]["guards"] = {m: g for m, g in more.items() if not gone & set(g)}


def _without_pause(data: dict[str, Any], states: dict[str, str]) -> None:
    del data["holds"]["pause"]


def _without_appeal(data: dict[str, Any], states: dict[str, str]) -> None:
    data.pop("appeals", None)
    data["holds"].pop("contested", None)


def _shorter(data: dict[str, Any], states: dict[str, str]) -> None:
    for deadline in data["deadlines"].values():
        deadline["within"] = "2 days"
    data["holds"]["frozen"] |= {"within": "3 days", "stops": ["applicant"]}
    data["obligations"]["owed"]["within"] = "2 days"


def _to_the_end(data: dict[str, Any], states: dict[str, str]) -> None:
    states["s1"] = "bad"


_CHANGES = {
    "s0 is called m0": _renamed,
    "the first track is gone": _without_track,
    "letters are gone": _without_letters,
    "the pause is gone": _without_pause,
    "the appeal is gone": _without_appeal,
    "limits are shorter": _shorter,
    "s1 leads to its end": _to_the_end,
}
