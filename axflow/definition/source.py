"""The text of a definition, YAML or JSON, as plain data in which every scalar is text and every value has its place.

Nothing is typed here: `no`, `1e3`, `2026-01-01` and `1:30` stay the text they are, and the model says what they mean.
What a definition never needs is refused, because each of it has been an attack or a surprise somewhere: tags, anchors,
aliases, merge keys, duplicate keys, several documents, bottomless nesting.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # the reader of json itself, absent from its stubs
from typing import Any, Final, Literal
from unicodedata import normalize

from axflow.definition.problems import DefinitionError, Key, Problem, path_text

Format = Literal["yaml", "json"]
Path = tuple[Key, ...]

LARGEST_TEXT: Final = 1_000_000
"""Bytes of one definition. The largest process seen takes a twentieth of it."""
DEEPEST: Final = 32
MOST_NODES: Final = 100_000

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(slots=True)
class Source:
    """The data of one text, and the line and column (from 1) of each value and of each key."""

    name: str
    data: Any = None
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Where `path` stands, or the nearest thing around it; (0, 0) where there is no text."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (0, 0))

    def places(self) -> dict[str, tuple[int, int]]:
        """The place of every key (of every item, in lists) by its path as text."""
        return {path_text(path): place for path, place in (self.values | self.keys).items()}


class _Refused(Exception):
    def __init__(self, line: int, column: int, path: Path, message: str, hint: str) -> None:
        super().__init__(message)
        self.problem = (line, column, path_text(path), message, hint)


def decode(raw: bytes, name: str) -> str:
    """The bytes of a file as text. Raises `DefinitionError` unless they are UTF-8 (a byte order mark is accepted)."""
    _check_size(len(raw), name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        hint = "save the file as UTF-8"
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            hint = "it looks like UTF-16; save the file as UTF-8"
        else:
            try:
                raw.decode("cp949")
                hint = "it looks like CP949 (EUC-KR); save the file as UTF-8"
            except UnicodeDecodeError:
                pass
        raise DefinitionError([Problem(name, line, column, "", "the file is not UTF-8", hint)]) from None


def read(text: str, name: str, format: Format = "yaml") -> Source:
    """The data and places of `text`. Raises `DefinitionError` with the first thing that can't be read."""
    _check_size(len(text), name)
    source = Source(name)
    try:
        if format == "json":
            _Json(text, source).read()
        else:
            _read_yaml(text, source)
    except _Refused as refused:
        raise DefinitionError([Problem(name, *refused.problem)]) from None
    return source


def _check_size(size: int, name: str) -> None:
    if size > LARGEST_TEXT:
        raise DefinitionError(
            [
                Problem(
                    name,
                    0,
                    0,
                    "",
                    f"the text is larger than {LARGEST_TEXT:,} bytes",
                    "a definition is a short document",
                )
            ]
        )


def _read_yaml(text: str, source: Source) -> None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        events = iter(YAML(typ="safe", pure=True).parse(text))
        _Yaml(events, source).read()
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1
        raise _Refused(line, column, (), "a control character can't stand in a definition", "remove it") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
        words = " ".join(part for part in (error.context, error.problem) if part)
        raise _Refused(line, column, (), f"this is no YAML: {words}", "check indentation, colons and quotes") from None
    except (YAMLError, ValueError, UnicodeError) as error:
        raise _Refused(
            1, 1, (), f"this is no YAML: {str(error)[:200]}", "check indentation, colons and quotes"
        ) from None


class _Yaml:
    """Builds the data from parser events, so that nothing is constructed that a definition does not need."""

    def __init__(self, events: Iterator[Any], source: Source) -> None:
        self.events = events
        self.source = source
        self.nodes = 0

    def read(self) -> None:
        started = False
        for event in self.events:
            kind = type(event).__name__
            if kind in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
                continue
            if kind == "DocumentStartEvent":
                if started:
                    raise self._refused(event, (), "a second document begins here", "one file holds one definition")
                if event.version or event.tags:
                    raise self._refused(event, (), "YAML directives are not read", "remove the line that begins with %")
                started = True
                continue
            self.source.data = self._node(event, ())
        if self.source.data is None:
            raise _Refused(1, 1, (), "there is nothing in it", "begin with `axflow: 1`")

    def _node(self, event: Any, path: Path) -> Any:
        # Recursion is bounded by DEEPEST.
        kind = type(event).__name__
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self._refused(
                event, path, f"there are more than {MOST_NODES:,} values", "a definition is a short document"
            )
        if len(path) > DEEPEST:
            raise self._refused(
                event, path[:4], f"it is nested deeper than {DEEPEST} levels", "no definition needs that"
            )
        if kind == "AliasEvent":
            raise self._refused(event, path, f"an alias (*{event.anchor}) stands here", "write the content out")
        if event.anchor is not None:
            raise self._refused(
                event, path, f"an anchor (&{event.anchor}) stands here", "aliases are not read; remove it"
            )
        tag = event.tag if isinstance(event.tag, str) or event.tag is None else str(event.tag)
        if tag is not None:
            raise self._refused(
                event, path, f"a tag ({tag}) stands here", "a definition holds plain text, lists and mappings"
            )
        self.source.values[path] = _place(event)
        if kind == "ScalarEvent":
            return self._scalar(event, path)
        if kind == "SequenceStartEvent":
            return self._sequence(path)
        return self._mapping(path)

    def _scalar(self, event: Any, path: Path) -> str:
        plain = not event.style
        if plain and event.value in ("", "~"):
            raise self._refused(event, path, "nothing stands here", "give a value, or leave the key out")
        return _text(event.value, *_place(event), path)

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for event in self.events:
            kind = type(event).__name__
            if kind == "MappingEndEvent":
                break
            if kind != "ScalarEvent":
                raise self._refused(event, path, "a key is a list, a mapping or an alias", "a key is one word")
            if event.value == "<<" and not event.style:
                raise self._refused(event, path, "a merge key (<<) stands here", "write the content out")
            key = _text(event.value, *_place(event), path)
            inner = (*path, key)
            if event.anchor is not None or event.tag is not None:
                raise self._refused(event, inner, "a key carries an anchor or a tag", "a key is one word")
            _claim(made, key, inner, self.source, _place(event))
            made[key] = self._node(next(self.events), inner)
        return made

    @staticmethod
    def _refused(event: Any, path: Path, message: str, hint: str) -> _Refused:
        return _Refused(*_place(event), path, message, hint)


class _Json:
    """A JSON reader (RFC 8259) that keeps places and leaves numbers and truth values as their text."""

    def __init__(self, text: str, source: Source) -> None:
        self.text = text
        self.source = source
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.nodes = 0

    def read(self) -> None:
        start = self._skip(0)
        if start == len(self.text):
            raise _Refused(1, 1, (), "there is nothing in it", 'begin with {"axflow": 1')
        data, end = self._value(start, ())
        end = self._skip(end)
        if end != len(self.text):
            raise self._refused(end, (), "something stands behind the end", "one file holds one definition")
        self.source.data = data

    def _value(self, at: int, path: Path) -> tuple[Any, int]:
        # Recursion is bounded by DEEPEST.
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self._refused(
                at, path, f"there are more than {MOST_NODES:,} values", "a definition is a short document"
            )
        if len(path) > DEEPEST:
            raise self._refused(at, path[:4], f"it is nested deeper than {DEEPEST} levels", "no definition needs that")
        self.source.values[path] = self._place(at)
        start = self.text[at : at + 1]
        if start == '"':
            return self._string(at, path)
        if start == "{":
            return self._object(at, path)
        if start == "[":
            return self._array(at, path)
        for word in ("true", "false"):
            if self.text.startswith(word, at):
                return word, at + len(word)
        if self.text.startswith("null", at):
            raise self._refused(at, path, "nothing (null) stands here", "give a value, or leave the key out")
        if match := _NUMBER.match(self.text, at):
            return match[0], match.end()
        raise self._refused(at, path, "this is no JSON value", "text stands in double quotes")

    def _string(self, at: int, path: Path) -> tuple[str, int]:
        try:
            value, end = scanstring(self.text, at + 1, True)
        except JSONDecodeError as error:
            raise self._refused(
                error.pos, path, f"this is no JSON: {error.msg}", "text stands in double quotes"
            ) from None
        return _text(value, *self._place(at), path), end

    def _array(self, at: int, path: Path) -> tuple[list[Any], int]:
        items: list[Any] = []
        at = self._skip(at + 1)
        if self.text.startswith("]", at):
            return items, at + 1
        while True:
            item, at = self._value(at, (*path, len(items)))
            items.append(item)
            at = self._skip(at)
            if self.text.startswith("]", at):
                return items, at + 1
            at = self._expect(",", at, path)

    def _object(self, at: int, path: Path) -> tuple[dict[str, Any], int]:
        made: dict[str, Any] = {}
        at = self._skip(at + 1)
        if self.text.startswith("}", at):
            return made, at + 1
        while True:
            if not self.text.startswith('"', at):
                raise self._refused(at, path, "a key in double quotes is missing", 'write "key": value')
            key_place = self._place(at)
            key, at = self._string(at, path)
            inner = (*path, key)
            _claim(made, key, inner, self.source, key_place)
            at = self._expect(":", self._skip(at), inner)
            made[key], at = self._value(at, inner)
            at = self._skip(at)
            if self.text.startswith("}", at):
                return made, at + 1
            at = self._expect(",", at, path)

    def _expect(self, sign: str, at: int, path: Path) -> int:
        if not self.text.startswith(sign, at):
            raise self._refused(
                at, path, f"this is no JSON: `{sign}` is missing", f"put `{sign}` here, or close the bracket"
            )
        return self._skip(at + 1)

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def _place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self.lines, at)
        return line, at - self.lines[line - 1] + 1

    def _refused(self, at: int, path: Path, message: str, hint: str) -> _Refused:
        return _Refused(*self._place(at), path, message, hint)


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _text(value: str, line: int, column: int, path: Path) -> str:
    """The scalar in NFC, so that one word typed on two systems gives one digest."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _Refused(
            line, column, path, "half a surrogate pair stands here, which is no character", "remove it"
        ) from None
    if "\x00" in value:
        raise _Refused(line, column, path, "a NUL character can't stand in a definition", "remove it")
    return normalize("NFC", value)


def _claim(made: dict[str, Any], key: str, path: Path, source: Source, place: tuple[int, int]) -> None:
    if key in made:
        line, _ = source.keys[path]
        raise _Refused(*place, path, f"`{key}` stands here a second time (first in line {line})", "keep one of them")
    source.keys[path] = place
