"""What the engine shows: a project with its values, and its history, as far as the viewer may see them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from axflow.definition.definition import Definition
from axflow.journal.commitment import Payload, content_of
from axflow.kernel.blocker import Blocker
from axflow.kernel.entry import Entry
from axflow.kernel.moment import Moment, as_utc, utc_text
from axflow.kernel.project import Project
from axflow.store.rows import StoredEntry

TELLING = frozenset({"guard_false", "guard_unknown", "invalid_value"})
"""Reasons whose sentence quotes recorded values."""


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project and what the viewer may see of its content."""

    project: Project
    definition: Definition
    title: str
    attributes: Mapping[str, Any]
    values: Mapping[str, Mapping[str, Any]]
    """By record; only records that count."""
    status: str | None
    """The strongest status word that the evidence supports."""

    @property
    def id(self) -> str:
        """The project's id."""
        return self.project.id


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An entry with the content that the viewer may see."""

    entry: Entry
    hash: bytes
    redacted: tuple[str, ...]
    """Content fields that were destroyed."""
    hidden: tuple[str, ...]
    """Content fields that the viewer may not see."""
    leaf_index: int | None


def shown(
    stored: StoredEntry, payloads: list[Payload], definition: Definition, may_see: Callable[[str], bool]
) -> HistoryEntry:
    """An entry as a viewer may see it."""
    structure = json.loads(stored.body)
    content = content_of(payloads)
    entry = Entry.from_structure(structure)
    evidence = evidence_of(entry)
    everything = all(map(may_see, _labelled(definition)))
    visible: dict[str, Any] = {}
    hidden = []
    for field, value in content.items():
        if not everything and field.startswith("blocker.") and value["code"] in TELLING:
            # Its sentence may tell a value; the reason itself stands in clear.
            told = Blocker(str(value["code"]))
            visible[field] = {"code": told.code, "en": told.message("en"), "ko": told.message("ko")}
        elif (path := path_of(field, evidence)) is None or may_see(path):
            visible[field] = value
        else:
            hidden.append(field)
    gone = tuple(payload.field for payload in payloads if payload.value is None)
    return HistoryEntry(entry._replace(content=visible), stored.hash, gone, tuple(hidden), stored.leaf_index)


def withheld(
    entry: Entry, fields: Iterable[str], definition: Definition, may_see: Callable[[str], bool]
) -> frozenset[str]:
    """Content fields of an entry that a viewer may not be given as they were recorded.

    Unlike `shown`, which retells a reason without the values that it quotes: what is given out to be verified is given
    as it is, or not at all.
    """
    evidence = evidence_of(entry)
    everything = all(map(may_see, _labelled(definition)))
    kept = []
    for field in fields:
        path = path_of(field, evidence)
        telling = field.startswith("blocker.") and not everything
        if telling or (path is not None and not may_see(path)):
            kept.append(field)
    return frozenset(kept)


def evidence_of(entry: Entry) -> str:
    """The type of evidence that an entry's content belongs to; its name where it is about none."""
    for effect in entry.effects:
        if effect[0] == "evidence" and effect[2] is not None:
            return str(effect[2]["type"])
    return entry.name


def path_of(field: str, evidence: str) -> str | None:
    """What a content field is under for whoever may see it: `letter.quantity`, `project.size`; None: open to all."""
    root, _, rest = field.partition(".")
    if root == "values":
        return f"{evidence}.{rest}"
    if root == "attributes":
        return f"project.{rest}"
    if root == "carried":
        record, _, name = rest.partition(".")
        return f"{record.partition('#')[0]}.{name}"
    return f"{evidence}.{field}" if root == "document" else None


def _labelled(definition: Definition) -> list[str]:
    found = [f"project.{name}" for name in definition.attributes]
    for name, kind in definition.evidence.items():
        found += [name, *(f"{name}.{field}" for field in kind.fields)]
    return found


def until(value: str | datetime, zone: str) -> str:
    """The last instant that a date, month or time covers, as the kernel's text."""
    return utc_text(as_utc(value) if isinstance(value, datetime) else Moment.parse(value, zone).end)
