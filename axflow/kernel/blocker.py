"""Blockers: one reason why a command was refused, as data and in words, with who can resolve it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from axflow.definition.base import Language, Text
from axflow.guards.render import render
from axflow.guards.shortfall import Shortfall
from axflow.kernel.words import BLOCKER_WORDS

UNSEEN = {"en": "(not shown to you)", "ko": "(열람 권한 없음)"}


def _see_all(path: str) -> bool:
    return True


class Blocker(NamedTuple):
    """One reason why a command was refused.

    Parameters of a message are content: they are kept beside the journal, never in its sealed bytes.
    """

    code: str
    params: Mapping[str, Any] = {}
    resolvers: tuple[str, ...] = ()
    """Roles that can bring about what is missing."""
    guard: str | None = None
    shortfalls: tuple[Shortfall, ...] = ()
    """What keeps a guard from TRUE."""
    words: Text | None = None
    """The guard's own words for what is missing."""
    readings: Mapping[str, str] = {}
    """Values that the guard's words name in braces, by path."""
    said: Text | None = None
    """Of a refusal that is told again: the sentence that was said at first."""

    def message(self, language: Language = "en", may_see: Callable[[str], bool] = _see_all) -> str:
        """The reason in words, for a viewer who may see the values for whose path `may_see` is true."""
        if self.said is not None:
            return self.said.in_(language)
        params = {key: _spoken(value, language) for key, value in self.params.items()}
        if self.shortfalls:
            words = None if self.words is None else self._filled(self.words, language, may_see)
            params["missing"] = render(self.shortfalls, words, language, may_see)
        template = BLOCKER_WORDS[self.code][1 if language == "ko" else 0]
        return template.format_map(_Given(params))

    def _filled(self, words: Text, language: Language, may_see: Callable[[str], bool]) -> dict[str, str]:
        """The guard's words with the values that they name; one that the viewer may not see is said to be there."""
        filled: dict[str, str] = words.model_dump()
        for path, value in self.readings.items():
            shown = value if path.startswith("params.") or may_see(path) else UNSEEN[language]
            filled = {tongue: text.replace(f"{{{path}}}", shown) for tongue, text in filled.items()}
        return filled

    def kept(self) -> dict[str, Any]:
        """The blocker as content of its entry: everything but the code may describe somebody."""
        kept: dict[str, Any] = {"code": self.code, "en": self.message("en"), "ko": self.message("ko")}
        if self.guard is not None:
            kept["guard"] = self.guard
        return kept


class _Given(dict[str, Any]):
    """Parameters that may be redacted: what is gone is said to be so."""

    def __missing__(self, key: str) -> str:
        return "…"


def _spoken(value: Any, language: Language) -> Any:
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(_spoken(item, language)) for item in value) or "–"
    return value


# Named constructors keep codes and parameters together, and call sites readable.


def not_authorised(actor: str, act: Any, roles: Any) -> Blocker:
    """Nobody without authority learns more than this."""
    return Blocker("not_authorised", {"actor": actor, "act": act, "roles": roles})


def stale(expected: int, actual: int) -> Blocker:
    """The caller saw another version."""
    return Blocker("stale", {"expected": expected, "actual": actual})


def key_reused(key: str) -> Blocker:
    """The idempotency key is bound to other content."""
    return Blocker("key_reused", {"key": key})
