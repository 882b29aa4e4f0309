"""The chain of a project: each entry holds the hash of the one before it.

An entry's hash is SHA-256(0x00 ‖ its stored bytes), the leaf hash of RFC 6962 (section 2.1), so that one hash serves
the chain and the tree. The bytes are canonical JSON of an object that has `project` (text), `seq` (1, 2, 3 … without
gap) and `prev` (hash of the entry before, in hexadecimal; 64 zeros in the first), besides what the entry says.

A chain alone shows any change inside it, but neither a cut at its end nor a history written anew from some entry on:
for these, `verify_chain` compares with a head that was known before, from a checkpoint or a receipt.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal

from axflow.journal.canonical import CanonicalError, canonical, parse_canonical

FIRST_SEQ: Final = 1
NOTHING: Final = bytes(32)
"""What the first entry names as the hash before it. No bytes are known to have this hash."""

BreakKind = Literal["malformed", "spliced", "gap", "reordered", "repeated", "edited", "truncated", "rewritten"]


class ChainError(ValueError):
    """An entry can't be sealed where it is meant to go; the message says what would fit."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain as known at some time: its sequence number and hash."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first place at which a chain doesn't hold.

    `place` counts the entries given, from 0; `seq` is the sequence number that was expected there. Kinds: `malformed`
    (no canonical entry), `spliced` (an entry of another project), `gap` (an entry is missing), `reordered`, `repeated`,
    `edited` (this entry, or the one before it, is not the one that was sealed), `truncated` (the known head lies beyond
    the end), `rewritten` (another entry stands where the known head was).
    """

    kind: BreakKind
    place: int
    seq: int
    detail: str

    def in_words(self, language: Literal["en", "ko"]) -> str:
        """The finding as a sentence; details stay in English, since they quote data."""
        return _WORDS[self.kind][0 if language == "en" else 1].format(
            seq=self.seq, before=self.seq - 1, why=self.detail
        )


_WORDS: dict[BreakKind, tuple[str, str]] = {
    "malformed": ("Entry {seq} is no sealed entry: {why}.", "{seq}번 항목은 봉인된 항목이 아닙니다({why})."),
    "spliced": (
        "Entry {seq} comes from another project: {why}.",
        "{seq}번 항목은 다른 프로젝트의 항목입니다({why}).",
    ),
    "gap": ("Entry {seq} is missing: {why}.", "{seq}번 항목이 없습니다({why})."),
    "reordered": ("Entry {seq} is not in its place: {why}.", "{seq}번 항목이 제자리에 있지 않습니다({why})."),
    "repeated": (
        "An earlier entry stands again where entry {seq} belongs: {why}.",
        "{seq}번 항목 자리에 이전 항목이 다시 나옵니다({why}).",
    ),
    "edited": (
        "Entry {before} or {seq} was altered after it was sealed: {why}.",
        "{before}번 또는 {seq}번 항목이 봉인된 뒤에 변경되었습니다({why}).",
    ),
    "truncated": ("The history ends before entry {seq}: {why}.", "이력이 {seq}번 항목 전에 끝납니다({why})."),
    "rewritten": (
        "Entry {seq} is not the one that was known: {why}.",
        "{seq}번 항목이 이전에 확인된 항목과 다릅니다({why}).",
    ),
}


def entry_hash(data: bytes) -> bytes:
    """The hash of an entry's stored bytes: SHA-256(0x00 ‖ data), 32 bytes, the leaf hash of RFC 6962."""
    return sha256(b"\x00" + data).digest()


def seal(structure: Mapping[str, Any], previous: bytes = NOTHING) -> tuple[bytes, bytes]:
    """The bytes to store for `structure` after the entry whose hash is `previous`, and their own hash.

    `structure` has `project` and `seq` and no `prev`, which is put in here; it isn't changed. Raises `ChainError` when
    that is not so and `CanonicalError` for content without canonical form.
    """
    seq = structure.get("seq")
    if type(seq) is not int or not isinstance(structure.get("project"), str):
        raise ChainError("an entry to be sealed has a project (text) and a seq (whole number)")
    if "prev" in structure:
        raise ChainError(f"entry {seq} of project {structure['project']!r} names its prev already; sealing puts it in")
    if (previous == NOTHING) != (seq == FIRST_SEQ) or seq < FIRST_SEQ:
        raise ChainError(
            f"entry {seq} of project {structure['project']!r} is sealed {'without' if previous == NOTHING else 'with'} "
            f"an entry before it; entry {FIRST_SEQ}, and only that, is the first"
        )
    if len(previous) != len(NOTHING):
        raise ChainError(f"the hash of the entry before entry {seq} has {len(previous)} bytes, not the 32 of SHA-256")
    data = canonical({**structure, "prev": previous.hex()})
    return data, entry_hash(data)


def verify_chain(
    entries: Iterable[bytes], *, project: str | None = None, heads: Iterable[Head] = (), strict: bool = True
) -> ChainBreak | None:
    """The first break in the chain of `entries` (stored bytes, from the first entry on), or None if there is none.

    `project` is whose chain it should be (default: that of the first entry). `heads` are what others remember of it, in
    any order; one older than the end is fine. With `strict`, bytes must also be canonical, so that all read them alike;
    without, they are only parsed, which is faster.
    """
    read = parse_canonical if strict else _parse
    known = {head.seq: head.hash for head in heads}
    expected, previous = FIRST_SEQ, NOTHING.hex()
    rest = iter(entries)
    for place, data in enumerate(rest):
        broken = _look(data, read, project, expected, previous, place, rest)
        if isinstance(broken, ChainBreak):
            return broken
        project = broken
        this = entry_hash(data)
        if known.get(expected, this) != this:
            return ChainBreak(
                "rewritten", place, expected, f"its hash is {this.hex()}, {known[expected].hex()} was known"
            )
        previous = this.hex()
        expected += 1
    last = max(known, default=0)
    if last >= expected:
        return ChainBreak(
            "truncated",
            expected - FIRST_SEQ,
            expected,
            f"a head at entry {last} was known, the last one here is {expected - 1}",
        )
    return None


def _look(
    data: bytes,
    read: Callable[[bytes], Any],
    project: str | None,
    expected: int,
    previous: str,
    place: int,
    rest: Iterator[bytes],
) -> ChainBreak | str:
    """What is wrong with the entry `data` in its place, or the project that it belongs to."""
    try:
        entry = read(data)
    except (CanonicalError, ValueError, RecursionError) as error:
        return ChainBreak("malformed", place, expected, str(error))
    fault = _malformed(entry)
    if fault is not None:
        return ChainBreak("malformed", place, expected, fault)
    mine, seq, prev = entry["project"], entry["seq"], entry["prev"]
    if project is not None and mine != project:
        return ChainBreak("spliced", place, expected, f"it belongs to project {mine!r}, not {project!r}")
    if seq > expected:
        later = any(_seq_of(other) == expected for other in rest)
        why = f"entry {seq} stands in its place" + (", it comes later" if later else "")
        return ChainBreak("reordered" if later else "gap", place, expected, why)
    if seq < expected:
        return ChainBreak("repeated", place, expected, f"entry {seq} stands there")
    if prev != previous:
        return ChainBreak("edited", place, expected, f"it follows {prev}, the entry before it has the hash {previous}")
    return str(mine)


def _malformed(entry: Any) -> str | None:
    if not isinstance(entry, dict):
        return "it is no object"
    if not isinstance(entry.get("project"), str) or type(entry.get("seq")) is not int:
        return "it has no project (text) or no seq (whole number)"
    if not isinstance(entry.get("prev"), str):
        return "it has no prev (hash in hexadecimal)"
    return None


def _parse(data: bytes) -> Any:
    return json.loads(data.decode())  # bytes would be taken for UTF-16 or UTF-32 if they look like it


def _seq_of(data: bytes) -> object:
    try:
        entry = _parse(data)
    except (ValueError, RecursionError):
        return None
    return entry.get("seq") if isinstance(entry, dict) else None
