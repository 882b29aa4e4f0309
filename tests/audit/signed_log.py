"""A log made by hand for tests of bundles: an RFC 6962 tree by its definition, signed by an independent Ed25519."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from axflow.journal.bundle import LogPart

ORIGIN = "log.example.org/office"
COSIGNED_AT = 1_772_409_600


@dataclass(frozen=True)
class Signer:
    """A key that signs notes (kind 1) or cosigns checkpoints (kind 4), by C2SP signed-note and tlog-cosignature."""

    name: str
    seed: int
    kind: int = 1
    private: Ed25519PrivateKey = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "private", Ed25519PrivateKey.from_private_bytes(bytes([self.seed]) * 32))

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def id(self) -> bytes:
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def verifier_key(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def line(self, text: str) -> str:
        """The line of the signature under a text."""
        if self.kind == 1:
            signed = self.private.sign(text.encode())
        else:
            message = f"cosignature/v1\ntime {COSIGNED_AT}\n{text}"
            signed = COSIGNED_AT.to_bytes(8, "big") + self.private.sign(message.encode())
        return f"— {self.name} {base64.b64encode(self.id + signed).decode()}\n"

    def sign(self, text: str) -> bytes:
        """The text as a signed note."""
        return f"{text}\n{self.line(text)}".encode()


LOG = Signer(ORIGIN, 1)
WITNESSES = (Signer("witness.example.org/a", 2, 4), Signer("witness.example.org/b", 3, 4))


def tree(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + tree(leaves[:k]) + tree(leaves[k:])).digest()


def log_over(
    hashes: Sequence[bytes], size: int | None = None, witnesses: Sequence[Signer] = WITNESSES, quorum: int = 1
) -> LogPart:
    """A log over entries with these hashes, its checkpoint at `size` of them (default: all)."""
    size = len(hashes) if size is None else size
    text = f"{ORIGIN}\n{size}\n{base64.b64encode(tree(hashes[:size])).decode()}\n"
    note = LOG.sign(text) + "".join(witness.line(text) for witness in witnesses).encode()
    keys = [witness.verifier_key for witness in witnesses]
    return LogPart(note, [LOG.verifier_key], keys, quorum, lambda low, high: tree(hashes[low:high]))


def sequence(file: Path, but: int = 0) -> list[bytes]:
    """Give the entries of a SQLite store their places in order, the last `but` of them none; all their hashes."""
    with closing(sqlite3.connect(file)) as connection, connection:
        rows = connection.execute("SELECT id, hash FROM axflow_entries ORDER BY id").fetchall()
        placed = rows[: len(rows) - but]
        connection.executemany(
            "UPDATE axflow_entries SET leaf_index = ? WHERE id = ?", [(leaf, id) for leaf, (id, _) in enumerate(placed)]
        )
    return [hash for _, hash in placed]
