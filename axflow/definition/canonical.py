"""One spelling for every value that is hashed: RFC 8785 (JCS), restricted to what the standard library writes exactly.

RFC 8785 asks for ECMAScript's spelling of numbers and for keys ordered by UTF-16 code units. Without floats, with
integers that a double holds exactly, and with ASCII keys, both are what `json.dumps(sort_keys=True)` does. NFC is
our addition (the RFC leaves strings as they are): the same Korean word typed on two systems must give one digest.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, Final
from unicodedata import is_normalized

LARGEST_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 8785, section 3.2.2.3; RFC 7493, section 2.2)."""
DEEPEST: Final = 100
"""Levels of nesting that a value may have; beyond them lies a cycle or an attack, not a document."""

_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False, allow_nan=False
).encode


class CanonicalError(ValueError):
    """A value has no canonical form; `path` says where in it (`$` is the whole, `$.a[2]` an item of a list in it)."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


def canonical(value: Any) -> bytes:
    """The canonical bytes of `value`, a tree of dicts, lists or tuples, strings, integers, booleans and None.

    Raises `CanonicalError`, naming the place, for a float, an integer of 2^53 or more in size, a key that is not ASCII
    text, a string that is not NFC or holds a lone surrogate, any other type, or nesting deeper than `DEEPEST`.
    """
    check_canonical(value)
    return _encode(value).encode()


def check_canonical(value: Any) -> None:
    """Raise `CanonicalError`, naming the place, unless `canonical(value)` is defined."""
    if not _sound((value,), DEEPEST + 1):
        _complain(value, "$", DEEPEST)


def digest_of(value: Any) -> str:
    """SHA-256 over the canonical bytes of `value`, in lower-case hexadecimal."""
    return sha256(canonical(value)).hexdigest()


def _sound(value: Any, levels: int) -> bool:
    # `value` is a dict, a list or a tuple. Exact types, the frequent ones first, and leaves looked at in place: this
    # walk is paid on every write. No path is built here; the rare unsound value is walked a second time by _complain,
    # which builds it. Both must agree.
    if levels == 0:
        return False
    if type(value) is dict:
        for key in value:
            if type(key) is not str or not key.isascii():
                return False
        value = value.values()
    for item in value:
        kind = type(item)
        if kind is str:
            if not (item.isascii() or _sound_text(item)):
                return False
        elif kind is dict or kind is list or kind is tuple:
            if not _sound(item, levels - 1):
                return False
        elif kind is int:
            if not -LARGEST_INTEGER <= item <= LARGEST_INTEGER:
                return False
        elif item is not None and kind is not bool:
            return False
    return True


def _sound_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return is_normalized("NFC", text)


def _complain(value: Any, path: str, levels: int) -> None:
    kind = type(value)
    if kind is str:
        _complain_of_text(value, path)
    elif kind is int:
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise CanonicalError(path, f"the integer {value} is beyond ±(2^53 - 1); write it as text")
    elif kind is dict or kind is list or kind is tuple:
        if levels == 0:
            raise CanonicalError(path, f"nested deeper than {DEEPEST} levels, or holding itself")
        if kind is dict:
            for key, item in value.items():
                if type(key) is not str or not key.isascii():
                    raise CanonicalError(path, f"the key {key!r} is not ASCII text; words belong in values")
                _complain(item, path + _step(key), levels - 1)
        else:
            for index, item in enumerate(value):
                _complain(item, f"{path}[{index}]", levels - 1)
    elif kind is float:
        raise CanonicalError(
            path, f"the float {value!r} has no exact spelling; write it as text or as a scaled integer"
        )
    elif value is not None and kind is not bool:
        raise CanonicalError(
            path, f"a {kind.__name__} has no canonical form; use text, integers, booleans, null, lists and objects"
        )


def _step(key: str) -> str:
    return f".{key}" if key.isidentifier() else f"[{json.dumps(key)}]"


def _complain_of_text(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CanonicalError(path, f"the text {text!r} holds half a surrogate pair, which is no character") from None
    if not is_normalized("NFC", text):
        raise CanonicalError(path, f"the text {text!r} is not in Unicode normal form NFC; normalise it first")
