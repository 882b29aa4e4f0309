"""The language in which commands talk, chosen before the first word, and the one place where English becomes Korean.

Commands write English. `told` gives the Korean sentence that `axflow.cli.korean` has for it; what a lower room says
(an error, a message of the command line's own parser) is found there by its form. A sentence that is not there stays
English rather than going unsaid.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from axflow.definition.base import Language

ENVIRONMENT = "AXFLOW_LANG"
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_current: ContextVar[Language] = ContextVar("language", default="en")


def language() -> Language:
    """The language of the command that runs."""
    return _current.get()


def speak(language: Language) -> None:
    """Talk in `language` from now on."""
    _current.set(language)


def asked(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Language:
    """The language that a command line asks for: its `--lang`, else AXFLOW_LANG, else that of the locale.

    Help and errors come before options are read, so `--lang` is looked for here; whether it is a language is checked
    where options are.
    """
    env = os.environ if environment is None else environment
    given = ""
    for place, word in enumerate(arguments):
        if word == "--":
            break
        if word == "--lang" and place + 1 < len(arguments):
            given = arguments[place + 1]
        elif word.startswith("--lang="):
            given = word.partition("=")[2]
    named = given or env.get(ENVIRONMENT, "")
    if named:
        return "ko" if named == "ko" else "en"
    locale = next((env[name] for name in _LOCALES if env.get(name)), "")
    if not locale and sys.platform == "win32":
        from locale import getlocale

        locale = getlocale()[0] or ""
    return "ko" if locale.lower().startswith("ko") else "en"


def told(sentence: str, /, **values: Any) -> str:
    """`sentence`, with `{name}` filled by `values`, in the language of the command."""
    if _current.get() == "ko":
        found = _sentences().get(sentence)
        if found is not None:
            return found.format(**values) if values else found
    return sentence.format(**values) if values else sentence


def translated(message: str) -> str:
    """A message that is filled already, in the language of the command: as a whole, else piece by piece."""
    return message if _current.get() == "en" else _apart(message, _SEAMS)


_SEAMS = tuple(map(re.compile, (r"(\n)", r"( — )", r"(; or )", r"(; )", r"((?<=[.?!]) (?=[A-Z]))")))
"""Where a message is put together from others, the widest seam first."""


def _apart(message: str, seams: tuple[re.Pattern[str], ...]) -> str:
    found = _piece(message)
    if found is not None:
        return found
    if not seams:
        return message
    return "".join(_apart(part, seams[1:]) for part in seams[0].split(message))


def _piece(piece: str) -> str | None:
    """A piece; before it may stand a place, such as `file.yaml:3:1: path: `."""
    found = _by_form(piece)
    start = piece.find(": ")
    while found is None and start >= 0:
        rest = _by_form(piece[start + 2 :])
        if rest is not None:
            return piece[: start + 2] + rest
        start = piece.find(": ", start + 2)
    return found


def _by_form(message: str) -> str | None:
    if message in _sentences():
        return _sentences()[message]
    for form, korean in _forms():
        match = form.fullmatch(message)
        if match is not None:
            return korean.format(**{name: _by_form(value) or value for name, value in match.groupdict().items()})
    return None


def _sentences() -> Mapping[str, str]:
    from axflow.cli.korean import SENTENCES

    return SENTENCES


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What is reported with `{name}` in it as patterns, the longest first: it says the most."""
    from axflow.cli.korean import REPORTED

    with_values = sorted((key for key in REPORTED if _NAME.search(key)), key=len, reverse=True)
    return tuple((_pattern(key), REPORTED[key]) for key in with_values)


_NAME = re.compile(r"\{(\w+)\}")
_LONG = frozenset({"problem", "right", "why", "what"})
"""Values that are sentences themselves."""
_ANYTHING = ".+?"
_SHORT = r"(?:(?!; | — |: |\. [A-Z]|\n).)+?"


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _NAME.split(sentence)
    seen: set[str] = set()
    pattern = ""
    for place, part in enumerate(parts):
        if place % 2 == 0:
            pattern += re.escape(part.replace("{{", "{").replace("}}", "}"))
        else:
            pattern += f"(?P={part})" if part in seen else f"(?P<{part}>{_ANYTHING if part in _LONG else _SHORT})"
            seen.add(part)
    return re.compile(pattern, re.DOTALL)
