"""Sealing: an entry becomes canonical bytes that name the entry before it and commit to its content.

The bytes are `Entry.structure()` and two keys more: `prev`, the previous entry's hash in hexadecimal (zeros in the
first), and `content`, which gives the salted commitment of each content field. Value and salt are kept beside them and
can be destroyed without touching the bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any, NamedTuple

from axflow.definition.canonical import canonical
from axflow.journal.chain import NOTHING
from axflow.journal.chain import seal as seal_structure
from axflow.journal.commitment import SALT_BYTES, commit_bytes
from axflow.kernel.entry import Entry


class Payload(NamedTuple):
    """One content field of an entry, as it is kept. Value and salt are None once redacted."""

    field: str
    value: str | None
    """Canonical JSON text."""
    salt: bytes | None

    def opens(self, commitment: str) -> bool:
        """Whether value and salt open the commitment; False for one that was redacted."""
        if self.value is None or self.salt is None:
            return False
        try:
            return commit_bytes(self.value.encode(), self.salt) == commitment
        except ValueError:  # a salt cut short or half a character opens nothing
            return False


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
        commitments: dict[str, str] = {}
        kept: list[Payload] = []
        # One call for all salts of an entry: each goes to the operating system, and this is paid on every write.
        salts = os.urandom(SALT_BYTES * len(entry.content))
        for index, (field, value) in enumerate(entry.content.items()):
            salt = salts[SALT_BYTES * index : SALT_BYTES * (index + 1)]
            data = canonical(value)
            commitments[field] = commit_bytes(data, salt)
            kept.append(Payload(field, data.decode(), salt))
        structure["content"] = commitments
        payloads = tuple(kept)
    body, digest = seal_structure(structure, previous)
    return Sealed(entry.project, entry.seq, digest, body, payloads)


def unseal(body: bytes, payloads: Iterable[Payload] = ()) -> Entry:
    """The entry back from its bytes, with the content that was not redacted."""
    return Entry.from_structure(json.loads(body), content_of(payloads))


def content_of(payloads: Iterable[Payload]) -> dict[str, Any]:
    """The content fields that were not redacted, by name."""
    return {payload.field: json.loads(payload.value) for payload in payloads if payload.value is not None}
