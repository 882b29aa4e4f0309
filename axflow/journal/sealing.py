"""Sealing: an entry becomes canonical bytes that name the entry before it and commit to its content.

The bytes are `Entry.structure()` and two keys more: `prev`, the previous entry's hash in hexadecimal (zeros in the
first), and `content`, which gives the salted commitment of each content field. Value and salt are kept beside them and
can be destroyed without touching the bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from axflow.journal.chain import NOTHING
from axflow.journal.chain import seal as seal_structure
from axflow.journal.commitment import Payload, commit_fields, content_of
from axflow.kernel.entry import Entry


class Sealed(NamedTuple):
    """An entry ready to be kept."""

    project: str
    seq: int
    hash: bytes
    body: bytes
    payloads: tuple[Payload, ...]


def seal(entry: Entry, previous: bytes = NOTHING) -> Sealed:
    """Seal `entry` after the one whose hash is `previous` (`NOTHING` for a project's first).

    Raises `CanonicalError`, naming the place, where structure or content has no canonical form, and `ChainError` where
    the entry's number does not fit.
    """
    structure = entry.structure()
    payloads: tuple[Payload, ...] = ()
    if entry.content:
        structure["content"], payloads = commit_fields(entry.content)
    body, digest = seal_structure(structure, previous)
    return Sealed(entry.project, entry.seq, digest, body, payloads)


def unseal(body: bytes, payloads: Iterable[Payload] = ()) -> Entry:
    """The entry back from its bytes, with the content that was not redacted."""
    return Entry.from_structure(json.loads(body), content_of(payloads))
