"""Canonical bytes: exactly RFC 8785 where they exist, and a named place where they don't."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from axflow.journal.canonical import (
    DEEPEST,
    LARGEST_INTEGER,
    CanonicalError,
    canonical,
    check_canonical,
    digest_of,
    parse_canonical,
)

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "jcs"

REFUSED = {
    "french.json": r"\$: the key 'péché' is not ASCII",
    "structures.json": r"\$\[\"1\"\]\[\"\\n\"\]: the float 56\.0",
    "unicode.json": r"\$\[\"Unnormalized Unicode\"\]: .*not in Unicode normal form NFC",
    "values.json": r"\$\.numbers\[0\]: the float",
    "weird.json": r"\$: the key '€' is not ASCII",
}
"""The published vectors that use what we leave out of RFC 8785, and what we say to them."""

texts = st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: unicodedata.normalize("NFC", text))
keys = st.text(st.characters(max_codepoint=127), max_size=8)
leaves = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5), max_leaves=20
)


@pytest.mark.skipif(not VECTORS.exists(), reason="../shared/vectors is absent")
@pytest.mark.parametrize("name", ["arrays.json", *REFUSED])
def test_published_vectors(name: str) -> None:
    value = json.loads((VECTORS / "input" / name).read_bytes())
    expected = (VECTORS / "output" / name).read_bytes()
    if name in REFUSED:
        with pytest.raises(CanonicalError, match=REFUSED[name]):
            canonical(value)
    else:
        assert canonical(value) == expected


@pytest.mark.skipif(not VECTORS.exists(), reason="../shared/vectors is absent")
@pytest.mark.parametrize("name", ["values.json", "weird.json", "french.json", "structures.json"])
def test_strings_of_a_refused_vector_are_spelled_as_published(name: str) -> None:
    expected = (VECTORS / "output" / name).read_bytes()

    def strings(item: Any) -> list[str]:
        if isinstance(item, dict):
            return [text for pair in item.items() for inner in pair for text in strings(inner)]
        if isinstance(item, list):
            return [text for inner in item for text in strings(inner)]
        return [item] if isinstance(item, str) and unicodedata.is_normalized("NFC", item) else []

    spelled = [canonical(text) for text in strings(json.loads(expected))]
    assert spelled
    for data in spelled:
        assert data in expected


@pytest.mark.skipif(not VECTORS.exists(), reason="../shared/vectors is absent")
def test_every_published_vector_is_accounted_for() -> None:
    assert {path.name for path in (VECTORS / "input").iterdir()} == {"arrays.json", *REFUSED}


@settings(max_examples=300)
@given(values)
def test_bytes_are_those_of_rfc_8785(value: Any) -> None:
    data = canonical(value)
    assert data == rfc8785.dumps(value)
    assert parse_canonical(data) == value


@settings(max_examples=100)
@given(st.dictionaries(keys, leaves, max_size=6))
def test_the_order_of_keys_as_given_does_not_matter(value: dict[str, Any]) -> None:
    assert digest_of(value) == digest_of(dict(reversed(list(value.items()))))


CYCLE: list[Any] = []
CYCLE.append({"again": CYCLE})


def nested(levels: int) -> Any:
    value: Any = "leaf"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "path", "problem"),
    [
        (0.5, "$", "the float 0.5 has no exact spelling"),
        ({"a": [1, {"b": 1.0}]}, "$.a[1].b", "float"),
        ({"a": float("nan")}, "$.a", "float nan"),
        ({"n": 2**53}, "$.n", "beyond"),
        ([-(2**53)], "$[0]", "beyond"),
        ({"ko": "\u1112\u1161\u11ab"}, "$.ko", "NFC"),
        (("e\u0301",), "$[0]", "NFC"),
        ({"s": "\ud800"}, "$.s", "half a surrogate pair"),
        ({"이름": 1}, "$", "the key '이름' is not ASCII"),
        ({1: 2}, "$", "the key 1 is not ASCII text"),
        ({"t": {None: 1}}, "$.t", "the key None"),
        ({"two words": [0.5]}, '$["two words"][0]', "float"),
        ({"d": {1, 2}}, "$.d", "a set has no canonical form"),
        (b"bytes", "$", "a bytes has no canonical form"),
        (CYCLE, None, "holding itself"),
        (nested(DEEPEST + 1), None, "nested deeper than 100"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_place(value: Any, path: str | None, problem: str) -> None:
    with pytest.raises(CanonicalError, match=problem) as refused:
        canonical(value)
    if path is not None:
        assert refused.value.path == path
    assert str(refused.value) == f"{refused.value.path}: {refused.value.problem}"
    with pytest.raises(CanonicalError):
        check_canonical(value)


def test_the_limits_themselves_are_allowed() -> None:
    assert canonical([LARGEST_INTEGER, -LARGEST_INTEGER]) == b"[9007199254740991,-9007199254740991]"
    assert canonical(nested(DEEPEST)) == b"[" * DEEPEST + b'"leaf"' + b"]" * DEEPEST
    assert canonical(("tuple", True, None)) == b'["tuple",true,null]'
    assert canonical({"ko": "한국\u0000\u007f\n"}) == '{"ko":"한국\\u0000\u007f\\n"}'.encode()


# A combining mark after a control character or a digit: normal form is judged by string, not across the spelling.
@pytest.mark.parametrize("text", ["\n\u0303", "\u0303", "a\u0000\u0301"])
def test_marks_beside_escapes(text: str) -> None:
    assert parse_canonical(canonical({"t": text})) == {"t": text}


@settings(max_examples=150)
@given(values, st.data())
def test_one_unsound_leaf_anywhere_is_found(value: Any, data: st.DataObject) -> None:
    bad = data.draw(st.sampled_from([0.5, 2**53, "e\u0301", "\udfff", {"é": 1}, {1: 1}, object()]))
    wrapped: Any = {"inside": [value, bad]}
    for _ in range(data.draw(st.integers(0, 3))):
        wrapped = data.draw(st.sampled_from([[wrapped], {"k": wrapped}, (value, wrapped)]))
    with pytest.raises(CanonicalError, match=r"inside\[1\]"):
        canonical(wrapped)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'{"a":1,"a":1}', "byte 6 should continue b'}'"),
        (b'{"b":1,"a":2}', "byte 2 should continue b'a"),
        (b'{"a": 1}', "byte 5 should continue"),
        (b'{"a":1}\n', "byte 7 should continue b''"),
        (b'"\\u00e9"', "byte 1 should continue"),
        (b"1.0", "float"),
        (b"1e2", "float"),
        (b"NaN", "float"),
        (b'{"a":', "not JSON"),
        (b'"\xff"', "not JSON"),
        (b"\xef\xbb\xbf1", "not JSON"),
        ('{"a":1}'.encode("utf-16-le"), "not JSON"),
        (b"[" * 100_000, "not JSON|nested"),
        (b"9" * 5000, "not JSON|beyond"),
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes, problem: str) -> None:
    with pytest.raises(CanonicalError, match=problem):
        parse_canonical(data)
