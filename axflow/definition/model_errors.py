"""What the models say of wrong data, turned into problems: at its place, in words, with what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from axflow.definition.base import ID_PATTERN, Text
from axflow.definition.problems import Key, Problem, did_you_mean, path_text
from axflow.definition.source import Path, Source

MOST_PROBLEMS: Final = 100

_REF_PATTERN: Final = r"^[a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63})?$"
_PATTERNS: Final = {
    ID_PATTERN: "an id is lower-case ASCII letters, digits and underscores, a letter first, 64 at most",
    _REF_PATTERN: "a name is an id, or two ids with a dot between them",
    r"^(\d{1,4}|params\.[a-z][a-z0-9_]*)$": "write a number or `params.<parameter>`",
    r"^[A-Z]{2}$": "write a country as two capital letters, such as KR",
    r"^[A-Z]{3}$": "write a currency as three capital letters, such as KRW",
    r"^-?\d{1,18}(\.\d{1,9})?$": "write a plain decimal number, such as 12 or 0.95",
    r"^(decision|evidence [a-z][a-z0-9_]{0,63})$": "write `decision` or `evidence <type>`",
}
_KINDS: Final = {
    "dict_type": ("a mapping", "`key: value` lines"),
    "model_type": ("a mapping", "`key: value` lines"),
    "model_attributes_type": ("a mapping", "`key: value` lines"),
    "tuple_type": ("a list", "[one, two]"),
    "list_type": ("a list", "[one, two]"),
    "string_type": ("text", "one word or sentence"),
    "bool_type": ("true or false", "true or false"),
    "bool_parsing": ("true or false", "true or false"),
    "int_type": ("a whole number", "such as 3"),
    "int_parsing": ("a whole number", "such as 3"),
    "int_from_float": ("a whole number", "such as 3"),
    "int_parsing_size": ("a whole number of sensible size", "such as 3"),
}


def problems_of(error: ValidationError, source: Source, root: type[BaseModel]) -> tuple[Problem, ...]:
    """Every error of a model as a problem, each place once, in the order of the text."""
    found: dict[tuple[Path, bool], list[tuple[str, str]]] = {}
    for item in error.errors(include_url=False):
        loc, kind = item["loc"], item["type"]
        path = _real(loc, source.data)
        if kind == "literal_error" and isinstance(item["input"], (Mapping, list)):
            continue  # the other branch of the union, which takes mappings or lists, says what is wrong inside
        on_key = kind == "extra_forbidden" or (bool(loc) and loc[-1] == "[key]")
        if kind == "missing":
            path = (*path, str(loc[-1]))
        found.setdefault((path, on_key), []).append(_words(item, path, source.data, root))
    problems = []
    for (path, on_key), said in found.items():
        line, column = source.place(path, key=on_key)
        message, hint = _merged(said)
        problems.append(Problem(source.name, line, column, path_text(path), message, hint))
    problems.sort(key=lambda p: (p.line, p.column))
    if len(problems) > MOST_PROBLEMS:
        rest = Problem(source.name, 0, 0, "", f"and {len(problems) - MOST_PROBLEMS:,} more", "mend these first")
        problems = [*problems[:MOST_PROBLEMS], rest]
    return tuple(problems)


def _merged(said: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Several branches of a union complain of one place: one message, every hint."""
    hints = list(dict.fromkeys(hint for _, hint in said if hint))
    return said[0][0], "; or ".join(hints)


def _real(loc: Sequence[Key], data: Any) -> Path:
    """The part of pydantic's location that exists in the data: names of union branches and shorthands are left out."""
    path: list[Key] = []
    for key in loc:
        listed = isinstance(data, Sequence) and not isinstance(data, str) and isinstance(key, int) and key < len(data)
        if listed or (isinstance(data, Mapping) and key in data):
            data = data[key]
            path.append(key)
    return tuple(path)


def _at(data: Any, path: Path) -> Any:
    for key in path:
        if isinstance(data, Mapping):
            data = data.get(key)
        elif isinstance(data, Sequence) and isinstance(key, int) and key < len(data):
            data = data[key]
    return data


def _words(item: Any, path: Path, data: Any, root: type[BaseModel]) -> tuple[str, str]:
    kind: str = item["type"]
    context: Mapping[str, Any] = item.get("ctx") or {}
    value = item.get("input")
    shown = _shown(value)
    if kind == "missing":
        return f"`{path[-1]}` is missing", f"add `{path[-1]}: …`"
    if kind == "extra_forbidden":
        name = str(path[-1]) if path else shown
        return f"`{name}` is no key here", did_you_mean(name, _keys_at(root, data, path[:-1]))
    if kind == "value_error":
        message, _, hint = str(context.get("error") or item["msg"]).partition("; ")
        return message, hint
    if kind == "literal_error":
        expected = [word.strip("'") for word in str(context.get("expected", "")).replace(" or ", ", ").split(", ")]
        close = did_you_mean(value, expected) if isinstance(value, str) else ""
        return f"{shown} is not known here", close if "mean" in close else f"write one of {', '.join(expected)}"
    if kind == "string_pattern_mismatch":
        return f"{shown} is not right here", _PATTERNS.get(context["pattern"], f"it must match {context['pattern']}")
    if kind in _KINDS:
        what, example = _KINDS[kind]
        return f"{shown} stands where {what} belongs", f"write {example}"
    if kind.startswith("date"):
        return f"{shown} is no date", "write a day as 2026-03-31"
    if kind == "string_too_long":
        return f"this text is longer than {context['max_length']} characters", "shorten it"
    if kind == "string_too_short":
        return "this text is empty", "write at least one character, or leave the key out"
    message = str(item["msg"])
    return f"{shown}: {message[:1].lower()}{message[1:]}", ""


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = str(value)
    return f"`{text[:60]}{'…' if len(text) > 60 else ''}`"


def _keys_at(root: type[BaseModel], data: Any, path: Path) -> tuple[str, ...]:
    """The keys that may stand at `path`."""
    types: list[Any] = [root]
    for key in path:
        types = [inner for one in types for inner in _inside(one, key)]
    names: list[str] = []
    given = _at(data, path)
    for model in _models(types):
        names += [
            name
            for field, info in model.model_fields.items()
            if (name := info.alias or field) and not (isinstance(given, Mapping) and name in given)
        ]
    return tuple(dict.fromkeys(names))


def _models(types: Sequence[Any]) -> Iterator[type[BaseModel]]:
    for one in types:
        for plain in _unwrapped(one):
            if isinstance(plain, type) and issubclass(plain, BaseModel):
                yield plain


def _inside(annotation: Any, key: Key) -> Iterator[Any]:
    for plain in _unwrapped(annotation):
        origin = get_origin(plain)
        if origin is dict:
            yield get_args(plain)[1]
        elif origin in (tuple, list):
            yield get_args(plain)[0]
        elif isinstance(plain, type) and issubclass(plain, BaseModel) and plain is not Text:
            for field, info in plain.model_fields.items():
                if key in (info.alias, field):
                    yield info.annotation


def _unwrapped(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _unwrapped(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for one in get_args(annotation):
            yield from _unwrapped(one)
    elif origin is not Literal and annotation is not NoneType:
        yield annotation
