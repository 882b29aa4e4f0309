"""What an earlier verification found, kept in a file outside the database, and how the next one rests on it.

Whoever can write the database can write it anew as a whole: entries, hashes and project rows. Nothing in it shows that;
a head that was remembered elsewhere does.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from axflow.engine.verification import Report, Tally, documents, ids, verify_one
from axflow.journal.verify import Break, hashes
from axflow.store.protocol import Unit

FORMAT: Final = "axflow-verified"
VERSION: Final = 1
_LONGEST: Final = 256 * 1024 * 1024
"""Bytes of a file that is read: about two million projects."""
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_KEYS: Final = {"format", "version", "projects", "definitions", "directory"}


class UnreadableMemory(ValueError):
    """A file is no memory of a verification; the message says why."""


class Head(NamedTuple):
    """Where a project's verified history ended."""

    seq: int
    hash: str
    """Of entry `seq`, in hexadecimal digits."""
    good: bool
    """Whether all of it held when last looked at; what did not is verified again."""


class Mark(NamedTuple):
    """How many parts of something that only grows were verified, and their digest."""

    number: int
    digest: str


EMPTY: Final = Mark(0, "")
"""Of a directory without changes."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What was verified: each project's head, and the documents."""

    projects: Mapping[str, Head] = field(default_factory=dict)
    definitions: Mapping[str, Mark] = field(default_factory=dict)
    """By id and version: its calendar changes, and a digest of the definition with them."""
    directory: Mark = EMPTY
    """The number of the directory's last change, and the directory's digest after it; 0 where it was empty."""

    @staticmethod
    def read(file: Path) -> Memory:
        """Read a file that `write` made; an empty memory where there is none.

        Raises `UnreadableMemory` for anything else: what cannot be read is not taken for a clean start.
        """
        try:
            with file.open("rb") as opened:
                data = opened.read(_LONGEST + 1)
        except FileNotFoundError:
            return Memory()
        if len(data) > _LONGEST:
            raise UnreadableMemory("it is too large")
        try:
            found = json.loads(data.decode(), object_pairs_hook=_without_repeats)
        except UnreadableMemory:
            raise
        except (ValueError, RecursionError):
            raise UnreadableMemory("it is no JSON") from None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise UnreadableMemory("its format is another")
        if type(found.get("version")) is not int or found["version"] != VERSION:
            raise UnreadableMemory("its version is another")
        if set(found) != _KEYS or not isinstance(found["projects"], dict) or not isinstance(found["definitions"], dict):
            raise UnreadableMemory("its fields are others")
        return Memory(
            {id: _head(value) for id, value in found["projects"].items()},
            {name: _mark(value) for name, value in found["definitions"].items()},
            EMPTY if found["directory"] == [0, ""] else _mark(found["directory"], least=1),
        )

    def write(self, file: Path) -> None:
        """Replace the file in one step: whoever reads it sees the old memory or the new one."""
        data = {"format": FORMAT, "version": VERSION, "projects": self.projects}
        data |= {"definitions": self.definitions, "directory": self.directory}
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
                json.dump(data, opened, indent=0, sort_keys=True)
                opened.write("\n")
                opened.flush()
                os.fsync(opened.fileno())
            os.replace(name, file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def verify_since(
    unit: Unit, memory: Memory, project: str | None = None, *, full: bool = False
) -> tuple[Report, Memory]:
    """Verify what is new since `memory`, after checking that everything remembered still stands.

    A project with new entries is verified and replayed from its first entry. Of one without, the last entry is read
    and hashed, and nothing else; where a document does not hold, or with `full`, every project is verified.

    Parameters:
        unit: the transaction whose state is verified.
        memory: what the run before gave.
        project: only this one. `UnknownProject` where it is neither there nor remembered.
        full: verify all entries, and still compare with the memory.

    Returns the report, and what to remember next. What was rewritten or is gone stays remembered as it was, so that
    it is found again.
    """
    known = documents(unit)
    definitions, directory, breaks = _documents(unit, memory)
    everything = full or bool(known.breaks or breaks)
    tally = Tally((*known.breaks, *breaks))
    heads = dict(memory.projects)
    gone = set(heads) if project is None else {project} & set(heads)
    for id in () if project in gone and unit.head(str(project)) is None else ids(unit, project):
        gone.discard(id)
        old = heads.get(id)
        moved = _compared(unit, id, old) if old is not None else []
        trusted = old is not None and old.good and not (moved or everything)
        if old is not None and trusted and unit.head(id) == bytes.fromhex(old.hash) and not unit.entries(id, old.seq):
            tally.add(Report(1, 0, 0, 0, (), remembered=old.seq))
            continue
        found = verify_one(unit, id, known)
        tally.add(found.report)
        tally.breaks += moved
        if moved and old is not None:
            heads[id] = old._replace(good=False)
        elif not found.breaks:
            heads[id] = Head(found.entries, found.head.hex(), True)
        elif old is not None:
            heads[id] = old._replace(good=False)
    tally.breaks += [Break(id, heads[id].seq, "vanished", heads[id].hash, "no project") for id in sorted(gone)]
    kept = Memory(heads, memory.definitions, memory.directory)
    return tally.report(), kept if known.breaks or breaks else Memory(heads, definitions, directory)


def _compared(unit: Unit, id: str, old: Head) -> list[Break]:
    """Whether a remembered entry still stands at its number."""
    there = unit.entries(id, old.seq - 1, old.seq)
    if not there:
        entries = unit.entries(id)
        last = max((entry.seq for entry in entries if entry.seq < old.seq), default=0)
        return [Break(id, last + 1, "truncated", f"entries to {old.seq}, {old.hash}", f"entries to {last}")]
    (found,) = hashes([there[0].body])
    return [] if found.hex() == old.hash else [Break(id, old.seq, "rewritten", old.hash, found.hex())]


def _documents(unit: Unit, memory: Memory) -> tuple[dict[str, Mark], Mark, list[Break]]:
    """Marks of the documents as they stand, and what is no longer as it was remembered."""
    breaks: list[Break] = []
    marks: dict[str, Mark] = {}
    for row in unit.definitions():
        name = f"{row.id} {row.version}"
        parts = [row.digest, row.rules_digest, row.calendar]
        parts += [change.calendar for change in unit.calendar_changes(row.id, row.version)]
        marks[name] = Mark(len(parts) - 3, _digest(parts))
        old = memory.definitions.get(name)
        if old is not None and _digest(parts[: old.number + 3]) != old.digest:
            breaks.append(Break(name, 0, "rewritten", old.digest, _digest(parts[: old.number + 3])))
    breaks += [
        Break(name, 0, "vanished", mark.digest, "no definition")
        for name, mark in memory.definitions.items()
        if name not in marks
    ]
    changes = unit.changes()
    number, digest = memory.directory
    standing = {row.number: row.digest for row in changes}.get(number, "nothing")
    if number and standing != digest:
        breaks.append(Break("directory", number, "rewritten", digest, standing))
    return marks, Mark(changes[-1].number, changes[-1].digest) if changes else EMPTY, breaks


def _digest(parts: list[str]) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableMemory("it names something twice")
    return found


def _head(value: Any) -> Head:
    if not isinstance(value, list) or len(value) != 3 or type(value[2]) is not bool:
        raise UnreadableMemory("a head in it is no number, hash and truth value")
    return Head(*_mark(value[:2], least=1), value[2])


def _mark(value: Any, least: int = 0) -> Mark:
    if not isinstance(value, list) or len(value) != 2 or type(value[0]) is not int or not isinstance(value[1], str):
        raise UnreadableMemory("something in it is no number and hash")
    if not least <= value[0] < 2**53 or not _HASH.fullmatch(value[1]):
        raise UnreadableMemory("something in it is no number and hash")
    return Mark(value[0], value[1])
