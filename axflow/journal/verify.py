"""Verification of one project from what is stored: bytes, chain, content and the project that follows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from axflow.journal.chain import NOTHING, entry_hash
from axflow.journal.commitment import Payload, check_fields
from axflow.journal.sealing import unseal
from axflow.kernel.decision import Redaction
from axflow.kernel.entry import Entry
from axflow.kernel.evolve import evolve
from axflow.kernel.project import Project


class Break(NamedTuple):
    """One thing that does not hold, and where exactly."""

    project: str
    seq: int
    """The entry that fails; 0 where it is no entry."""
    what: str
    """`malformed`, `spliced`, `gap`, `hash`, `chain`, `head`, `content`, `redaction`, `replay`, `rules`, `definition`,
    `calendar`, `directory`; against what an earlier run remembers, `rewritten`, `truncated`, `vanished`."""
    expected: str
    found: str


class Kept(NamedTuple):
    """An entry as it is stored."""

    seq: int
    hash: bytes
    body: bytes
    payloads: Sequence[Payload]


class Checked(NamedTuple):
    """What was found of a project."""

    project: Project | None
    """What follows from its entries; None where something does not."""
    head: bytes
    """The hash of its last entry."""
    breaks: list[Break]
    """Everything that does not hold, in the order of its entries."""


def hashes(bodies: Iterable[bytes]) -> list[bytes]:
    """The hash of each entry's stored bytes: all that is done to every byte, so it is done on its own and timed."""
    return [entry_hash(body) for body in bodies]


def verify_project(
    id: str,
    entries: Sequence[Kept],
    hashed: Sequence[bytes],
    stored: Project | None,
    head: bytes | None,
    rules: Mapping[str, bool],
    calendars: Mapping[str, Collection[str]],
) -> Checked:
    """Verify one project's history.

    Parameters:
        id: whose history it is.
        entries: its entries as stored, in order.
        hashed: the hash of each entry's bytes, as `hashes` gives it.
        stored: the project as stored, to compare with the replay.
        head: the hash of the last entry as stored with the project.
        rules: rules digests for which a published definition was found and is intact.
        calendars: for each rules digest the digests of intact calendars that were ever in force for it.
    """
    found: list[Break] = []
    previous, expected = NOTHING, 1
    project: Project | None = None
    replayed = True
    content = _Content(id)
    for kept, digest in zip(entries, hashed, strict=True):
        if kept.seq != expected:
            # What was redacted may be said in an entry beyond the gap.
            found.append(Break(id, expected, "gap", f"entry {expected}", f"entry {kept.seq}"))
            return Checked(None, previous, found)
        structure, broken = _read(id, kept, digest, previous)
        found += broken
        if structure is not None:
            found += content.look(kept, structure)
            if not rules.get(str(structure.get("rules")), False):
                found.append(Break(id, kept.seq, "rules", "a published definition", str(structure.get("rules"))))
            try:
                entry = unseal(kept.body)
                content.heed(entry)
                project = evolve(project, entry) if replayed else None
                found += _calendar(id, entry, project, calendars)
            except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
                if replayed:
                    found.append(Break(id, kept.seq, "replay", "an entry that follows", str(error)))
                replayed = False
        else:
            replayed = False
        previous, expected = digest, expected + 1
    found += content.unaccounted()
    found += _end(id, expected - 1, previous, head, project if replayed else None, stored if replayed else None)
    return Checked(project if replayed else None, previous, sorted(found, key=lambda item: item.seq))


def _read(id: str, kept: Kept, digest: bytes, previous: bytes) -> tuple[dict[str, Any] | None, list[Break]]:
    found: list[Break] = []
    if digest != kept.hash:
        found.append(Break(id, kept.seq, "hash", kept.hash.hex(), digest.hex()))
    try:
        structure = json.loads(kept.body)
        place = (structure["project"], structure["seq"], structure["prev"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return None, [*found, Break(id, kept.seq, "malformed", "a sealed entry", str(error))]
    if place[0] != id or place[1] != kept.seq:
        found.append(Break(id, kept.seq, "spliced", f"{id}/{kept.seq}", f"{place[0]}/{place[1]}"))
    if place[2] != previous.hex():
        found.append(Break(id, kept.seq, "chain", previous.hex(), str(place[2])))
    return structure, found


def _calendar(id: str, entry: Entry, project: Project | None, calendars: Mapping[str, Collection[str]]) -> list[Break]:
    """Whether a calendar that the entry binds the project to was ever in force for its rules."""
    named = [str(effect[1]) for effect in entry.effects if effect[0] == "calendar"]
    if project is None or not named or named[-1] in calendars.get(project.rules_digest, ()):
        return []
    return [Break(id, entry.seq, "calendar", "a calendar that was in force for its version", named[-1])]


class _Content:
    """The content of a project's entries: each field opens its commitment, or a later entry says who destroyed it."""

    def __init__(self, project: str) -> None:
        self._project = project
        self._states: dict[tuple[int, str], str] = {}
        self._redacted: dict[tuple[int, str], int] = {}
        """Entry and field, with the entry that redacted it."""

    def look(self, kept: Kept, structure: Mapping[str, Any]) -> list[Break]:
        """What does not hold of one entry's content; whether it may be gone is known only at the end."""
        commitments: Mapping[str, str] = structure.get("content", {})
        found: list[Break] = []
        for field, state in ((check.field, check.state) for check in check_fields(commitments, kept.payloads)):
            if state in ("intact", "redacted"):
                self._states[kept.seq, field] = state
                continue
            expected, seen = {
                "altered": (f"{field} that opens {commitments.get(field)}", "another value"),
                "missing": (f"{field}, or its redacted row", "no row"),
                "uncommitted": (f"no content {field}", "a value that was never committed to"),
            }[state]
            found.append(Break(self._project, kept.seq, "content", expected, seen))
        return found

    def heed(self, entry: Entry) -> None:
        """Note what a redaction says that it destroyed."""
        redaction = Redaction.of(entry)
        if redaction is not None:
            self._redacted |= {(redaction.seq, field): entry.seq for field in redaction.fields}

    def unaccounted(self) -> list[Break]:
        """Content that is gone though no entry redacted it, and content that is there though one did."""
        found: list[Break] = []
        for (seq, field), state in self._states.items():
            by = self._redacted.get((seq, field))
            if state == "redacted" and by is None:
                found.append(
                    Break(self._project, seq, "redaction", f"{field}, or an entry that redacts it", "it was destroyed")
                )
            elif state == "intact" and by is not None:
                found.append(Break(self._project, seq, "redaction", f"no {field}: entry {by} redacted it", "its value"))
        return found


def _end(
    id: str, last: int, previous: bytes, head: bytes | None, project: Project | None, stored: Project | None
) -> list[Break]:
    found: list[Break] = []
    if head is not None and previous != head:
        found.append(Break(id, last, "head", head.hex(), previous.hex()))
    if project is not None and stored is not None:
        followed, kept = json.loads(project.to_json()), json.loads(stored.to_json())
        for name, a, b in zip(Project._fields, followed, kept, strict=True):
            if a != b:
                found.append(Break(id, last, "replay", f"{name}: {a!r}"[:400], f"{b!r}"[:400]))
    return found
