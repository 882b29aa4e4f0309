"""Text in columns of a terminal, where Hangul takes two: how wide it is, and how it is folded."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import combining, east_asian_width


def columns(text: str) -> int:
    """How many columns of a terminal the text takes (Unicode Standard Annex 11: wide characters take two)."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def folded(text: str, width: int) -> Iterator[str]:
    """A paragraph in lines of at most `width` columns; further lines stand under the first word of the first one.

    A word that is wider than a line is cut where the line ends.
    """
    lead = " " * (len(text) - len(text.lstrip(" ")))
    hanging = lead + "  " if text.lstrip(" ").startswith("- ") else lead
    line = lead
    for word in text.split():
        if line.strip() and columns(f"{line} {word}") > width:
            yield line
            line = hanging
        line = f"{line} {word}" if line.strip() else line + word
        while columns(line) > width > columns(hanging) + 2:
            head = _head(line, width)
            yield head
            line = hanging + line[len(head) :]
    yield line.rstrip()


def _head(text: str, width: int) -> str:
    """As much of the text as `width` columns hold."""
    taken = 0
    for place, char in enumerate(text):
        taken += columns(char)
        if taken > width:
            return text[:place]
    return text
