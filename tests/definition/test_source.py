"""Hostile and careless texts end in one clear refusal, in bounded time."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axflow.definition.problems import DefinitionError, path_text
from axflow.definition.source import DEEPEST, MOST_NODES, Format, decode, read


def refusal(text: str, format: Format = "yaml") -> str:
    with pytest.raises(DefinitionError) as caught:
        read(text, "t", format)
    assert len(caught.value.problems) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &x [1]\nb: 2", "t:1:4: a: an anchor"),
        ("a: 1\nb: *x", "t:2:4: b: an alias"),
        ("a: !!python/object:os.system x", "a tag (tag:yaml.org,2002:python/object:os.system)"),
        ("a: !mine x", "a tag"),
        ("!!str a: b", "a key carries"),
        ("&k a: b", "a key carries"),
        ("*k : b", "a key is a list, a mapping or an alias"),
        ("<<: {a: b}", "a merge key"),
        ("? [a]\n: b", "a key is a list"),
        ("a: 1\nb: 2\na: 3", "t:3:1: a: `a` stands here a second time (first in line 1)"),
        ("a:", "nothing stands here"),
        ("a: ~", "nothing stands here"),
        ("", "nothing in it"),
        ("# only a comment", "nothing in it"),
        ("a: 1\n---\nb: 2", "a second document"),
        ("%YAML 1.1\n---\na: b", "directives"),
        ("a: b: c", "this is no YAML"),
        ("a: 1\n\tb: 2", "t:2:1"),
        ("a: [1", "this is no YAML"),
        ("a: \x00", "t:1:4: a control character"),
        ("a: 1\nb: \x07", "t:2:4: a control character"),
        ('a: "\\0"', "a NUL character"),
        ('a: "\\uD83D"', "half a surrogate pair"),
        ('a: "\\U00110000"', "this is no YAML"),
    ],
)
def test_what_a_definition_never_needs_is_refused(text: str, says: str) -> None:
    assert says in refusal(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1, "a": 2}', "t:1:10: a: `a` stands here a second time"),
        ('{"a": null}', "nothing (null) stands here"),
        ('{"a": nul}', "no JSON value"),
        ('{"a" 1}', "`:` is missing"),
        ('{"a": 1 "b": 2}', "`,` is missing"),
        ('{"a": [1 2]}', "`,` is missing"),
        ("{a: 1}", "a key in double quotes"),
        ('{"a": "x', "this is no JSON"),
        ('{"a": "\n"}', "this is no JSON"),
        ('{"a": "\\ud83d"}', "half a surrogate pair"),
        ('{"a": 1}\n{"b": 2}', "t:2:1: something stands behind the end"),
        ("  ", "nothing in it"),
        ('{"a": NaN}', "no JSON value"),
        ('{"a": 01}', "`,` is missing"),
    ],
)
def test_json_is_read_as_strictly(text: str, says: str) -> None:
    assert says in refusal(text, "json")


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("[" * 100_000, "yaml"),
        ("{" * 100_000, "yaml"),
        ("- " * 100_000, "yaml"),
        ("? " * 3_000 + "x", "yaml"),
        ("[" * 100_000, "json"),
        ('{"a":' * 100_000, "json"),
        ("a" * 10_000_000, "yaml"),
        ("1" * 10_000_000, "json"),
        ("a: &a [x, x]\n" + "\n".join(f"k{n}: [*a, *a, *a]" for n in range(50)), "yaml"),
        ('"' + "\\u0041" * 100_000, "yaml"),
        ("'" * 99_999, "yaml"),
        ("a: [" + "x," * 120_000 + "]", "json"),
    ],
    ids=range(12),
)
def test_hostile_texts_end_soon(text: str, format: Format) -> None:
    started = time.process_time()
    refusal(text, format)
    assert time.process_time() - started < 5


def test_more_values_than_any_definition_has_are_refused() -> None:
    assert "100,000 values" in refusal("[" + "1," * MOST_NODES + "1]", "json")


def test_depth_is_counted_in_levels() -> None:
    assert read("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "t").data is not None
    assert "nested deeper" in refusal("[" * (DEEPEST + 2) + "]" * (DEEPEST + 2))


def test_comments_and_block_text_are_read() -> None:
    source = read("# head\na: |\n  one\n  two\nb: >-\n  three\n  four  # no comment\n", "t")
    assert source.data == {"a": "one\ntwo\n", "b": "three four  # no comment"}


def test_a_byte_order_mark_is_accepted() -> None:
    assert decode(b"\xef\xbb\xbfa: 1", "t") == "a: 1"


_words = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"]), max_size=12)
_trees = st.recursive(
    _words, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3), max_leaves=12
)


@given(_trees)
def test_json_gives_back_what_was_written_with_a_place_for_each_value(tree: object) -> None:
    text = json.dumps(tree, ensure_ascii=False, indent=1)
    try:
        source = read(text, "t", "json")
    except DefinitionError as error:
        assert "a second time" in str(error)  # two spellings of one word in NFC
        return
    from unicodedata import normalize

    def composed(value: object) -> object:
        if isinstance(value, dict):
            return {normalize("NFC", key): composed(inner) for key, inner in value.items()}
        return [composed(inner) for inner in value] if isinstance(value, list) else normalize("NFC", str(value))

    assert source.data == composed(tree)
    lines = text.split("\n")
    for (line, column), path in ((place, path) for path, place in source.values.items()):
        assert lines[line - 1][column - 1] in '"[{', path_text(path)


@given(_trees)
def test_json_is_yaml_here(tree: object) -> None:
    text = json.dumps({"k": tree}, ensure_ascii=True)
    try:
        as_json = read(text, "t", "json").data
    except DefinitionError:
        return
    assert read(text, "t", "yaml").data == as_json


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for format in ("yaml", "json"):
        try:
            read(text, "t", format)  # type: ignore[arg-type]
        except DefinitionError as error:
            assert error.problems
