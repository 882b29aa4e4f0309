"""Reading a definition: a file, a text, or plain data. All three ways end in the same model with the same digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import normalize

from pydantic import BaseModel, ValidationError

from axflow.definition.definition import Definition
from axflow.definition.duration import Duration
from axflow.definition.model_errors import problems_of
from axflow.definition.problems import DefinitionError, Key, Problem, path_text
from axflow.definition.shipped import find
from axflow.definition.source import DEEPEST, LARGEST_TEXT, Format, Source, decode, read


@dataclass(frozen=True, slots=True)
class Loaded:
    """A definition together with its text: for tools that point into it, such as the linter's report."""

    definition: Definition
    name: str
    text: str
    places: Mapping[str, tuple[int, int]]
    """Line and column (from 1) of each key by its path, such as `guards.passed.when` or `transitions[2]`."""

    def place(self, path: str) -> tuple[int, int]:
        """The place of `path`, or of the nearest thing around it; (1, 1) where nothing is near."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return 1, 1


def load(name_or_path: str | Path) -> Definition:
    """The definition in a file, or the shipped workflow of that name.

    Raises `DefinitionError` with every problem found, `FileNotFoundError` (naming what is close) when there is no such
    file or workflow.
    """
    return load_source(name_or_path).definition


def load_source(name_or_path: str | Path) -> Loaded:
    """Like `load`, with the text and the place of each key."""
    path = find(name_or_path)
    with path.open("rb") as file:
        raw = file.read(LARGEST_TEXT + 1)
    text = decode(raw, str(name_or_path))
    return loads_source(text, name=str(name_or_path), format="json" if path.suffix == ".json" else "yaml")


def loads(text: str, *, name: str = "<text>", format: Format = "yaml") -> Definition:
    """The definition in `text`; `name` stands for the file in messages. Raises `DefinitionError`."""
    return loads_source(text, name=name, format=format).definition


def loads_source(text: str, *, name: str = "<text>", format: Format = "yaml") -> Loaded:
    """Like `loads`, with the place of each key."""
    source = read(text.removeprefix("\ufeff"), name, format)
    return Loaded(_validated(source), name, text, source.places())


def from_data(data: Mapping[str, Any], *, name: str = "<data>") -> Definition:
    """The definition that plain data describe: mappings, lists, text, whole numbers, truth values, dates, durations.

    A float is refused, since its digits are not what was written. Raises `DefinitionError`.
    """
    source = Source(name)
    source.data = neutral(data, name)
    return _validated(source)


def neutral(value: Any, name: str = "<data>", path: tuple[Key, ...] = ()) -> Any:
    """`value` in the form that a text has, every scalar as NFC text. Raises `DefinitionError` for what has none."""
    if len(path) > DEEPEST:
        raise _refused(name, path[:4], f"it is nested deeper than {DEEPEST} levels", "no definition needs that")
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Duration):
        return str(value)
    if isinstance(value, BaseModel):
        return neutral(value.model_dump(mode="json", by_alias=True, exclude_defaults=True), name, path)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, (str, date)):
                raise _refused(name, path, f"the key {key!r} is no text", "a key is one word")
        words = {key: normalize("NFC", key) if isinstance(key, str) else key.isoformat() for key in value}
        return {words[key]: neutral(inner, name, (*path, words[key])) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [neutral(inner, name, (*path, index)) for index, inner in enumerate(value)]
    if isinstance(value, float):
        raise _refused(name, path, f"the float {value!r} stands here", f'write it as text: "{value!r}"')
    raise _refused(name, path, f"a {type(value).__name__} stands here", "use text, numbers, lists and mappings")


def _refused(name: str, path: tuple[Key, ...], message: str, hint: str) -> DefinitionError:
    return DefinitionError([Problem(name, 0, 0, path_text(path), message, hint)])


def _validated(source: Source) -> Definition:
    try:
        return Definition.model_validate(source.data)
    except ValidationError as error:
        raise DefinitionError(problems_of(error, source, Definition)) from None
