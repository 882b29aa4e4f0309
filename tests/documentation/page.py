"""A page whose blocks are the files that run: written into a folder, its commands run there in order.

A block with a file name after its language (```` ```python office.py ````) is that file. With `append` or `replace`
after the name it is added to, or stands for, the file that a command has made. An `sh` block is run line by line. A
`text` block is what the `sh` block before it prints.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```([a-z]+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MODULES = {"python": (), "django-admin": ("-m", "django"), "axflow": ("-m", "axflow"), "pytest": ("-m", "pytest")}


class Block(NamedTuple):
    """A fenced block: its language, what stands after it, and its text."""

    language: str
    info: str
    text: str


def blocks(page: Path) -> list[Block]:
    """The blocks of a page in order."""
    return [Block(*(part or "" for part in found)) for found in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def example_lines(page: Path) -> int:
    """How many lines a reader has to write: those of all files of the page."""
    return sum(len(block.text.splitlines()) for block in blocks(page) if block.info)


def run(page: Path, folder: Path, replaced: Mapping[str, str] | None = None, **environment: str) -> Iterator[Block]:
    """Do what the page says in an empty folder; gives each block that tells an output, with what was printed instead.

    Parameters:
        replaced: what to write for a word of a command, such as another database.
        environment: variables to run the commands with.
    """
    printed = ""
    for block in blocks(page):
        if block.info:
            name, _, way = block.info.partition(" ")
            assert way in ("", "append", "replace"), f"{page.name}: {block.info!r} says neither a file nor what to do"
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            assert file.exists() == bool(way), f"{page.name}: {name} is there already, or is not there to change"
            with file.open("a" if way == "append" else "w", encoding="utf-8") as writing:
                writing.write(block.text)
        elif block.language == "sh":
            printed = "".join(_command(line, folder, replaced or {}, environment) for line in block.text.splitlines())
        elif block.language != "json":  # what is shown of an answer; the page's own test reads it
            assert block.language == "text", f"{page.name}: a block of {block.language} without a file name is not run"
            yield block._replace(text=_timeless(block.text), info=_timeless(printed))


def _timeless(printed: str) -> str:
    """What pytest prints, but for how long it took."""
    return re.sub(r" in [0-9.]+s$", "", printed, flags=re.MULTILINE)


def _command(line: str, folder: Path, replaced: Mapping[str, str], environment: Mapping[str, str]) -> str:
    program, *words = shlex.split(line, comments=True)
    if program == "pip":
        assert words[0] == "install", line
        for word in words[1:]:
            version(Requirement(word).name)  # it is there, so it is one of our extras
        return ""
    words = [replaced.get(word, word) for word in words]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", *_MODULES[program], *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout
