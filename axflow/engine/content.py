"""What comes in from outside, before it is decided about: one spelling of text, bounded sizes, and a form."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from unicodedata import category, normalize

from axflow.definition.canonical import DEEPEST, LARGEST_INTEGER, canonical
from axflow.definition.definition import Definition
from axflow.journal.digest import keyed_digest
from axflow.kernel.actor import Actor
from axflow.kernel.blocker import Blocker
from axflow.kernel.command import Command
from axflow.kernel.moment import Moment, utc_text

MOST_REASON: Final = 10_000
"""Characters of a reason."""
MOST_VALUES: Final = 64 * 1024
"""Bytes of values or attributes in one command."""
MOST_NAME: Final = 400
"""Characters of any other text, such as a name or a key."""

_CommandT = TypeVar("_CommandT", bound=Command)
_LARGE = frozenset({"values", "attributes"})
_AS_THEY_ARE = frozenset({"target", "occurred_at", "published", "carried", "expected", "enforce", "seq", "force"})


def neutral(command: _CommandT) -> tuple[_CommandT, tuple[Blocker, ...]]:
    """The command with its text in NFC, and what is wrong with its form.

    What has no canonical form (a float, bytes, half a character, a control character) is replaced by its path and type,
    so that the attempt can be journaled without it. Decimals become text and dates ISO dates.
    """
    found: list[Blocker] = []
    changes: dict[str, Any] = {}
    for name in _fields(type(command)):
        value = getattr(command, name)
        if value is None or value == () or value == {} or (name == "actor" and _known(value)):
            continue
        clean = _clean(value, name, found, DEEPEST // 2)
        if name in _LARGE and not found:
            size = len(canonical(clean))
            if size > MOST_VALUES:
                found.append(Blocker("too_long", {"field": name, "limit": MOST_VALUES}))
                clean = {"": f"({size} bytes)"}
        elif isinstance(clean, str):
            limit = MOST_REASON if name == "reason" else MOST_NAME
            if len(clean) > limit and name != "title":
                found.append(Blocker("too_long", {"field": name, "limit": limit}))
                clean = f"({len(clean)} characters)"
        elif name not in _LARGE:
            clean = _bounded(clean, name, found)
        if clean is not value and clean != value:
            changes[name] = clean
    return (dataclasses.replace(command, **changes) if changes else command), tuple(found)


_FIELDS: dict[type[Command], tuple[str, ...]] = {}


def _fields(kind: type[Command]) -> tuple[str, ...]:
    found = _FIELDS.get(kind)
    if found is None:
        names = tuple(item.name for item in dataclasses.fields(kind) if item.name not in _AS_THEY_ARE)
        found = _FIELDS[kind] = names
    return found


def _known(actor: Actor) -> bool:
    """Whether an actor's few texts are plain, which they nearly always are."""
    return (
        actor.id.isascii()
        and actor.id.isprintable()
        and actor.organisation.isascii()
        and actor.organisation.isprintable()
        and (actor.role is None or (actor.role.isascii() and actor.role.isprintable()))
        and actor.on_behalf_of is None
        and actor.authenticated is None
        and len(actor.id) + len(actor.organisation) < MOST_NAME
    )


def _clean(value: Any, path: str, found: list[Blocker], levels: int) -> Any:
    kind = type(value)
    if kind is str:
        return value if value.isascii() and value.isprintable() else _text(value, path, found)
    if value is None or kind is bool:
        return value
    if kind is int:
        if -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            return value
        return _wrong(path, "an integer beyond 2^53; write it as text", "integer", found)
    if kind is Decimal:
        return format(value, "f") if value.is_finite() else _wrong(path, "not a finite number", "Decimal", found)
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            return _wrong(path, "a time without offset", "datetime", found)
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if levels == 0:
        return _wrong(path, "nested too deep", kind.__name__, found)
    if isinstance(value, Mapping):
        return _mapping(value, path, found, levels)
    if kind is list or kind is tuple:
        return kind(_clean(item, f"{path}[{index}]", found, levels - 1) for index, item in enumerate(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {}
        for item in dataclasses.fields(value):
            before = getattr(value, item.name)
            after = _clean(before, f"{path}.{item.name}", found, levels - 1)
            if after is not before and after != before:
                changes[item.name] = after
        return dataclasses.replace(value, **changes) if changes else value
    if kind is float:
        return _wrong(path, 'a float has no exact value; write text, such as "0.93"', "float", found)
    return _wrong(path, f"a {kind.__name__} cannot be recorded", kind.__name__, found)


def _bounded(value: Any, path: str, found: list[Blocker]) -> Any:
    """A value with the names in it bounded: databases index them, and an index takes no page of text."""
    kind = type(value)
    if kind is str and len(value) > MOST_NAME:
        found.append(Blocker("too_long", {"field": path, "limit": MOST_NAME}))
        return f"({len(value)} characters)"
    if kind is tuple:
        return tuple(_bounded(item, f"{path}[{index}]", found) for index, item in enumerate(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [item.name for item in dataclasses.fields(value) if item.name != "title"]
        after = {name: _bounded(getattr(value, name), f"{path}.{name}", found) for name in names}
        changes = {name: clean for name, clean in after.items() if clean is not getattr(value, name)}
        return dataclasses.replace(value, **changes) if changes else value
    return value


def _mapping(value: Mapping[Any, Any], path: str, found: list[Blocker], levels: int) -> dict[str, Any]:
    clean: dict[str, Any] = {}
    for key, item in value.items():
        if type(key) is not str or not key.isascii() or len(key) > MOST_NAME:
            _wrong(path, "names of fields are short ASCII text", "key", found)
            continue
        clean[key] = _clean(item, f"{path}.{key}", found, levels - 1)
    return clean


def _text(value: str, path: str, found: list[Blocker]) -> str:
    if any(category(sign) in ("Cs", "Cc") and sign not in "\n\t" for sign in value):
        return _wrong(path, "holds a control character or half a character", "text", found)
    return normalize("NFC", value)


def _wrong(path: str, problem: str, kind: str, found: list[Blocker]) -> str:
    found.append(Blocker("wrong_form", {"field": path, "problem": problem}))
    return f"({kind} at {path})"


def fingerprint(secret: bytes, command: Command) -> str:
    """What a command asks for, as a keyed digest: equal for a repeat, and telling nothing to whoever reads it."""
    asked = {
        item.name: _plain(getattr(command, item.name))
        for item in dataclasses.fields(command)
        if item.name not in ("key", "expected", "project", "carried", "enforce")
    }
    return keyed_digest(secret, f"fingerprint/{command.kind}", asked)


def _plain(value: Any) -> Any:
    if isinstance(value, Actor):
        return [value.id, value.organisation, value.role, value.kind, value.on_behalf_of]
    if isinstance(value, Definition):
        return value.digest
    if isinstance(value, Moment):
        return value.to_json()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, item.name)) for item in dataclasses.fields(value) if item.name != "project"]
    return value
