"""Recorded histories: what happened elsewhere, in its own precision, as commands that record and do not enforce."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from axflow.definition.base import Language
from axflow.definition.calendar import Calendar
from axflow.definition.definition import Definition
from axflow.definition.field import FieldType
from axflow.definition.organisation import ActorKind
from axflow.definition.source import decode, read
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.kernel.command import Command, Document
from axflow.kernel.moment import Moment

_NAMED: dict[str, tuple[type[Command], str]] = {
    "send": (commands.Send, "event"),
    "record": (commands.Record, "evidence"),
    "withdraw": (commands.Withdraw, "record"),
    "confirm": (commands.Confirm, "record"),
    "waive": (commands.Waive, "guard"),
    "hold": (commands.PlaceHold, "hold"),
    "release": (commands.ReleaseHold, "hold"),
    "discharge": (commands.Discharge, "obligation"),
    "extend": (commands.Extend, "deadline"),
}
_OPENING = {"open": commands.Open, "take_over": commands.TakeOver}
_TEXTS = ("issuer", "issued_on", "received_on", "product_version", "intended_use", "refers_to")
_KNOWN = {
    "kind", "name", "occurred_at", "actor", "organisation", "role", "actor_kind", "on_behalf_of", "values", "document",
    "reason", "code", "source", "published", "stage", "tracks", *_TEXTS,
}  # fmt: skip


KindOf: TypeAlias = Callable[[str], ActorKind]
"""What kind an actor is, where an act does not say: the directory knows."""


class HistoryError(ValueError):
    """A recorded history cannot be read; the message names the act and what would be right."""


class History(NamedTuple):
    """A recorded history as it was written down."""

    definition: str
    project: Mapping[str, Any]
    acts: tuple[Mapping[str, Any], ...]


def read_history(source: str | Path | Mapping[str, Any], language: Language = "en") -> History:
    """Read a history from a YAML or JSON file, or take it as data; its words in `language` where it has both."""
    data: Any = source
    if not isinstance(source, Mapping):
        path = Path(source)
        format = "json" if path.suffix == ".json" else "yaml"
        data = read(decode(path.read_bytes(), str(source)), str(source), format).data  # type: ignore[arg-type]
    if not isinstance(data, Mapping) or str(data.get("axflow_history")) != "1":
        raise HistoryError("a recorded history begins with `axflow_history: 1`, definition, project and acts")
    data = in_language(data, language)
    acts = data.get("acts")
    if not isinstance(acts, (list, tuple)) or not acts or not all(isinstance(act, Mapping) for act in acts):
        raise HistoryError("`acts` of a recorded history is a list with at least one act")
    return History(str(data["definition"]), data.get("project", {}), tuple(acts))


def in_language(told: Any, language: Language) -> Any:
    """A history with its words in one language, where it has them in both."""
    if isinstance(told, Mapping):
        if told and set(told) <= {"en", "ko"} and all(isinstance(words, str) for words in told.values()):
            return told.get(language) or next(iter(told.values()))
        return {key: in_language(value, language) for key, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [in_language(value, language) for value in told]
    return told


def opening(
    history: History, definition: Definition, calendar: Calendar, project: str, kind_of: KindOf
) -> tuple[Command, int]:
    """The command that opens the project of a history, and how many of its acts that used up."""
    first, told = history.acts[0], history.project
    kind = str(first.get("kind"))
    if kind not in _OPENING:
        raise HistoryError(f"act 1 is {kind!r}; a history begins with `open`, or `take_over` where it begins midway")
    common = _common(first, 1, calendar, kind_of)
    parts: dict[str, Any] = {
        "project": project,
        "firm": str(told.get("firm", "")),
        "title": str(told.get("title", "")),
        "attributes": _typed(told.get("attributes", {}), definition.attributes),
        "aliases": {str(key): str(value) for key, value in told.get("aliases", {}).items()},
    }
    if "stage" in first:
        parts["stage"] = str(first["stage"])
    if "tracks" in first:
        parts["tracks"] = {str(key): str(value) for key, value in first["tracks"].items()}
    return _OPENING[kind](**common, **parts), 1


def command_of(
    act: Mapping[str, Any], number: int, definition: Definition, calendar: Calendar, kind_of: KindOf
) -> Command:
    """The command that records act `number` of a history."""
    kind = str(act.get("kind"))
    if kind not in _NAMED:
        raise HistoryError(f"act {number} is {kind!r}; acts are {', '.join(_NAMED)}")
    if not act.get("name"):
        raise HistoryError(f"act {number} ({kind}) lacks `name`: the event, evidence or other thing that it is about")
    made, field = _NAMED[kind]
    parts: dict[str, Any] = {field: str(act["name"])}
    if made is commands.Record:
        declared = definition.evidence.get(str(act["name"]))
        parts["values"] = _typed(act.get("values", {}), declared.fields if declared else {})
        parts |= {name: str(act[name]) for name in _TEXTS if name in act}
        if "document" in act:
            parts["document"] = _document(act["document"], number)
    return made(**_common(act, number, calendar, kind_of), **parts)


def _common(act: Mapping[str, Any], number: int, calendar: Calendar, kind_of: KindOf) -> dict[str, Any]:
    unknown = sorted(set(act) - _KNOWN)
    if unknown:
        raise HistoryError(
            f"act {number} has {unknown[0]!r}, which is not known; known are {', '.join(sorted(_KNOWN))}"
        )
    missing = [name for name in ("occurred_at", "actor", "organisation") if not act.get(name)]
    if missing:
        raise HistoryError(f"act {number} lacks {missing[0]!r}")
    behalf = act.get("on_behalf_of")
    actor = Actor(
        str(act["actor"]),
        str(act["organisation"]),
        str(act["role"]) if act.get("role") else None,
        act.get("actor_kind") or kind_of(str(act["actor"])),
        str(behalf) if behalf else None,
    )
    try:
        common: dict[str, Any] = {
            "actor": actor,
            "enforce": False,
            "occurred_at": Moment.parse(str(act["occurred_at"]), calendar.timezone),
        }
        if act.get("published"):
            common["published"] = Moment.parse(str(act["published"]), calendar.timezone)
    except ValueError as error:
        raise HistoryError(f"act {number}: {error}") from None
    for name in ("reason", "code", "source"):
        if act.get(name):
            common[name] = str(act[name])
    return common


def _document(data: Any, number: int) -> Document:
    try:
        return Document(
            str(data["sha256"]), int(data["size"]), str(data.get("name", "")), str(data.get("media_type", ""))
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise HistoryError(
            f"act {number}: a document has sha256, size and perhaps name, media_type ({error})"
        ) from None


def _typed(values: Mapping[str, Any], fields: Mapping[str, FieldType]) -> dict[str, Any]:
    """Values whose scalars are text, as YAML gives them here, in the types of their fields."""
    return {str(name): _value(value, fields.get(name)) for name, value in values.items()}


def _value(value: Any, field: FieldType | None) -> Any:
    if field is None:
        return value
    if field.type == "table" and isinstance(value, (list, tuple)):
        return [_typed(row, field.fields) if isinstance(row, Mapping) else row for row in value]
    if field.type == "boolean" and value in ("true", "false"):
        return value == "true"
    if field.type == "integer" and isinstance(value, str) and value.removeprefix("-").isdigit():
        return int(value)
    return value
