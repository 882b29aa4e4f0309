"""Writing a bundle: a folder, or a zip of which every byte follows from its contents.

A bundle holds what `verify_bundle.py` needs and nothing that it must believe: the sealed bytes of whole projects, the
content disclosed for an audience with its salts, the documents that the entries name, a signed checkpoint with the
hashes that lead from the entries to its root, and a manifest of it all. docs/bundle.md describes each file.

Equal contents give equal bytes: files are sorted, and a zip has neither times nor compression.
"""

from __future__ import annotations

import json
import os
import shutil
import zlib
from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, Protocol

from axflow.journal import verify_bundle as verifier
from axflow.journal.canonical import canonical
from axflow.journal.commitment import Payload

FORMAT: Final = verifier.FORMAT
VERSION: Final = verifier.VERSION
"""Number of the format; a verifier refuses one that it does not know."""

LARGEST_ZIP: Final = 2**32 - 2**24
"""Bytes that a zip holds in the plain form of the format; more goes into a folder."""


class BundleError(ValueError):
    """A bundle cannot be written as asked; the message says what would be right."""


class Maker(Protocol):
    """Who signs the manifest."""

    @property
    def verifier_key(self) -> str:
        """The key by which others verify: `name+hash+base64`."""

    def sign(self, text: str) -> bytes:
        """The text as a signed note."""


class LogPart(NamedTuple):
    """The log that the entries stand in, as far as a bundle holds it."""

    checkpoint: bytes
    """A signed note with its cosignatures, verbatim; each signature by one of the keys below."""
    keys: Sequence[str]
    """Verifier keys of the log."""
    witnesses: Sequence[str]
    quorum: int
    subtree: Callable[[int, int], bytes]
    """The hash of the leaves from one place to before another: subtrees of the RFC 6962 tree at the checkpoint."""

    @property
    def head(self) -> verifier.Checkpoint:
        """Origin, size and root."""
        note = verifier.read_note(self.checkpoint, "checkpoint")
        return verifier.read_checkpoint(note.text, "checkpoint")


def complement(size: int, leaves: Iterator[int], subtree: Callable[[int, int], bytes]) -> Iterator[bytes]:
    """The hashes that lead from some leaves of a tree to its root, from left to right.

    They are the largest subtrees (RFC 6962, section 2.1) without any of the leaves. For a single leaf they are the
    nodes of its inclusion proof, for all leaves there are none.

    Parameters:
        size: leaves of the tree.
        leaves: places of the leaves that the reader has, ascending.
        subtree: gives the hash of the leaves from one place to before another.
    """
    ahead = next(leaves, size)
    waiting = [(0, size)] if size else []
    while waiting:
        low, high = waiting.pop()
        if ahead >= high:
            yield subtree(low, high)
        elif high - low == 1:
            ahead = next(leaves, size)
        else:
            middle = low + (1 << ((high - low - 1).bit_length() - 1))
            waiting += [(middle, high), (low, middle)]


class BundleWriter:
    """Writes one bundle's folder; leave its `with` to close its files.

    Entries are given in order of the log, those without a place in it last.

    Parameters:
        folder: a new or empty folder.
        log: the log, if there is one with a checkpoint.
    """

    def __init__(self, folder: Path, log: LogPart | None = None) -> None:
        self._folder = folder
        self._log = log
        self._size = log.head.size if log is not None else 0
        self._counts = {"entries": 0, "projects": 0, "withheld": 0, "redacted": 0}
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BundleError(f"{folder} is not empty; name a new folder")
        self._entries, self._beside = self._open("journal/entries.jsonl"), self._open("journal/beside.jsonl")
        self._projects = self._open("journal/projects.jsonl")
        self._leaves = self._open("leaves")  # of this writer alone: what the proof is made from

    def __enter__(self) -> BundleWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its files; closing again changes nothing."""
        for file in (self._entries, self._beside, self._projects, self._leaves):
            file.close()

    def entry(self, body: bytes, leaf: int | None, payloads: Iterable[Payload], withheld: Collection[str] = ()) -> None:
        """Add an entry.

        Parameters:
            body: its sealed bytes.
            leaf: its place in the log; one beyond the checkpoint counts as none.
            payloads: its content as stored.
            withheld: fields whose values this audience does not get.
        """
        shown: dict[str, Any] = {}
        kept, gone = [], []
        for payload in payloads:
            if payload.value is None or payload.salt is None:
                gone.append(payload.field)
            elif payload.field in withheld:
                kept.append(payload.field)
            else:
                shown[payload.field] = [json.loads(payload.value), payload.salt.hex()]
        placed = leaf if leaf is not None and leaf < self._size else None
        beside = {"content": shown, "leaf": placed, "redacted": sorted(gone), "withheld": sorted(kept)}
        self._entries.write(body + b"\n")
        self._beside.write(canonical(beside) + b"\n")
        if placed is not None:
            self._leaves.write(b"%d\n" % placed)
        self._count("entries", 1)
        self._count("withheld", len(kept))
        self._count("redacted", len(gone))

    def project(self, id: str, entries: int, head: bytes, configuration: Mapping[str, Any]) -> None:
        """Add where a project ends: how many entries it has, the last one's hash, the configuration after it."""
        row = {"project": id, "entries": entries, "head": head.hex(), "configuration": configuration}
        self._projects.write(canonical(row) + b"\n")
        self._count("projects", 1)

    def document(self, kind: str, data: bytes) -> None:
        """Add a document under its digest: `definitions`, `rules` or `calendars`; canonical bytes."""
        path = self._path(f"documents/{kind}/{sha256(data).hexdigest()}.json")
        path.write_bytes(data)

    def directory(self, changes: Iterable[str]) -> str:
        """Add the directory, change by change as canonical JSON text; its digest."""
        with self._open("documents/directory.jsonl") as file:
            digest = sha256(b"[")
            for place, change in enumerate(changes):
                line = canonical(json.loads(change))
                file.write(line + b"\n")
                digest.update(line if place == 0 else b"," + line)
            digest.update(b"]")
        return digest.hexdigest()

    def finish(self, facts: Mapping[str, Any], readme: str, maker: Maker | None = None) -> dict[str, Any]:
        """Write proof, verifier, manifest and its note; the manifest.

        Parameters:
            facts: what the manifest says beside counts and files: `scope`, `audience`, `made_at`, `directory` ….
            readme: for whoever unpacks it.
            maker: who signs the manifest.
        """
        self.close()
        self._proof()
        self._path("README.txt").write_bytes(readme.encode())
        self._path("verify_bundle.py").write_bytes(Path(verifier.__file__).read_bytes())
        head = self._log.head if self._log is not None else None
        manifest: dict[str, Any] = {
            **facts,
            **self._counts,
            "format": FORMAT,
            "version": VERSION,
            "maker": maker.verifier_key if maker is not None else None,
            "log": None if head is None else {"origin": head.origin, "size": head.size, "root": head.root.hex()},
            "files": {name: _digested(self._folder / name) for name in names_in(self._folder)},
        }
        data = canonical(manifest)
        self._path("MANIFEST.json").write_bytes(data)
        text = f"{verifier.NOTE_LINE}\n{b64encode(sha256(data).digest()).decode()}\n"
        note = text.encode() if maker is None else maker.sign(text)
        self._path("MANIFEST.note").write_bytes(note)
        return manifest

    def _proof(self) -> None:
        leaves = self._folder / "leaves"
        if self._log is not None:
            self._path("log/checkpoint").write_bytes(self._log.checkpoint)
            lines = [f"log {key}" for key in self._log.keys] + [f"witness {key}" for key in self._log.witnesses]
            lines.append(f"quorum {self._log.quorum}")
            self._path("log/keys.txt").write_bytes("".join(f"{line}\n" for line in lines).encode())
            with leaves.open("rb") as places, self._open("log/proof.txt") as file:
                for hash in complement(self._size, map(int, places), self._log.subtree):
                    file.write(hash.hex().encode() + b"\n")
        leaves.unlink()

    def _count(self, what: str, more: int) -> None:
        self._counts[what] += more

    def _path(self, name: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _open(self, name: str) -> IO[bytes]:
        return self._path(name).open("wb")


def names_in(folder: Path) -> list[str]:
    """The files of a folder by name, `/` between the parts, sorted by code point."""
    return sorted(
        (Path(where) / name).relative_to(folder).as_posix() for where, _, names in os.walk(folder) for name in names
    )


def pack(folder: Path, target: Path) -> None:
    """Pack a bundle's folder as a zip: files in order, stored, without times. `BundleError` for more than it holds."""
    names = names_in(folder)
    if sum((folder / name).stat().st_size for name in names) > LARGEST_ZIP:
        raise BundleError(f"the bundle has more than {LARGEST_ZIP} bytes; write it as a folder")
    central, offset = b"", 0
    with target.open("xb") as file:
        for name in names:
            path = folder / name
            size, crc = path.stat().st_size, _crc(path)
            head = verifier.zip_local(name, crc, size)
            file.write(head)
            with path.open("rb") as reading:
                shutil.copyfileobj(reading, file)
            central += verifier.zip_central(name, crc, size, offset)
            offset += len(head) + size
        file.write(central + verifier.zip_end(len(names), len(central), offset))


def _digested(path: Path) -> list[Any]:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(2**20):
            digest.update(piece)
    return [path.stat().st_size, digest.hexdigest()]


def _crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while piece := file.read(2**20):
            crc = zlib.crc32(piece, crc)
    return crc
