"""From a file to every record that it came with or is named in, and to every decision that rests on those."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final, NamedTuple

from axflow.audit.reading import AuditError, Reading, Selection, Step

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
EVERYTHING: Final = Selection()


class Decision(NamedTuple):
    """A move that rests on a record."""

    seq: int
    transition: str
    at: str
    """When it happened, UTC text."""
    read: bool
    """True where its guards only read the record; False where the record made one of them TRUE."""


class Place(NamedTuple):
    """A place where the digest of the file stands."""

    project: str
    definition: str
    firm: str
    seq: int
    """The entry that recorded it."""
    field: str
    """`document.sha256` where the file itself came with the record; else the value that names the digest."""
    record: str | None
    """The evidence record; None where an entry that records none names the digest."""
    status: str | None
    """What became of the record: `current`, `superseded`, `withdrawn`, …"""
    decisions: tuple[Decision, ...]
    source: str | None = None
    """`project/record` of the other project that it was carried from, where it counts by reference."""


class Found(NamedTuple):
    """Every place, in order of project and entry, and what could not be looked into."""

    sha256: str
    places: tuple[Place, ...]
    projects: int
    """Projects that were looked through."""
    redacted: int
    """Content fields that were destroyed: whether they named the file, nobody can say."""


def sha256_of(file: str | Path) -> str:
    """The SHA-256 of a file, or the digest itself where that is given. Raises `OSError` where there is no file."""
    text = str(file).strip().lower().removeprefix("sha256:")
    if _SHA256.fullmatch(text):
        return text
    with Path(file).open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def find_file(reading: Reading, sha256: str, selection: Selection = EVERYTHING) -> Found:
    """Where the file with this digest stands in the selected projects, and which decisions rest on it.

    Records that count in another project by reference are followed there, within the selection. Memory is bounded by
    one project and by the references between projects. Raises `AuditError` for what is no SHA-256, and for a history
    that does not replay.
    """
    if not _SHA256.fullmatch(sha256):
        raise AuditError(f"{sha256!r} is no SHA-256; write its 64 hexadecimal digits, or name a file")
    places: list[Place] = []
    carried: dict[str, list[tuple[str, str]]] = {}
    projects = redacted = 0
    for id in reading.projects(selection):
        projects += 1
        steps = tuple(reading.steps(id))
        redacted += sum(len(step.recorded.redacted) for step in steps)
        for item in steps[-1].after.evidence.values():
            if item.source is not None:
                carried.setdefault(item.source, []).append((id, item.id))
        places += _places(steps, sha256)
    known = {(place.project, place.record) for place in places}
    waiting = [place for place in places if place.record is not None]
    while waiting:
        place = waiting.pop()
        for project, record in carried.get(f"{place.project}/{place.record}", ()):
            if (project, record) not in known:
                known.add((project, record))
                steps = tuple(reading.steps(project))
                found = _place(steps, steps[-1].after.evidence[record].seq, place.field, record)
                places.append(found)
                waiting.append(found)
    places.sort(key=lambda place: (place.project, place.seq, place.record or "", place.field))
    return Found(sha256, tuple(places), projects, redacted)


def _places(steps: tuple[Step, ...], sha256: str) -> Iterator[Place]:
    for step in steps:
        fields = [name for name, value in step.recorded.fields.items() if _names(value, sha256)]
        if not fields:
            continue
        made = [str(effect[1]) for effect in step.entry.effects if effect[0] == "evidence" and effect[2] is not None]
        for field in fields:
            carried = [id for id in made if field.startswith(f"carried.{id}.")]
            records: list[str | None] = [*(carried or made)]
            for record in records or [None]:
                yield _place(steps, step.entry.seq, field, record)


def _names(value: Any, sha256: str) -> bool:
    if isinstance(value, str):
        return value.strip().lower() == sha256
    if isinstance(value, dict):
        return any(_names(item, sha256) for item in value.values())
    return isinstance(value, list) and any(_names(item, sha256) for item in value)


def _place(steps: tuple[Step, ...], seq: int, field: str, record: str | None) -> Place:
    last = steps[-1].after
    item = last.evidence.get(record) if record is not None else None
    decisions = () if record is None else tuple(_decisions(steps, record))
    status, source = (item.status, item.source) if item is not None else (None, None)
    return Place(last.id, last.definition, last.firm, seq, field, record, status, decisions, source)


def _decisions(steps: tuple[Step, ...], record: str) -> Iterator[Decision]:
    for step in steps:
        entry = step.entry
        if entry.outcome != "moved" or entry.transition is None:
            continue
        support = step.after.support.get(entry.transition)
        rests = support is not None and support.seq == entry.seq and record in support.evidence
        if rests or any(name == record for name, _ in entry.facts):
            yield Decision(entry.seq, entry.transition, str(entry.occurred["end"]), not rests)
