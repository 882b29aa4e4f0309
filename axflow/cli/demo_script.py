"""The script of a demo: data beside a workflow, played by `axflow demo`. No workflow's words stand in the player."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from axflow.definition.base import Language
from axflow.definition.source import decode, read

FILE = "demo.yaml"
ACTS = ("open", "record", "send", "discharge", "wait", "until", "say", "why", "history", "import", "verify", "tamper")


class ScriptError(ValueError):
    """A demo cannot be played; the message names the place and what would be right."""


class Chapter(NamedTuple):
    """A part of a demo."""

    title: Mapping[str, str]
    say: Mapping[str, str] | None
    acts: tuple[Mapping[str, Any], ...]
    quiet: bool
    """Shown in one line: what leads to where the next part begins."""


class Script(NamedTuple):
    """A whole demo."""

    title: Mapping[str, str]
    starts_at: str
    signers: tuple[str, ...]
    papers: Mapping[str, Mapping[str, Any]]
    chapters: tuple[Chapter, ...]
    next: Mapping[str, str]
    folder: Path


def read_script(folder: Path) -> Script:
    """The demo of the workflow in `folder`. Raises `ScriptError`, or `DefinitionError` for what is no YAML."""
    path = folder / FILE
    if not path.is_file():
        raise ScriptError(f"{folder.name} has no {FILE}, so there is no demo of it")
    data: Any = read(decode(path.read_bytes(), str(path)), str(path)).data
    if not isinstance(data, Mapping) or str(data.get("axflow_demo")) != "1":
        raise ScriptError(f"{path}: a demo begins with `axflow_demo: 1`")
    missing = [name for name in ("title", "starts_at", "chapters", "next") if name not in data]
    if missing:
        raise ScriptError(f"{path}: `{missing[0]}` is missing")
    chapters = tuple(_chapter(raw, number, path) for number, raw in enumerate(data["chapters"], 1))
    papers = {str(name): _plain(paper) for name, paper in data.get("papers", {}).items()}
    return Script(
        data["title"],
        str(data["starts_at"]),
        tuple(data.get("signers", ())),
        papers,
        chapters,
        data["next"],
        folder,
    )


def _chapter(raw: Any, number: int, path: Path) -> Chapter:
    if not isinstance(raw, Mapping) or "title" not in raw or "acts" not in raw:
        raise ScriptError(f"{path}: chapter {number} needs `title` and `acts`")
    acts = tuple(_plain(act) for act in raw["acts"])
    for place, act in enumerate(acts, 1):
        if not isinstance(act, dict) or not any(name in act for name in ACTS):
            raise ScriptError(f"{path}: act {place} of chapter {number} is none of {', '.join(ACTS)}")
    return Chapter(raw["title"], raw.get("say"), acts, raw.get("quiet") == "true")


def _plain(value: Any) -> Any:
    """Scalars that YAML gives as text, with truth values and whole numbers as such."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if value in ("true", "false"):
        return value == "true"
    return value


def words(text: Mapping[str, str] | str, language: Language) -> str:
    """Words of a script in a language; English where there are no others."""
    if isinstance(text, str):
        return text
    return text.get(language) or text["en"]
