"""The secret of a store: made by whoever comes first, and the same for all from then on."""

from __future__ import annotations

import os
from typing import Final

from axflow.store.protocol import Store

SECRET_BYTES: Final = 32


def secret_of(store: Store) -> bytes:
    """Read the secret, or make it. Raises `StoreError` where there is none and it cannot be kept."""
    with store.reading() as unit:  # who may only read gets it this way
        found = unit.meta("secret")
    if found is None:
        with store.writing() as unit:
            found = unit.keep_meta("secret", os.urandom(SECRET_BYTES))
    return found
