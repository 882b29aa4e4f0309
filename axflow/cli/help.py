"""Help in the language of the command, as wide as the terminal, Hangul counted as two columns wide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import typer.core

from axflow.cli.language import told
from axflow.definition.columns import columns, folded

WIDEST = 100
NARROWEST = 40
_NAMES = 32
"""Columns for names of options and commands; what is longer stands on a line of its own."""
_EXTRA = re.compile(r"  ?\[(?P<extra>[^\[\]]*)\]$")


class Command(typer.core.TyperCommand):
    """A command whose help is told."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of this command."""
        formatter.write(_text(self, ctx))


class Group(typer.core.TyperGroup):
    """A group of commands whose help is told, under the headings that the commands name."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of this group and what it holds."""
        formatter.write(_text(self, ctx))

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of commands in the order in which they were made, which older parsers put in alphabetical order."""
        return list(self.commands)


def _text(command: Any, ctx: Any) -> str:
    return "\n".join(_lines(command, ctx, terminal_width())) + "\n"


def terminal_width() -> int:
    """How many columns words are folded to."""
    from shutil import get_terminal_size

    return max(NARROWEST, min(WIDEST, get_terminal_size((WIDEST, 24)).columns))


def _lines(command: Any, ctx: Any, width: int) -> Iterator[str]:
    pieces = " ".join(told(piece) for piece in command.collect_usage_pieces(ctx))
    yield from folded(told("Usage: {usage}", usage=f"{ctx.command_path} {pieces}"), width)
    yield ""
    for paragraph in (command.help or "").split("\n\n"):
        yield from folded(f"  {told(' '.join(paragraph.split()))}", width)
    parameters: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if record is not None:
            parameters[parameter.param_type_name].append((record[0], _parameter(parameter, record[1])))
    yield from _section(told("Arguments"), parameters["argument"], width)
    for heading, rows in _commands(command, ctx).items():
        yield from _section(told(heading), rows, width)
    yield from _section(told("Options"), parameters["option"], width)


def _parameter(parameter: Any, help: str) -> str:
    """The help of a parameter: its own words told, and what the parser adds in brackets."""
    found = _EXTRA.search(help)
    words = told(help[: found.start()] if found else help)
    if found is None:
        return words
    extra = ", ".join(_extra(part) for part in found["extra"].split("; "))
    return f"{words} [{extra}]"


def _extra(part: str) -> str:
    name, colon, value = part.partition(": ")
    return f"{told(name)}: {value}" if colon else told(name)


def _commands(command: Any, ctx: Any) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for name in command.list_commands(ctx) if hasattr(command, "list_commands") else ():
        one = command.get_command(ctx, name)
        if one is None or one.hidden:
            continue
        heading = getattr(one, "rich_help_panel", None)
        first = told(" ".join((one.help or "").split("\n\n")[0].split())).split(". ")[0].rstrip(".")
        found.setdefault(heading if isinstance(heading, str) else "Commands", []).append((name, first))
    return found


def _section(heading: str, rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    listed = list(rows)
    if not listed:
        return
    first = max((columns(name) for name, _ in listed if columns(name) <= min(_NAMES, width // 2)), default=8) + 4
    yield ""
    yield f"{heading}:"
    for name, words in listed:
        lines = list(folded(words, width - first))
        if columns(name) + 4 > first:
            yield f"  {name}"
        else:
            yield f"  {name}{' ' * (first - 2 - columns(name))}{lines.pop(0)}".rstrip()
        for line in lines:
            yield f"{' ' * first}{line}".rstrip()
