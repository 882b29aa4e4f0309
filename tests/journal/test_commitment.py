"""Commitments bind content without telling it, and outlive its redaction."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.journal.canonical import CanonicalError, canonical
from axflow.journal.commitment import (
    SALT_BYTES,
    FieldCheck,
    Payload,
    check_fields,
    commit,
    commit_fields,
    content_of,
)

leaves = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(max_codepoint=127))
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("k"), inner), max_leaves=5
)
salts = st.binary(min_size=SALT_BYTES, max_size=SALT_BYTES)
contents = st.dictionaries(st.sampled_from(["reason", "name", "amount", "note"]), values)


def test_the_bytes_that_are_hashed_are_the_documented_ones() -> None:
    salt = bytes(range(16))
    expected = sha256(b"axflow/content\x01" + salt + b'{"a":[1,"x"]}').hexdigest()
    assert commit(canonical({"a": [1, "x"]}), salt) == expected


@settings(max_examples=150)
@given(values, values, salts, salts)
def test_a_commitment_opens_to_its_value_and_salt_only(a: object, b: object, salt: bytes, other: bytes) -> None:
    commitment = commit(canonical(a), salt)
    assert Payload("x", canonical(a).decode(), salt).opens(commitment)
    assert Payload("x", canonical(b).decode(), salt).opens(commitment) == (canonical(a) == canonical(b))
    assert Payload("x", canonical(a).decode(), other).opens(commitment) == (salt == other)


def test_equal_values_are_not_seen_to_be_equal() -> None:
    commitments, payloads = commit_fields({"a": "yes", "b": "yes"})
    assert commitments["a"] != commitments["b"]
    assert len({payload.salt for payload in payloads}) == 2
    assert all(payload.salt is not None and len(payload.salt) == SALT_BYTES for payload in payloads)
    assert commit_fields({"a": "yes"})[0] != commit_fields({"a": "yes"})[0]


@pytest.mark.parametrize("salt", [b"", b"x" * 15, b"x" * 17])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(ValueError, match="a salt has 16 bytes"):
        commit(b'"value"', salt)
    assert not Payload("x", '"value"', salt).opens("00" * 32)


def test_content_without_canonical_form_is_refused() -> None:
    with pytest.raises(CanonicalError, match="float"):
        commit_fields({"amount": 0.5})


@settings(max_examples=100)
@given(contents)
def test_fields_are_found_intact(content: dict[str, object]) -> None:
    commitments, payloads = commit_fields(content)
    assert content_of(payloads) == content
    assert check_fields(commitments, payloads) == tuple(FieldCheck(field, "intact") for field in sorted(content))


def test_without_value_and_salt_a_field_is_redacted_and_the_rest_still_opens() -> None:
    commitments, payloads = commit_fields({"name": "Kim", "reason": "late", "note": None})
    kept = (Payload("name", None, None), *payloads[1:])
    assert not kept[0].opens(commitments["name"])
    assert content_of(kept) == {"reason": "late", "note": None}
    assert check_fields(commitments, kept) == (
        FieldCheck("name", "redacted"), FieldCheck("note", "intact"), FieldCheck("reason", "intact")
    )  # fmt: skip


def test_every_tampering_with_a_payload_is_seen() -> None:
    commitments, (name, reason) = commit_fields({"name": "Kim", "reason": "late"})

    def states(*payloads: Payload) -> dict[str, str]:
        return {check.field: check.state for check in check_fields(commitments, payloads)}

    assert states(name, reason._replace(value='"early"')) == {"name": "intact", "reason": "altered"}
    assert states(name, reason._replace(salt=bytes(SALT_BYTES))) == {"name": "intact", "reason": "altered"}
    assert states(name, reason._replace(salt=None)) == {"name": "intact", "reason": "altered"}
    assert states(name, reason._replace(value=None)) == {"name": "intact", "reason": "altered"}
    assert states(name, reason._replace(salt=b"short")) == {"name": "intact", "reason": "altered"}
    assert states(name, reason._replace(value='"\ud800"')) == {"name": "intact", "reason": "altered"}
    assert states(name._replace(field="reason"), reason._replace(field="name")) == {
        "name": "altered",
        "reason": "altered",
    }
    assert states(name) == {"name": "intact", "reason": "missing"}
    assert states(name, reason, Payload("age", "17", bytes(SALT_BYTES)))["age"] == "uncommitted"
