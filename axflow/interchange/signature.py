"""Signatures by Standard Webhooks (standardwebhooks.com), symmetric: the receiver knows that a message is ours."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

PREFIX: Final = "whsec_"
VARIABLE: Final = "AXFLOW_WEBHOOK_SECRET"
SHORTEST: Final = 24
LONGEST: Final = 64
"""Bytes of a secret, by the standard."""

_MAKE_ONE: Final = "`axflow worker secret` makes one"


class SecretError(ValueError):
    """A signing secret is missing or has no sound form. The message never holds the secret."""


class Signer:
    """Signs with every secret that it was given, so that receivers can go from an old one to a new one.

    Parameters:
        secrets: the bytes of each, the newest first.
    """

    def __init__(self, *secrets: bytes) -> None:
        if not secrets:
            raise SecretError(f"there is no secret to sign with; {_MAKE_ONE}")
        self._secrets = secrets

    def __repr__(self) -> str:
        return f"Signer({len(self._secrets)} secrets)"

    @classmethod
    def parse(cls, text: str, where: str = "the text") -> Signer:
        """Secrets, each `whsec_` and base64, parted by spaces, commas or line ends; errors name `where` they stand."""
        words = [word for word in re.split(r"[\s,]+", text) if word]
        if not words:
            raise SecretError(f"{where} holds no secret; {_MAKE_ONE}")
        return cls(*(_bytes_of(word, f"secret {number} in {where}") for number, word in enumerate(words, 1)))

    @classmethod
    def found(cls, file: str | Path | None, environment: Mapping[str, str] = os.environ) -> Signer:
        """The signer with the secrets of `file`, or where that is None, of the variable AXFLOW_WEBHOOK_SECRET."""
        if file is not None:
            return cls.parse(Path(file).read_text(encoding="utf-8"), str(file))
        if not environment.get(VARIABLE, "").strip():
            raise SecretError(f"messages are signed: set {VARIABLE} or name a file with the secret; {_MAKE_ONE}")
        return cls.parse(environment[VARIABLE], VARIABLE)

    def headers(self, id: str, at: datetime, body: bytes) -> dict[str, str]:
        """The three headers for one attempt.

        Parameters:
            id: of the message, the same at every attempt; without a dot.
            at: when this attempt is made, aware. Receivers refuse what is older than a few minutes.
            body: the bytes that are sent.
        """
        seconds = str(int(at.timestamp()))
        signed = b".".join((id.encode("utf-8"), seconds.encode("ascii"), body))
        marks = (base64.b64encode(hmac.digest(secret, signed, sha256)).decode("ascii") for secret in self._secrets)
        return {
            "webhook-id": id,
            "webhook-timestamp": seconds,
            "webhook-signature": " ".join(f"v1,{mark}" for mark in marks),
        }


def new_secret() -> str:
    """A new secret in its written form: 32 bytes of chance."""
    return PREFIX + base64.b64encode(os.urandom(32)).decode("ascii")


def _bytes_of(word: str, which: str) -> bytes:
    try:
        secret = base64.b64decode(word.removeprefix(PREFIX), validate=True) if word.startswith(PREFIX) else b""
    except binascii.Error:
        secret = b""
    if not SHORTEST <= len(secret) <= LONGEST:
        raise SecretError(f"{which} is not {PREFIX!r} and {SHORTEST} to {LONGEST} bytes in base64; {_MAKE_ONE}")
    return secret
