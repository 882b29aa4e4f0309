"""Verification of one project from what is stored: bytes, chain, content and the project that follows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from axflow.journal.chain import NOTHING, entry_hash
from axflow.journal.sealing import Payload, unseal
from axflow.kernel.evolve import evolve
from axflow.kernel.project import Project


class Break(NamedTuple):
    """One thing that does not hold, and where exactly."""

    project: str
    seq: int
    """The entry that fails; 0 where it is no entry."""
    what: str
    """`malformed`, `spliced`, `gap`, `hash`, `chain`, `head`, `content`, `replay`, `rules`, `definition`, `calendar`,
    `directory`."""
    expected: str
    found: str


class Kept(NamedTuple):
    """An entry as it is stored."""

    seq: int
    hash: bytes
    body: bytes
    payloads: Sequence[Payload]


def verify_project(
    id: str, entries: Iterable[Kept], stored: Project | None, head: bytes | None, rules: Mapping[str, bool]
) -> list[Break]:
    """Everything that does not hold of one project, in the order of its entries.

    Parameters:
        id: whose history it is.
        entries: its entries as stored, in order.
        stored: the project as stored, to compare with the replay.
        head: the hash of the last entry as stored with the project.
        rules: rules digests for which a published definition was found and is intact.
    """
    found: list[Break] = []
    previous, expected = NOTHING, 1
    project: Project | None = None
    replayed = True
    for kept in entries:
        if kept.seq != expected:
            found.append(Break(id, expected, "gap", f"entry {expected}", f"entry {kept.seq}"))
            return found
        structure, broken = _read(id, kept, previous)
        found += broken
        if structure is not None:
            found += _content(id, kept, structure)
            if not rules.get(str(structure.get("rules")), False):
                found.append(Break(id, kept.seq, "rules", "a published definition", str(structure.get("rules"))))
            if replayed:
                try:
                    project = evolve(project, unseal(kept.body))
                except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
                    found.append(Break(id, kept.seq, "replay", "an entry that follows", str(error)))
                    replayed = False
        else:
            replayed = False
        previous, expected = entry_hash(kept.body), expected + 1
    found += _end(id, expected - 1, previous, head, project if replayed else None, stored if replayed else None)
    return found


def _read(id: str, kept: Kept, previous: bytes) -> tuple[dict[str, Any] | None, list[Break]]:
    found: list[Break] = []
    digest = entry_hash(kept.body)
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


def _content(id: str, kept: Kept, structure: Mapping[str, Any]) -> list[Break]:
    found: list[Break] = []
    commitments: Mapping[str, str] = structure.get("content", {})
    beside = {payload.field: payload for payload in kept.payloads}
    for field in sorted({*commitments, *beside}):
        if field not in beside:
            found.append(Break(id, kept.seq, "content", f"{field}, or its redacted row", "no row"))
        elif field not in commitments:
            found.append(Break(id, kept.seq, "content", f"no content {field}", "a value that was never committed to"))
        elif beside[field].value is not None and not beside[field].opens(commitments[field]):
            found.append(Break(id, kept.seq, "content", f"{field} that opens {commitments[field]}", "another value"))
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
