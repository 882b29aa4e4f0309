"""Salted commitments: an entry binds each field of its content without containing it.

A commitment is SHA-256("axflow/content" ‖ 0x01 ‖ salt of 16 bytes ‖ canonical bytes of the value). The first bytes keep
it apart from leaves and nodes of the Merkle tree and from every other hash, and the fixed length keeps salt and value
apart. Each field has a salt of its own, drawn at random: without it not even a guess at "yes" or "no" can be tested. To
redact a field is to destroy its value and its salt; the commitment stays, and every proof over it holds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal, NamedTuple

from axflow.definition.canonical import canonical

SALT_BYTES: Final = 16
"""128 random bits: no two fields share a salt, and none is guessed."""

_DOMAIN: Final = b"axflow/content\x01"

FieldState = Literal["intact", "redacted", "altered", "missing", "uncommitted"]


class Payload(NamedTuple):
    """One content field of an entry, as stored beside it. Value and salt are None once redacted."""

    field: str
    value: str | None
    """Canonical JSON text."""
    salt: bytes | None

    def opens(self, commitment: str) -> bool:
        """Whether value and salt open `commitment`; False for a payload that was redacted."""
        if self.value is None or self.salt is None:
            return False
        try:
            return commit(self.value.encode(), self.salt) == commitment
        except ValueError:  # a salt cut short, or half a character, opens nothing
            return False


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """What was found of one field.

    `intact`: the payload opens the commitment. `redacted`: value and salt are gone, as they may be. `altered`: the
    payload opens another commitment or none. `missing`: no trace of a payload. `uncommitted`: the entry never named it.
    """

    field: str
    state: FieldState


def commit(data: bytes, salt: bytes) -> str:
    """The commitment to canonical bytes under `salt`, in lower-case hexadecimal.

    Raises `ValueError` for a salt that has not `SALT_BYTES` bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(_DOMAIN + salt + data).hexdigest()


def commit_fields(content: Mapping[str, Any]) -> tuple[dict[str, str], tuple[Payload, ...]]:
    """Commit to each field of `content` under a fresh salt: commitments for the entry, payloads to store beside it.

    Raises `CanonicalError` for a value without canonical form.
    """
    # One call for all salts of an entry: each goes to the operating system, and this is paid on every write.
    salts = os.urandom(SALT_BYTES * len(content))
    commitments: dict[str, str] = {}
    payloads: list[Payload] = []
    for place, (field, value) in enumerate(content.items()):
        salt = salts[SALT_BYTES * place : SALT_BYTES * (place + 1)]
        data = canonical(value)
        commitments[field] = commit(data, salt)
        payloads.append(Payload(field, data.decode(), salt))
    return commitments, tuple(payloads)


def content_of(payloads: Iterable[Payload]) -> dict[str, Any]:
    """The content fields that were not redacted, by name."""
    return {payload.field: json.loads(payload.value) for payload in payloads if payload.value is not None}


def check_fields(commitments: Mapping[str, str], payloads: Iterable[Payload]) -> tuple[FieldCheck, ...]:
    """Compare what an entry committed to with the payloads stored beside it, in order of field."""
    found = {payload.field: _state(commitments.get(payload.field), payload) for payload in payloads}
    for field in commitments:
        found.setdefault(field, "missing")
    return tuple(FieldCheck(field, found[field]) for field in sorted(found))


def _state(commitment: str | None, payload: Payload) -> FieldState:
    if commitment is None:
        return "uncommitted"
    if payload.value is None and payload.salt is None:
        return "redacted"
    return "intact" if payload.opens(commitment) else "altered"
