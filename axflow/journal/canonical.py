"""Canonical bytes in the journal: the rules of `axflow.definition.canonical`, and reading such bytes back strictly."""

from __future__ import annotations

import json
from typing import Any

from axflow.definition.canonical import DEEPEST, LARGEST_INTEGER, CanonicalError, canonical, check_canonical, digest_of

__all__ = [
    "DEEPEST",
    "LARGEST_INTEGER",
    "CanonicalError",
    "canonical",
    "check_canonical",
    "digest_of",
    "parse_canonical",
]


def parse_canonical(data: bytes) -> Any:
    """The value that `data` spells, if `data` is its canonical spelling to the byte.

    Two readers may take bytes that aren't canonical for two different values (a key given twice, say), so a journal of
    such bytes proves nothing. Raises `CanonicalError`, naming the place as far as it is known.
    """
    try:
        value = json.loads(data.decode())  # bytes would be taken for UTF-16 or UTF-32 if they look like it
    except (ValueError, RecursionError) as error:
        raise CanonicalError("$", f"not JSON in UTF-8: {error}") from None
    spelled = canonical(value)
    if spelled != data:
        alike = (a == b for a, b in zip(spelled, data, strict=False))
        at = next((place for place, same in enumerate(alike) if not same), min(len(spelled), len(data)))
        raise CanonicalError("$", f"not the canonical spelling: byte {at} should continue {spelled[at : at + 20]!r}")
    return value
