"""The chain: whatever is done to a history after it was sealed, the first place is found."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.journal.canonical import CanonicalError, canonical, parse_canonical
from axflow.journal.chain import FIRST_SEQ, NOTHING, ChainBreak, ChainError, Head, entry_hash, seal, verify_chain


def chain(length: int, project: str = "p1", note: str = "") -> list[bytes]:
    """A sealed history of `length` entries."""
    entries, previous = [], NOTHING
    for seq in range(FIRST_SEQ, FIRST_SEQ + length):
        data, previous = seal({"project": project, "seq": seq, "event": f"event {seq}{note}"}, previous)
        entries.append(data)
    return entries


def found(entries: list[bytes], **known: Any) -> tuple[str, int, int]:
    """Kind, place and expected number of the first break, which must be found without strictness too."""
    broken = verify_chain(entries, **known)
    assert broken is not None
    assert verify_chain(iter(entries), strict=False, **known) == broken
    return broken.kind, broken.place, broken.seq


def head(entries: list[bytes], seq: int | None = None) -> Head:
    return Head(seq or len(entries), entry_hash(entries[(seq or len(entries)) - 1]))


CHAIN = chain(6)


def test_the_hash_is_the_leaf_hash_of_rfc_6962() -> None:
    # Leaf of the empty string, from the vectors of RFC 6962.
    assert entry_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert entry_hash(b"x") == sha256(b"\x00x").digest()


def test_sealing_puts_in_the_hash_before_and_leaves_the_structure_alone() -> None:
    structure = {"project": "p1", "seq": 1}
    first, hash_ = seal(structure)
    assert structure == {"project": "p1", "seq": 1}
    assert first == b'{"prev":"%s","project":"p1","seq":1}' % (b"0" * 64)
    second, _ = seal({"project": "p1", "seq": 2}, hash_)
    assert parse_canonical(second)["prev"] == hash_.hex() == entry_hash(first).hex()


@pytest.mark.parametrize(
    ("structure", "previous", "problem"),
    [
        ({"project": "p1"}, NOTHING, "has a project"),
        ({"project": 1, "seq": 1}, NOTHING, "has a project"),
        ({"project": "p1", "seq": True}, NOTHING, "has a project"),
        ({"project": "p1", "seq": 1, "prev": "00"}, NOTHING, "entry 1 of project 'p1' names its prev already"),
        ({"project": "p1", "seq": 2}, NOTHING, "entry 2 of project 'p1' is sealed without an entry before it"),
        ({"project": "p1", "seq": 1}, b"x" * 32, "entry 1 of project 'p1' is sealed with an entry before it"),
        ({"project": "p1", "seq": 0}, b"x" * 32, "entry 0"),
        ({"project": "p1", "seq": 2}, b"x" * 20, "has 20 bytes, not the 32"),
    ],
)
def test_what_does_not_fit_is_not_sealed(structure: dict[str, Any], previous: bytes, problem: str) -> None:
    with pytest.raises(ChainError, match=problem):
        seal(structure, previous)


def test_content_without_canonical_form_is_not_sealed() -> None:
    with pytest.raises(CanonicalError, match=r"\$\.share"):
        seal({"project": "p1", "seq": 1, "share": 0.5})


def test_a_whole_chain_holds() -> None:
    assert verify_chain([]) is None
    assert verify_chain(CHAIN) is None
    assert verify_chain(iter(CHAIN), project="p1", heads=[head(CHAIN), head(CHAIN, 2)]) is None


@pytest.mark.parametrize("place", range(6))
def test_an_edited_entry_breaks_the_one_after_it_or_the_known_head(place: int) -> None:
    edited = [*CHAIN]
    edited[place] = CHAIN[place].replace(b"event ", b"Event ")
    if place < 5:
        assert found(edited) == ("edited", place + 1, place + 2)
    else:
        assert verify_chain(edited) is None, "nothing in the chain holds its last entry: that is what heads are for"
        assert found(edited, heads=[head(CHAIN)]) == ("rewritten", 5, 6)


@pytest.mark.parametrize("place", range(6))
def test_a_removed_entry_is_a_gap_or_a_cut(place: int) -> None:
    removed = CHAIN[:place] + CHAIN[place + 1 :]
    if place < 5:
        assert found(removed) == ("gap", place, place + 1)
    else:
        assert verify_chain(removed) is None
        assert found(removed, heads=[head(CHAIN)]) == ("truncated", 5, 6)


def test_an_entry_removed_and_the_rest_renumbered() -> None:
    renumbered = [*CHAIN[:2]]
    for seq, data in enumerate(CHAIN[3:], 3):
        renumbered.append(canonical(parse_canonical(data) | {"seq": seq}))
    assert found(renumbered) == ("edited", 2, 3)


def test_entries_out_of_order_and_twice() -> None:
    assert found([*CHAIN[:2], CHAIN[3], CHAIN[2], *CHAIN[4:]]) == ("reordered", 2, 3)
    assert found([*CHAIN[:3], CHAIN[2], *CHAIN[3:]]) == ("repeated", 3, 4)
    assert found(CHAIN[::-1]) == ("reordered", 0, 1)


def test_entries_of_another_project() -> None:
    other = chain(6, "p2")
    assert found([*CHAIN[:3], *other[3:]]) == ("spliced", 3, 4)
    assert found(other, project="p1") == ("spliced", 0, 1)
    renamed = canonical(parse_canonical(other[3]) | {"project": "p1"})
    assert found([*CHAIN[:3], renamed, *CHAIN[4:]]) == ("edited", 3, 4)


def test_a_history_written_anew_is_seen_by_who_knew_the_old_one() -> None:
    anew = chain(6, note=", said otherwise")
    assert verify_chain(anew) is None
    assert found(anew, heads=[head(CHAIN, 4)]) == ("rewritten", 3, 4)
    assert found(CHAIN[:4], heads=[head(CHAIN, 2), head(CHAIN)]) == ("truncated", 4, 5)
    assert found([], heads=[head(CHAIN)]) == ("truncated", 0, 1)


def test_a_first_entry_that_follows_something_is_no_first() -> None:
    data = canonical({"project": "p1", "seq": 1, "prev": "ab" * 32})
    assert found([data]) == ("edited", 0, 1)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"1", b'{"prev":null,"project":"p1","seq":1}', b'{"project":"p1","seq":1}',
        b'{"prev":"00","project":"p1","seq":true}', b'{"prev":"00","project":1,"seq":1}', b'"\xff"', b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_entry_is_malformed(data: bytes) -> None:
    assert [*found_kinds([data]), *found_kinds([*CHAIN[:2], data])] == [("malformed", 0), ("malformed", 2)]
    # What comes after a gap is looked through for the missing entry, whatever it is.
    assert found([*CHAIN[:2], CHAIN[4], data]) == ("gap", 2, 3)


def found_kinds(entries: list[bytes]) -> list[tuple[str, int]]:
    results = [verify_chain(entries), verify_chain(entries, strict=False)]
    assert all(results)
    return sorted({(result.kind, result.place) for result in results if result is not None})


def test_bytes_that_readers_may_read_differently_are_refused_when_strict() -> None:
    twice = CHAIN[0].replace(b'{"event"', b'{"event":"other","event"')
    broken = verify_chain([twice])
    assert broken is not None
    assert broken.kind == "malformed"
    assert verify_chain([twice], strict=False) is None


@settings(max_examples=150)
@given(st.data())
def test_any_change_of_any_byte_is_found(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 5))
    at = data.draw(st.integers(0, len(CHAIN[place]) - 1))
    flipped = bytearray(CHAIN[place])
    flipped[at] ^= data.draw(st.integers(1, 255))
    broken = verify_chain([*CHAIN[:place], bytes(flipped), *CHAIN[place + 1 :]], heads=[head(CHAIN)])
    assert broken is not None
    assert broken.place in (place, place + 1)


@settings(max_examples=150)
@given(st.lists(st.sampled_from(CHAIN), max_size=8))
def test_only_the_chain_itself_holds_to_its_head(entries: list[bytes]) -> None:
    assert (verify_chain(entries, heads=[head(CHAIN)]) is None) == (entries == CHAIN)


def test_a_break_reads_as_a_sentence_in_both_languages() -> None:
    broken = verify_chain([CHAIN[0], CHAIN[2]])
    assert broken == ChainBreak("gap", 1, 2, "entry 3 stands in its place")
    assert broken.in_words("en") == "Entry 2 is missing: entry 3 stands in its place."
    assert broken.in_words("ko") == "2번 항목이 없습니다(entry 3 stands in its place)."
