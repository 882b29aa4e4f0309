"""Keyed digests: equal claims meet, and nobody without the secret can guess them."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.journal.canonical import CanonicalError
from axflow.journal.digest import keyed_digest

SECRET = bytes(range(32))


def test_the_digest_is_the_documented_hmac() -> None:
    expected = hmac.new(SECRET, b'axflow/claim/1\n["letter","2026-17"]', hashlib.sha256).hexdigest()
    assert keyed_digest(SECRET, "letter", "2026-17") == expected


@settings(max_examples=100)
@given(st.text(st.characters(max_codepoint=127)), st.text(st.characters(max_codepoint=127)))
def test_values_meet_only_if_scope_value_and_secret_are_equal(a: str, b: str) -> None:
    assert (keyed_digest(SECRET, "letter", a) == keyed_digest(SECRET, "letter", b)) == (a == b)
    assert (keyed_digest(SECRET, a, "17") == keyed_digest(SECRET, b, "17")) == (a == b)
    assert keyed_digest(SECRET, a, b) != keyed_digest(bytes(32), a, b)


def test_a_number_is_not_its_text() -> None:
    assert keyed_digest(SECRET, "letter", 17) != keyed_digest(SECRET, "letter", "17")


def test_a_secret_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="has 15 bytes; give it 16 or more"):
        keyed_digest(b"x" * 15, "letter", 17)
    with pytest.raises(CanonicalError, match="float"):
        keyed_digest(SECRET, "letter", 1.5)
