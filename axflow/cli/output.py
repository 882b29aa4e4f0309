"""How commands speak: data on stdout, talk on stderr, colours only for a terminal, JSON with a schema number."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from axflow.cli import BLOCKED, NOT_AUTHORISED, STALE
from axflow.definition.base import Language
from axflow.kernel.decision import Decision

JSON_SCHEMA = 1

Database = Annotated[
    str, typer.Option("--db", envvar="AXFLOW_DB", help="Database URL, such as sqlite:///axflow.db.", show_default=True)
]
DEFAULT_DATABASE = "sqlite:///axflow.db"
Tongue = Annotated[str, typer.Option("--lang", envvar="AXFLOW_LANG", help="Language of the words: en or ko.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with a schema number.")]


def language_of(value: str) -> Language:
    """`en` or `ko`; another is a usage error."""
    if value not in ("en", "ko"):
        raise typer.BadParameter(f"{value!r} is not spoken here; use en or ko", param_hint="--lang")
    return "ko" if value == "ko" else "en"


class Talk:
    """Both streams, and the language."""

    def __init__(self, language: Language | None = None) -> None:
        spoken = os.environ.get("AXFLOW_LANG", "en")
        self.language: Language = language or ("ko" if spoken == "ko" else "en")
        self.out = console(sys.stdout)

    def pick(self, en: str, ko: str) -> str:
        """The words in the language spoken."""
        return ko if self.language == "ko" else en

    def error(self, text: str) -> None:
        """An error, on stderr."""
        console(sys.stderr).print(f"[bold red]{self.pick('error', '오류')}:[/] ", end="", highlight=False)
        print(text, file=sys.stderr)

    def note(self, text: str) -> None:
        """Talk, on stderr."""
        print(text, file=sys.stderr)


def console(stream: Any) -> Console:
    """A console that is plain under NO_COLOR, in a pipe, and on a terminal that can't do better."""
    plain = bool(os.environ.get("NO_COLOR")) or not stream.isatty()
    return Console(
        file=stream,
        no_color=plain,
        highlight=False,
        width=None if stream.isatty() else 100,
        force_terminal=False if plain else None,
        legacy_windows=False,
    )


def print_json(data: Any) -> None:
    """Data as JSON, with the number of its schema."""
    text = json.dumps({"schema": JSON_SCHEMA, **data}, ensure_ascii=False, indent=2, default=str)
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        # JSON can say every character in ASCII; a question mark in the data would be a lie.
        text = json.dumps({"schema": JSON_SCHEMA, **data}, indent=2, default=str)
    print(text)


def refusal_code(decision: Decision) -> int:
    """The exit code of a refusal."""
    codes = {blocker.code for blocker in decision.blockers}
    if "not_authorised" in codes:
        return NOT_AUTHORISED
    return STALE if "stale" in codes else BLOCKED


def local(text: str, zone: str) -> str:
    """A UTC text as local time with its offset, to the minute."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).isoformat(sep=" ", timespec="minutes")
