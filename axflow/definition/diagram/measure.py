"""How much room words take, without a font: the picture must not clip Korean on a machine whose fonts nobody knows."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final
from unicodedata import combining, east_asian_width

WIDE: Final = 1.0
"""An East Asian wide character takes one em in every font that has it."""
NARROW: Final = 0.56
"""Any other character, in em: a little above the mean of common sans-serif fonts over running English text."""
CAPITAL: Final = 0.7
"""A Latin capital, in em: abbreviations of offices are often nothing else."""
BOLD: Final = 1.06
LEADING: Final = 1.36
"""Line height in em; Hangul needs more of it than Latin."""


@lru_cache(maxsize=4096)
def width(text: str, size: float, bold: bool = False) -> float:
    """The estimated width of `text` in pixels at a font size of `size` pixels."""
    ems = 0.0
    for char in text:
        if combining(char):
            continue
        if east_asian_width(char) in "WF":
            ems += WIDE
        else:
            ems += CAPITAL if char.isupper() else NARROW
    return ems * size * (BOLD if bold else 1.0)


@lru_cache(maxsize=4096)
def wrap(text: str, size: float, room: float, bold: bool = False) -> tuple[str, ...]:
    """`text` in lines no wider than `room` pixels, broken at spaces, and inside a word only where it alone is wider."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _pieces(word, size, room, bold)
        lines.extend(whole)
    if line:
        lines.append(line)
    return tuple(_balanced(lines, text, size, room, bold))


def _pieces(word: str, size: float, room: float, bold: bool) -> list[str]:
    pieces = [""]
    for char in word:
        if pieces[-1] and width(pieces[-1] + char, size, bold) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces


def _balanced(lines: list[str], text: str, size: float, room: float, bold: bool) -> list[str]:
    """The same number of lines, of about equal length: two words are not left alone on the last line."""
    if len(lines) < 2:
        return lines
    goal = width(text, size, bold) / len(lines)
    for percent in range(104, 160, 4):
        narrower = _greedy(text, size, min(room, goal * percent / 100), bold)
        if narrower is not None and len(narrower) <= len(lines):
            return narrower
    return lines


def _greedy(text: str, size: float, room: float, bold: bool) -> list[str] | None:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if width(longer, size, bold) <= room:
            lines[-1] = longer
        elif width(word, size, bold) > room:
            return None
        else:
            lines.append(word)
    return lines


def height(lines: int, size: float) -> int:
    """The height of so many lines in pixels."""
    return math.ceil(lines * size * LEADING)
