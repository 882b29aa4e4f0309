"""Digests that only the holder of a secret can compute: equal values are found without the value being guessable.

A document number or a business number has few possible values, so a plain digest of one tells it to whoever tries them
all. The claims that must be unique across projects are therefore kept under HMAC-SHA-256 (RFC 2104, FIPS 198-1).
"""

from __future__ import annotations

import hmac
from typing import Any, Final

from axflow.definition.canonical import canonical

SHORTEST_SECRET: Final = 16
"""Bytes; a shorter secret could itself be guessed."""

_DOMAIN = b"axflow/claim/1\n"


def keyed_digest(secret: bytes, scope: str, value: Any) -> str:
    """HMAC-SHA-256 under `secret` of `value` within `scope` (which claim it is), in hexadecimal.

    Equal values in one scope give equal digests, and nothing can be compared across scopes. Raises `ValueError` for a
    secret shorter than `SHORTEST_SECRET` bytes and `CanonicalError` for a value without canonical form.
    """
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(
            f"the secret for claims has {len(secret)} bytes; give it {SHORTEST_SECRET} or more random ones"
        )
    return hmac.digest(secret, _DOMAIN + canonical([scope, value]), "sha256").hex()
