"""Sealing: the bytes name the entry before them and commit to content that stands beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axflow.definition.canonical import CanonicalError, canonical
from axflow.journal.chain import NOTHING, ChainError, entry_hash, verify_chain
from axflow.journal.commitment import Payload, check_fields, commit
from axflow.journal.sealing import seal, unseal
from axflow.kernel.entry import Entry
from axflow.testing.rows import entry_of

texts = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts | st.just("한글"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
contents = st.dictionaries(texts.filter(bool), values, max_size=4)


@given(contents)
def test_an_entry_comes_back_from_its_bytes(content: dict[str, Any]) -> None:
    entry = entry_of("p", 1, content=content, facts=(("e1", "1"),), effects=(("stage", "b"),), blockers=("on_hold",))
    sealed = seal(entry)
    assert unseal(sealed.body, sealed.payloads) == entry
    assert unseal(sealed.body) == entry._replace(content={})


@given(contents)
def test_the_bytes_commit_to_every_field_and_tell_none(content: dict[str, Any]) -> None:
    sealed = seal(entry_of("p", 1, content=content))
    structure = json.loads(sealed.body)
    commitments = structure.get("content", {})
    assert set(commitments) == set(content)
    for payload in sealed.payloads:
        assert payload.salt is not None
        assert commitments[payload.field] == commit(canonical(content[payload.field]), payload.salt)
    assert {check.state for check in check_fields(commitments, sealed.payloads)} <= {"intact"}
    assert canonical(structure) == sealed.body
    assert sealed.hash == entry_hash(sealed.body)


def test_two_entries_with_the_same_content_do_not_look_alike() -> None:
    first, second = (json.loads(seal(entry_of("p", 1, content={"reason": "yes", "b": "yes"})).body) for _ in range(2))
    assert len({*first["content"].values(), *second["content"].values()}) == 4


def test_a_sealed_history_holds_as_a_chain() -> None:
    head, bodies = NOTHING, []
    for seq in (1, 2, 3):
        sealed = seal(entry_of("p", seq), head)
        head = sealed.hash
        bodies.append(sealed.body)
    assert verify_chain(bodies) is None
    assert verify_chain([bodies[0], bodies[2]]) is not None
    assert json.loads(bodies[0])["prev"] == "0" * 64


def test_an_entry_out_of_place_is_not_sealed() -> None:
    with pytest.raises(ChainError):
        seal(entry_of("p", 2))
    with pytest.raises(ChainError):
        seal(entry_of("p", 1), b"\x01" * 32)


@pytest.mark.parametrize("value", [1.5, float("nan"), b"x", 2**53, "\u1100\u1161", "\ud800", {1: 2}, {"\uac00": 1}])
def test_content_without_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(CanonicalError):
        seal(entry_of("p", 1, content={"values.x": value}))


def test_an_entry_comes_back_without_what_was_redacted() -> None:
    sealed = seal(entry_of("p", 1, content={"reason": "x", "title": "y"}))
    kept = [Payload("reason", None, None), sealed.payloads[1]]
    assert unseal(sealed.body, kept).content == {"title": "y"}


def test_an_entry_without_content_names_none() -> None:
    sealed = seal(entry_of("p", 1))
    assert sealed.payloads == ()
    assert "content" not in json.loads(sealed.body)
    assert isinstance(unseal(sealed.body), Entry)
