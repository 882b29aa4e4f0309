"""Verify an axflow bundle: without axflow, without a network, without trusting whoever made it.

    python3 verify_bundle.py BUNDLE [--key KEY] [--witness KEY]... [--quorum N] [--lang ko] [--json]

One file that needs Python 3.8 or newer and nothing else, so that it can be read before it is believed. Exit code 0:
everything that can be checked holds; 6: something does not, and it is said what and where; 2: a wrong command.

Formats: Ed25519 (RFC 8032), Merkle tree (RFC 6962), signed notes, checkpoints and cosignatures (C2SP signed-note,
tlog-checkpoint, tlog-cosignature), canonical JSON (RFC 8785 without floats). docs/bundle.md says what a bundle holds.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import sys
import zlib
from hashlib import sha256, sha512
from typing import Any, BinaryIO, Iterator, NamedTuple, Sequence

FORMAT, VERSION = "axflow-bundle", 1
NOTE_LINE = "axflow-bundle/1"
GOOD, USAGE, BROKEN = 0, 2, 6

LONGEST_LINE = 16 * 2**20
"""Bytes of a line; a longer one is refused before it is read to its end."""
LARGEST_DOCUMENT = 64 * 2**20
LARGEST_NOTE = 1024 * 1024
MOST_FILES = 100_000
MOST_FAULTS = 50
DEEPEST = 100
NOTHING = "0" * 64


class Fault(Exception):
    """Something does not hold: where, and what."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")
        self.place, self.what = place, what


# Ed25519, RFC 8032 section 5.1: verifying only. Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_NEUTRAL = (0, 1, 1, 0)


def _add(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    left, right = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    cross, middle = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = right - left, middle - cross, middle + cross, right + left
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: tuple[int, ...]) -> tuple[int, ...]:
    result: tuple[int, ...] = _NEUTRAL
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point, scalar = _add(point, point), scalar >> 1
    return result


def _equal(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % _P == 0 and (a[1] * b[2] - b[1] * a[2]) % _P == 0


def _point(data: bytes) -> tuple[int, ...] | None:
    """The point that 32 bytes encode; None where they encode none, or not in the one way allowed."""
    number = int.from_bytes(data, "little")
    y, odd = number & (2**255 - 1), number >> 255
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = _P - x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")) or _NEUTRAL


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is one of `message` under `public` (32 bytes); a key of small order signs none."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or s >= _ORDER or _equal(_times(8, key), _NEUTRAL):
        return False
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    return _equal(_times(s, _BASE), _add(commitment, _times(k, key)))


# Signed notes, verifier keys, checkpoints, cosignatures (C2SP)


class Key(NamedTuple):
    """A verifier key: `name+hash+base64`. Kind 1 signs notes, kind 4 cosigns checkpoints."""

    name: str
    id: bytes
    kind: int
    public: bytes
    text: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, in groups that can be read out."""
        digits = sha256(self.public).hexdigest()
        return " ".join(digits[place : place + 4] for place in range(0, 64, 4))


def read_key(text: str) -> Key:
    """The key that `text` spells. `Fault` where it spells none."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not parts[0] or any(sign.isspace() for sign in text):
        raise Fault("key", f"{text[:200]!r} is no verifier key; one looks like name+1234abcd+base64")
    data = _base64(parts[2], "key")
    if len(data) != 33 or data[0] not in (1, 4):
        raise Fault("key", f"{parts[0]!r} is no Ed25519 key")
    id = sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if parts[1] != id.hex():
        raise Fault("key", f"{parts[0]!r} has the hash {id.hex()}, not {parts[1][:40]!r}")
    return Key(parts[0], id, data[0], data[1:], text)


class Note(NamedTuple):
    """A text and the signatures under it: name, key id, bytes."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def signed_by(self, key: Key, place: str) -> int | None:
        """None without a signature by `key`; else the Unix time of a cosignature, 0 of a signature without time.

        `Fault` where the note says that `key` signed it and the signature does not verify.
        """
        found = None
        for name, id, data in self.signatures:
            if name != key.name or id != key.id:
                continue
            if key.kind == 1:
                signed, message, signature = 0, self.text.encode(), data
            else:
                signed = int.from_bytes(data[:8], "big")
                message, signature = f"cosignature/v1\ntime {signed}\n{self.text}".encode(), data[8:]
            if not ed25519_verifies(key.public, message, signature):
                raise Fault(place, f"the signature of {name} does not verify")
            found = signed
        return found


def read_note(data: bytes, place: str) -> Note:
    """A signed note, read strictly."""
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise Fault(place, "not UTF-8") from None
    if any(ord(sign) < 32 and sign != "\n" for sign in whole):
        raise Fault(place, "a control character")
    text, parted, below = whole.rpartition("\n\n")
    if not parted or not text or not below.endswith("\n"):
        raise Fault(place, "no signed note: a text, an empty line, and signatures")
    signatures = []
    for line in below[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1]:
            raise Fault(place, f"no line of a signature: {line[:80]!r}")
        data = _base64(parts[2], place)
        if len(data) < 5:
            raise Fault(place, f"the signature of {parts[1]} is cut short")
        signatures.append((parts[1], data[:4], data[4:]))
    return Note(text + "\n", tuple(signatures))


class Checkpoint(NamedTuple):
    """A signed tree head."""

    origin: str
    size: int
    root: bytes


def read_checkpoint(text: str, place: str) -> Checkpoint:
    """The tree head that a note's text tells."""
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]) or "" in lines:
        raise Fault(place, "no checkpoint: origin, size of the tree, root")
    root = _base64(lines[2], place)
    if len(root) != 32:
        raise Fault(place, "the root is no SHA-256")
    return Checkpoint(lines[0], int(lines[1]), root)


def _base64(text: str, place: str) -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise Fault(place, f"not base64: {text[:60]!r}") from None
    if base64.b64encode(data).decode() != text:  # spare bits that are set say nothing, and are refused
        raise Fault(place, f"not the one spelling of these bytes in base64: {text[:60]!r}")
    return data


# Canonical JSON and hashes


def canonical(value: Any) -> bytes:
    """The one spelling of a value of JSON without floats."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def read_json(data: bytes, place: str) -> Any:
    """The value that `data` spells, if that is its canonical spelling to the byte."""
    try:
        value = json.loads(data.decode(), parse_float=_no_float, parse_constant=_no_float)
        spelled = canonical(value)
    except (ValueError, RecursionError) as error:
        raise Fault(place, f"no canonical JSON: {str(error)[:200]}") from None
    if spelled != data:
        raise Fault(place, "not the canonical spelling of its value")
    return value


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text[:40]} is no integer")


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 section 2.1: the hash of an entry's bytes."""
    return sha256(b"\x00" + data).digest()


def commitment(value: Any, salt: bytes) -> str:
    """What an entry holds of a value that stands beside it."""
    return sha256(b"axflow/content\x01" + salt + canonical(value)).hexdigest()


# The container: a folder, or a zip of which every byte follows from names and contents

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}")
_DOS_DATE = ((1980 - 1980) << 9 | 1 << 5 | 1).to_bytes(2, "little")


def zip_local(name: str, crc: int, size: int) -> bytes:
    """The header before a stored file: no time, no attributes, no compression (APPNOTE 4.3.7)."""
    raw = name.encode("ascii")
    fixed = b"PK\x03\x04\x0a\x00" + bytes(6) + _DOS_DATE + crc.to_bytes(4, "little") + size.to_bytes(4, "little") * 2
    return fixed + len(raw).to_bytes(2, "little") + bytes(2) + raw


def zip_central(name: str, crc: int, size: int, offset: int) -> bytes:
    """A stored file's line in the directory at the end (APPNOTE 4.3.12)."""
    raw = name.encode("ascii")
    fixed = b"PK\x01\x02\x0a\x00\x0a\x00" + bytes(6) + _DOS_DATE + crc.to_bytes(4, "little")
    lengths = size.to_bytes(4, "little") * 2 + len(raw).to_bytes(2, "little")
    return fixed + lengths + bytes(12) + offset.to_bytes(4, "little") + raw


def zip_end(count: int, size: int, offset: int) -> bytes:
    """The end of the whole (APPNOTE 4.3.16)."""
    return (
        b"PK\x05\x06" + bytes(4) + count.to_bytes(2, "little") * 2
        + size.to_bytes(4, "little") + offset.to_bytes(4, "little") + bytes(2)
    )  # fmt: skip


class Container:
    """The files of a bundle by name. Nothing is unpacked, and no name leads out of it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.files: dict[str, tuple[str, int, int]] = {}
        """Name: the file that it is read from, where it begins, and its bytes."""
        if os.path.isdir(path):
            self._folder(path)
        else:
            self._zip(path)

    def _folder(self, path: str) -> None:
        for folder, folders, names in os.walk(path):
            for name in [*names, *folders]:
                whole = os.path.join(folder, name)
                inner = os.path.relpath(whole, path).replace(os.sep, "/")
                if os.path.islink(whole) or not _NAME.fullmatch(inner):
                    raise Fault(inner[:200], "a link, or a name that no bundle has")
                if name in names:
                    if not os.path.isfile(whole):
                        raise Fault(inner, "no regular file")
                    self.files[inner] = (whole, 0, os.path.getsize(whole))
            if len(self.files) > MOST_FILES:
                raise Fault(path, f"more than {MOST_FILES} files")

    def _zip(self, path: str) -> None:
        end = os.path.getsize(path)
        central = b""
        with open(path, "rb") as file:
            offset = 0
            while True:
                head = file.read(30)
                if head[:4] != b"PK\x03\x04":
                    break
                if len(head) < 30 or len(self.files) >= MOST_FILES:
                    raise Fault(path, f"byte {offset}: the zip ends here, or holds too many files")
                crc, size = int.from_bytes(head[14:18], "little"), int.from_bytes(head[18:22], "little")
                raw = file.read(int.from_bytes(head[26:28], "little"))
                name = raw.decode("ascii", "replace")
                if not _NAME.fullmatch(name) or name in self.files or head + raw != zip_local(name, crc, size):
                    raise Fault(path, f"byte {offset}: not as a bundle is packed; unpack it and verify the folder")
                begins = offset + len(head) + len(raw)
                if begins + size > end:
                    raise Fault(path, f"{name} is cut short")
                if _crc(file, size) != crc:
                    raise Fault(name, "its bytes do not fit the checksum of the zip")
                self.files[name] = (path, begins, size)
                central += zip_central(name, crc, size, offset)
                offset = begins + size
            if list(self.files) != sorted(self.files):
                raise Fault(path, "its files are not in order")
            wanted = central + zip_end(len(self.files), len(central), offset)
            if end != offset + len(wanted) or head + file.read(len(wanted)) != wanted:
                raise Fault(path, f"byte {offset}: no bundle ends like this")

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, piece by piece."""
        path, begins, left = self._place(name)
        with open(path, "rb") as file:
            file.seek(begins)
            while left:
                piece = file.read(min(left, 2**20))
                if not piece:
                    raise Fault(name, "cut short")
                left -= len(piece)
                yield piece

    def read(self, name: str, most: int) -> bytes:
        """A whole file. `Fault` where it has more than `most` bytes."""
        if self._place(name)[2] > most:
            raise Fault(name, f"more than {most} bytes")
        return b"".join(self.chunks(name))

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file, each with its end taken off. `Fault` for a last line without end."""
        rest = b""
        for piece in self.chunks(name):
            rest += piece
            *lines, rest = rest.split(b"\n")
            yield from lines
            if len(rest) > LONGEST_LINE:
                raise Fault(name, f"a line of more than {LONGEST_LINE} bytes")
        if rest:
            raise Fault(name, "the last line has no end")

    def _place(self, name: str) -> tuple[str, int, int]:
        if name not in self.files:
            raise Fault(name, "missing")
        return self.files[name]


def _crc(file: BinaryIO, left: int) -> int:
    crc = 0
    while left:
        piece = file.read(min(left, 2**20))
        if not piece:
            break
        crc, left = zlib.crc32(piece, crc), left - len(piece)
    return crc


# The bundle


class Log(NamedTuple):
    """What is known of the log that the entries stand in."""

    checkpoint: Checkpoint
    key: Key
    pinned: bool
    """Whether the reader named the key, and not the bundle."""
    witnesses: tuple[tuple[str, int], ...]
    """Who cosigned the checkpoint, and when (Unix time)."""


class Result:
    """What was found of a bundle."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.manifest: dict[str, Any] = {}
        self.log: Log | None = None
        self.maker: Key | None = None
        """Who signed the manifest."""
        self.counts = {"entries": 0, "projects": 0, "placed": 0, "values": 0, "withheld": 0, "redacted": 0}

    @property
    def good(self) -> bool:
        """Whether everything that can be checked holds."""
        return not self.faults

    @property
    def whole(self) -> bool:
        """Whether every leaf of the signed tree is in the bundle: then nothing was left out of it."""
        return self.log is not None and self.counts["placed"] == self.log.checkpoint.size


class _TooMany(Exception):
    pass


class _Bundle:
    """One verification. Memory grows with the number of projects and of redactions, not with that of entries."""

    def __init__(self, path: str, keys: Sequence[Key], witnesses: Sequence[Key], quorum: int | None) -> None:
        self.path = path
        self.keys, self.witnesses, self.quorum = keys, witnesses, quorum
        self.result = Result()
        self.projects: dict[str, tuple[int, str, bytes]] = {}
        """Last number, its hash, and a digest of the configuration after it."""
        self.gone: set[tuple[str, int, str]] = set()
        self.redacted: set[tuple[str, int, str]] = set()
        self.rules: set[str] = set()
        self.calendars: set[str] = set()
        self.directory: list[tuple[str, str]] = []

    def fault(self, place: str, what: str) -> None:
        self.result.faults.append(Fault(place, what))
        if len(self.result.faults) >= MOST_FAULTS:
            raise _TooMany

    def run(self) -> Result:
        try:
            self.files = Container(self.path)
            self._manifest()
            for step in (self._log, self._documents, self._journal, self._ends):
                try:
                    step()
                except Fault as fault:
                    self.fault(fault.place, fault.what)
        except Fault as fault:
            self.result.faults.append(fault)
        except _TooMany:
            pass
        except OSError as error:
            self.result.faults.append(Fault(self.path, error.strerror or str(error)))
        return self.result

    # What there is, and that it is what the manifest says

    def _manifest(self) -> None:
        data = self.files.read("MANIFEST.json", LARGEST_DOCUMENT)
        manifest = read_json(data, "MANIFEST.json")
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise Fault("MANIFEST.json", "no manifest of a bundle")
        if manifest.get("version") != VERSION:
            raise Fault("MANIFEST.json", f"version {manifest.get('version')!r}; this file verifies version {VERSION}")
        self.result.manifest = manifest
        self._signed(data)
        files = manifest.get("files")
        if not isinstance(files, dict) or not all(_is_file(value) for value in files.values()):
            raise Fault("MANIFEST.json", "it does not list its files")
        for name in sorted(set(self.files.files) - set(files) - {"MANIFEST.json", "MANIFEST.note"}):
            self.fault(name, "not in the manifest")
        for name in sorted(files):
            if name not in self.files.files:
                self.fault(name, "missing")
                continue
            digest, size = sha256(), 0
            for piece in self.files.chunks(name):
                digest.update(piece)
                size += len(piece)
            if [size, digest.hexdigest()] != files[name]:
                self.fault(name, "not the bytes that the manifest names")

    def _signed(self, manifest: bytes) -> None:
        """MANIFEST.note names the manifest; it may be signed by whoever made the bundle."""
        place = "MANIFEST.note"
        data = self.files.read(place, LARGEST_NOTE)
        maker = self.result.manifest.get("maker")
        text = f"{NOTE_LINE}\n{base64.b64encode(sha256(manifest).digest()).decode()}\n"
        if maker is None:
            if data != text.encode():
                raise Fault(place, "it does not name this manifest")
            return
        note, key = read_note(data, place), read_key(str(maker))
        if note.text != text:
            raise Fault(place, "it does not name this manifest")
        if key.kind != 1 or len(note.signatures) != 1 or note.signed_by(key, place) is None:
            raise Fault(place, f"{key.name} did not sign it")
        self.result.maker = key

    def _log(self) -> None:
        if self.result.manifest.get("log") is None:
            if self.keys:
                raise Fault("log/checkpoint", "missing: nothing in this bundle is signed by the key that you gave")
            return
        listed: dict[str, list[Key]] = {"log": [], "witness": []}
        quorum = 0
        for number, line in enumerate(self.files.lines("log/keys.txt"), 1):
            what, _, value = line.decode("ascii", "replace").partition(" ")
            if what in listed:
                listed[what].append(read_key(value))
            elif what == "quorum" and re.fullmatch(r"0|[1-9][0-9]?", value):
                quorum = int(value)
            else:
                raise Fault(f"log/keys.txt line {number}", "neither a key nor a quorum")
        place = "log/checkpoint"
        note = read_note(self.files.read(place, LARGEST_NOTE), place)
        checkpoint = read_checkpoint(note.text, place)
        head = {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
        if self.result.manifest["log"] != head:
            raise Fault(place, "not the head that the manifest names")
        ids = {(key.name, key.id) for key in (*listed["log"], *listed["witness"])}
        for name, id, _ in note.signatures:
            if (name, id) not in ids:
                raise Fault(place, f"a signature by {name}, whose key is not in log/keys.txt")
        signers = [key for key in self.keys or listed["log"] if note.signed_by(key, place) is not None]
        if not signers:
            raise Fault(place, "not signed by " + ("the key that you gave" if self.keys else "a key of log/keys.txt"))
        if signers[0].name != checkpoint.origin or signers[0].kind != 1:
            raise Fault(place, f"the key of {signers[0].name} does not speak for the log {checkpoint.origin}")
        known, cosigned = self.witnesses or listed["witness"], {}
        for key in known:
            at = note.signed_by(key, place)
            if at is not None:
                cosigned[key.public] = (key.name, at)
        least = self.quorum if self.quorum is not None else quorum
        if len(cosigned) < least:
            raise Fault(place, f"{len(cosigned)} of {len(known)} witnesses cosigned it, {least} must have")
        self.result.log = Log(checkpoint, signers[0], bool(self.keys), tuple(cosigned.values()))

    def _documents(self) -> None:
        for name in sorted(self.files.files):
            folder, _, stem = name.rpartition("/")
            if folder not in ("documents/definitions", "documents/rules", "documents/calendars"):
                continue
            data = self.files.read(name, LARGEST_DOCUMENT)
            read_json(data, name)
            if stem != sha256(data).hexdigest() + ".json":
                self.fault(name, "its digest is not its name")
            elif folder != "documents/definitions":
                (self.rules if folder == "documents/rules" else self.calendars).add(stem[:64])
        digest, first = sha256(b"["), True
        for number, line in enumerate(self.files.lines("documents/directory.jsonl"), 1):
            change = read_json(line, f"documents/directory.jsonl line {number}")
            record = change.get("record") if isinstance(change, dict) else None
            who = record.get("actor") or record.get("to_actor") if isinstance(record, dict) else None
            self.directory.append((str(change.get("kind")) if record else "", str(who)))
            digest.update(line if first else b"," + line)
            first = False
        digest.update(b"]")
        if self.result.manifest.get("directory") != digest.hexdigest():
            self.fault("documents/directory.jsonl", "not the directory that the manifest names")

    # The journal

    def _journal(self) -> None:
        entries = self._entries()
        log = self.result.log
        if log is not None:
            given = self.files.lines("log/proof.txt")
            self._next = next(entries, None)
            root = self._root(0, log.checkpoint.size, given, entries)
            if root != log.checkpoint.root:
                self.fault("log/proof.txt", "the entries and this proof do not lead to the root that was signed")
            if next(given, None) is not None:
                self.fault("log/proof.txt", "more hashes than the tree has room for")
            if self._next is not None and self._next[0] is not None:
                self.fault("journal/beside.jsonl", f"leaf {self._next[0]} lies beyond the signed tree, or out of order")
        judged = log is not None or self.result.manifest["log"] is None  # else the log itself was found wanting
        for leaf, _ in entries:
            if leaf is not None and judged:
                self.fault("journal/beside.jsonl", f"leaf {leaf} lies beyond the signed tree, or out of order")

    def _root(self, low: int, high: int, given: Iterator[bytes], entries: Iterator[tuple[int | None, bytes]]) -> bytes:
        """The hash of the leaves from `low` to before `high`: worked out where an entry is among them, else given."""
        leaf = self._next[0] if self._next is not None else None
        if low == high == 0:
            return sha256().digest()
        if leaf is None or not low <= leaf < high:
            line = next(given, None)
            if line is None or not re.fullmatch(rb"[0-9a-f]{64}", line):
                raise Fault("log/proof.txt", f"no hash for the leaves {low} to {high - 1}")
            return bytes.fromhex(line.decode())
        if high - low == 1:
            found = self._next
            self._next = next(entries, None)
            self.result.counts["placed"] += 1
            return found[1] if found is not None else b""
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        left = self._root(low, middle, given, entries)
        return sha256(b"\x01" + left + self._root(middle, high, given, entries)).digest()

    def _entries(self) -> Iterator[tuple[int | None, bytes]]:
        """Each entry's place in the log and hash, after everything else about it was checked."""
        besides = self.files.lines("journal/beside.jsonl")
        for number, line in enumerate(self.files.lines("journal/entries.jsonl"), 1):
            place = f"journal/entries.jsonl line {number}"
            beside_place = f"journal/beside.jsonl line {number}"
            entry, hashed = read_json(line, place), leaf_hash(line)
            other = next(besides, None)
            if other is None:
                raise Fault(beside_place, "missing")
            beside = read_json(other, beside_place)
            if not _is_entry(entry):
                raise Fault(place, "no sealed entry")
            if not _is_beside(beside):
                raise Fault(beside_place, "neither a place in the log nor content")
            self._chain(entry, hashed, place)
            self._authority(entry, place)
            self._content(entry, beside, beside_place)
            self.result.counts["entries"] += 1
            yield beside["leaf"], hashed
        if next(besides, None) is not None:
            raise Fault("journal/beside.jsonl", "more lines than there are entries")

    def _chain(self, entry: dict[str, Any], hashed: bytes, place: str) -> None:
        project, seq = entry["project"], entry["seq"]
        last, previous, configuration = self.projects.get(project, (0, NOTHING, b""))
        name = f"{place} (entry {seq} of project {project})"
        if seq != last + 1:
            self.fault(name, f"entry {last + 1} should stand here")
        elif entry["prev"] != previous:
            self.fault(name, f"it follows {entry['prev'][:16]}…, the entry before it has the hash {previous[:16]}…")
        if last and _short(entry["before"]) != configuration:
            self.fault(name, "it does not begin where the entry before it ended")
        self.projects[project] = (seq, hashed.hex(), _short(entry["after"]))

    def _authority(self, entry: dict[str, Any], place: str) -> None:
        """Rules, calendar and the grant that an entry names are documents of this bundle."""
        if entry.get("rules") not in self.rules:
            self.fault(place, f"no rules {str(entry.get('rules'))[:16]}… in documents/rules")
        for effect in entry.get("effects", ()):
            if effect[0] == "calendar" and effect[1] not in self.calendars:
                self.fault(place, f"no calendar {str(effect[1])[:16]}… in documents/calendars")
        actor = entry.get("actor") or {}
        grant = actor.get("grant")
        if grant is not None:
            kind, who = self.directory[grant - 1] if 0 < grant <= len(self.directory) else ("", "")
            if kind not in ("grant", "delegation") or who not in (actor.get("id"), actor.get("on_behalf_of")):
                self.fault(place, f"change {grant} of the directory gives {actor.get('id')} nothing")

    def _content(self, entry: dict[str, Any], beside: dict[str, Any], place: str) -> None:
        commitments = entry.get("content", {})
        project, seq, counts = entry["project"], entry["seq"], self.result.counts
        shown, withheld, redacted = beside["content"], beside["withheld"], beside["redacted"]
        if sorted([*shown, *withheld, *redacted]) != sorted(commitments):
            self.fault(place, "not the content fields that its entry names")
            return
        for field, (value, salt) in shown.items():
            if commitment(value, bytes.fromhex(salt)) != commitments[field]:
                self.fault(place, f"{field} is not what was recorded")
        self.gone.update((project, seq, field) for field in redacted)
        counts["values"] += len(shown)
        counts["withheld"] += len(withheld)
        counts["redacted"] += len(redacted)
        if entry["kind"] == "redact" and entry["outcome"] == "recorded":
            facts = [fact[0] for fact in entry.get("facts", ())]
            numbers = [name[6:] for name in facts if name.startswith("entry:")]
            self.redacted.update(
                (project, int(numbers[0]), name[6:]) for name in facts if numbers and name.startswith("field:")
            )

    def _ends(self) -> None:
        """The last entries are those that the bundle names, and content is gone only where an entry says so."""
        listed = 0
        for number, line in enumerate(self.files.lines("journal/projects.jsonl"), 1):
            place = f"journal/projects.jsonl line {number}"
            row = read_json(line, place)
            if not isinstance(row, dict) or not isinstance(row.get("project"), str):
                raise Fault(place, "no project")
            last = self.projects.get(row["project"], (0, "", b""))
            if (row.get("entries"), row.get("head"), _short(row.get("configuration"))) != last:
                self.fault(place, f"project {row['project']} does not end like this")
            listed += 1
        if listed != len(self.projects):
            self.fault("journal/projects.jsonl", f"{listed} projects, the journal has {len(self.projects)}")
        self.result.counts["projects"] = len(self.projects)
        for project, seq, field in sorted(self.gone - self.redacted)[:MOST_FAULTS]:
            self.fault(f"entry {seq} of project {project}", f"{field} is gone, and no entry redacts it")
        for project, seq, field in sorted(self.redacted - self.gone)[:MOST_FAULTS]:
            self.fault(f"entry {seq} of project {project}", f"{field} was redacted, and is here")
        stated = {name: self.result.manifest.get(name) for name in ("entries", "projects", "withheld", "redacted")}
        if stated != {name: self.result.counts[name] for name in stated}:
            self.fault("MANIFEST.json", "its counts are not those of the journal")


def _short(value: Any) -> bytes:
    return sha256(canonical(value)).digest()[:16]


def _is_file(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and type(value[0]) is int and isinstance(value[1], str)


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or type(entry.get("seq")) is not int or "before" not in entry:
        return False
    texts = all(isinstance(entry.get(name), str) for name in ("project", "prev", "kind", "outcome"))
    content, actor = entry.get("content", {}), entry.get("actor", {})
    lists = [entry.get("facts", []), entry.get("effects", [])]
    return (
        texts and "after" in entry and isinstance(content, dict)
        and all(isinstance(value, str) for value in content.values())
        and isinstance(actor, dict) and type(actor.get("grant", 0)) is int
        and all(isinstance(rows, list) for rows in lists)
        and all(isinstance(row, list) and row and isinstance(row[0], str) for rows in lists for row in rows)
        and all(len(row) > 1 for row in lists[1] if row[0] == "calendar")
        and all(re.fullmatch(r"entry:[0-9]{1,9}", row[0]) for row in lists[0] if row[0].startswith("entry:"))
    )  # fmt: skip


def _is_beside(beside: Any) -> bool:
    if not isinstance(beside, dict) or set(beside) != {"leaf", "content", "withheld", "redacted"}:
        return False
    leaf, content = beside["leaf"], beside["content"]
    return (
        (leaf is None or (type(leaf) is int and leaf >= 0)) and isinstance(content, dict)
        and all(
            isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], str)
            and re.fullmatch(r"[0-9a-f]{32}", pair[1]) for pair in content.values()
        )
        and all(isinstance(beside[name], list) and all(isinstance(field, str) for field in beside[name])
                for name in ("withheld", "redacted"))
    )  # fmt: skip


def verify_bundle(
    path: str, keys: Sequence[Key] = (), witnesses: Sequence[Key] = (), quorum: int | None = None
) -> Result:
    """Verify a bundle: a folder or a zip. Never raises for what it reads.

    `keys` and `witnesses`, where given, count instead of those that the bundle brings; `quorum` is how many of the
    witnesses must have cosigned, instead of the number that the bundle states.
    """
    return _Bundle(path, keys, witnesses, quorum).run()


# What is said

_ASK = (
    "Ask its operator for the fingerprint by a channel that has nothing to do with this file (a letter, a telephone "
    "number that you knew before, its own site)",
    "이 파일과 무관한 경로(공문, 이전부터 알던 전화번호, 기관 누리집)로 운영기관에 지문을 확인하십시오",
)


def three_lines(result: Result, korean: bool = False) -> tuple[str, str, str]:
    """What is proved, what is not, and whose key with which fingerprint and how to check it otherwise."""
    heads = ("증명됨", "증명되지 않음", "서명키") if korean else ("PROVED", "NOT PROVED", "KEY")
    lines = (_proved(result, korean), _unproved(result, korean), _key(result, korean))
    return f"{heads[0]}: {lines[0]}", f"{heads[1]}: {lines[1]}", f"{heads[2]}: {lines[2]}"


def _proved(result: Result, korean: bool) -> str:
    counts, log = result.counts, result.log
    if not result.good:
        first = result.faults[0]
        if korean:
            return f"없음. 맞지 않는 곳 {len(result.faults)}건, 첫째: {first}"
        return f"nothing. {len(result.faults)} thing(s) do not hold, the first: {first}"
    if log is None:
        if korean:
            found = f"사업 {counts['projects']}건의 기록 {counts['entries']}건이 서로 빠짐없이 이어짐"
            return f"서명으로 증명된 것은 없음. {found}."
        return (
            f"nothing by a signature. The {counts['entries']} entries of {counts['projects']} project(s) follow one "
            "another without gap and fit their content, as they would if somebody had made all of it up."
        )
    size, placed = log.checkpoint.size, counts["placed"]
    names = ", ".join(name for name, _ in log.witnesses)
    if korean:
        return (
            f"사업 {counts['projects']}건의 기록 {placed}건은 로그 {log.checkpoint.origin}이(가) 서명한 "
            f"{size}건 가운데 있는 "
            f"그대로이며, 사업마다 첫 기록부터 빠짐없이 이어짐. 공개된 값 {counts['values']}건은 기록된 그대로임."
            + (" 로그 전체가 들어 있어 빠진 기록이 없음." if result.whole else "")
            + (f" 입회: {names}." if names else "")
        )
    return (
        f"{placed} entries of {counts['projects']} project(s) are, bit for bit, among the {size} that the log "
        f"{log.checkpoint.origin} signed; each project's follow one another without gap from its first; "
        f"{counts['values']} disclosed values are those recorded."
        + (" The whole log is here: no entry of it is left out." if result.whole else "")
        + (f" Cosigned by {names}." if names else "")
    )


def _unproved(result: Result, korean: bool) -> str:
    counts, log = result.counts, result.log
    said = ["기록된 내용이 사실이라는 것" if korean else "that what was recorded is true"]
    if log is not None and not result.whole:
        said.append("이후의 기록이 더 없다는 것" if korean else "that these projects have no later entries")
    if log is not None and not log.witnesses:
        said.append(
            "로그가 모두에게 같은 이력을 보인다는 것(입회자 없음)" if korean
            else "that the log shows everybody the same history (no witness cosigned)"
        )  # fmt: skip
    unplaced = counts["entries"] - counts["placed"]
    if unplaced and log is not None:
        said.append(
            f"서명되지 않은 기록 {unplaced}건" if korean else f"the {unplaced} entries that no signature covers yet"
        )
    if counts["withheld"] or counts["redacted"]:
        said.append(
            f"공개되지 않은 값 {counts['withheld']}건과 삭제된 값 {counts['redacted']}건의 내용" if korean
            else f"what the {counts['withheld']} withheld and {counts['redacted']} redacted values were"
        )  # fmt: skip
    maker = result.maker.name if result.maker is not None else None
    if korean:
        said.append(f"명부와 절차의 이름 ({maker}의 서명만 있음)" if maker else "명부와 절차의 이름 (만든 이의 말뿐임)")
    else:
        word = f"on the signature of {maker} alone" if maker else "on the word of whoever made this alone"
        said.append(f"directory and titles of definitions, which stand {word}")
    return "; ".join(said) + "."


def _key(result: Result, korean: bool) -> str:
    log = result.log
    ask = _ASK[korean]
    if log is None:
        return "없음." if korean else "none."
    shown = f"{log.key.text}, SHA-256 {log.key.fingerprint}"
    if korean:
        known = "직접 지정하신 키" if log.pinned else f"이 묶음에 들어 있던 키. {ask}. 그 뒤 --key로 다시 검증하십시오"
        return f"{log.checkpoint.origin}의 {shown}. {known}."
    known = "You gave it" if log.pinned else f"The bundle itself brought it. {ask}; then verify again with --key"
    return f"of {log.checkpoint.origin}: {shown}. {known}."


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify what the command line names; the exit code."""
    import argparse

    parser = argparse.ArgumentParser(prog="verify_bundle.py", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("path", help="the bundle, a folder or a zip / 묶음")
    parser.add_argument("--key", action="append", default=[], help="the log's verifier key, known from elsewhere")
    parser.add_argument("--witness", action="append", default=[], help="a witness's verifier key")
    parser.add_argument("--quorum", type=int, help="how many of the witnesses must have cosigned")
    parser.add_argument("--lang", choices=("en", "ko"), default="en")
    parser.add_argument("--json", action="store_true", help="findings as JSON")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        keys = [read_key(text) for text in given.key]
        witnesses = [read_key(text) for text in given.witness]
    except Fault as fault:
        print(fault, file=sys.stderr)
        return USAGE
    if not os.path.exists(given.path):
        print(f"{given.path}: there is no such file", file=sys.stderr)
        return USAGE
    result = verify_bundle(given.path, keys, witnesses, given.quorum)
    lines = three_lines(result, given.lang == "ko")
    if given.json:
        print(json.dumps(as_data(result), ensure_ascii=False, indent=2))
        return GOOD if result.good else BROKEN
    print("\n".join(lines))
    for one in result.faults:
        print(f"- {one}")
    return GOOD if result.good else BROKEN


def as_data(result: Result) -> dict[str, Any]:
    """The result as JSON data; the three lines in English."""
    log = result.log
    return {
        "schema": 1,
        "good": result.good,
        "lines": list(three_lines(result)),
        "faults": [{"place": fault.place, "what": fault.what} for fault in result.faults],
        "counts": result.counts,
        "whole": result.whole,
        "log": None if log is None else {
            "origin": log.checkpoint.origin, "size": log.checkpoint.size, "root": log.checkpoint.root.hex(),
            "key": log.key.text, "fingerprint": log.key.fingerprint, "pinned": log.pinned,
            "witnesses": [{"name": name, "time": at} for name, at in log.witnesses],
        },
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
