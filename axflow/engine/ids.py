"""Ids of projects: in the order in which they were made, and never the same twice."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Final

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, in lower case: nothing that is read as something else."""


def new_id(now: datetime) -> str:
    """A ULID of `now`: 48 bits of milliseconds, 80 random bits, 26 signs; ids sort by their time."""
    number = int(now.timestamp() * 1000) << 80 | int.from_bytes(os.urandom(10))
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
