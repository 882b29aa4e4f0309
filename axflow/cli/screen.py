"""What the demo writes on: boxes and colours on a terminal, plain lines under NO_COLOR or in a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import zip_longest
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from axflow.definition.columns import columns, folded

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 100
NARROW = 72
"""Below so many columns a table is written as a list."""
NARROWEST = 30
_LONGEST = 26
"""A word longer than this is cut where its column ends."""
_MARKS = {"moved": ("+", "✓", "green"), "recorded": (".", "·", "cyan"), "refused": ("x", "✗", "red"),
          "broken": ("!", "!", "bold red"), "good": ("=", "✓", "bold green"), "time": ("~", "◷", "yellow")}  # fmt: skip


class Screen:
    """A place to write to: `fancy` where somebody looks at a terminal that has colours."""

    def __init__(self, fancy: bool | None = None, *, folds: bool = False) -> None:
        """A pipe gets tables as wide as they are, a line for each row, unless it `folds`."""
        terminal = sys.stdout.isatty()
        self.fancy = terminal and not os.environ.get("NO_COLOR") if fancy is None else fancy
        sized = terminal or os.environ.get("COLUMNS", "").isdigit()
        self.table_width = get_terminal_size((WIDTH, 24)).columns if sized else WIDTH if folds else None
        self.width = max(NARROWEST, min(WIDTH, self.table_width or WIDTH))
        self.signs = (sys.stdout.encoding or "").lower().startswith("utf")  # an older console has none of them
        self._console: Console | None = None

    @property
    def console(self) -> Console:
        """The terminal, made when it is first needed."""
        if self._console is None:
            from rich.console import Console

            self._console = Console(highlight=False)
        return self._console

    def title(self, text: str) -> None:
        """The heading of everything."""
        if self.fancy:
            from rich.panel import Panel
            from rich.text import Text

            self.console.print(Panel(Text(text, style="bold", justify="center"), border_style="blue"))
        else:
            self._plain(text, "")
            print("=" * min(columns(text), self.width))

    def chapter(self, number: int, title: str, say: str | None) -> None:
        """The heading of a part, with what there is to see."""
        if self.fancy:
            from rich.text import Text

            self.console.print()
            self.console.rule(Text(f" {number}  {title} ", style="bold blue"), align="left", style="blue")
            if say:
                self.console.print(Text(say, style="italic"))
        else:
            print()
            head = f"{number}. {title}"
            self._plain(head, "")
            print("-" * min(columns(head), self.width))
            if say:
                self._plain(say, "")

    def line(self, kind: str, text: str) -> None:
        """One thing that happened: `moved`, `recorded`, `refused`, `time`, `good` or `broken`."""
        plain, mark, style = _MARKS[kind]
        if self.fancy:
            self._hanging(mark if self.signs else plain, text, style, 2)
        else:
            self._plain(text, f"  {plain} ")

    def reason(self, text: str, owner: str) -> None:
        """Why something was refused, and who can bring it about."""
        if self.fancy:
            self._hanging("↳" if self.signs else ">", text, "", 6)
            if owner:
                self._hanging("", owner, "dim", 6)
        else:
            self._plain(text, "      > ")
            if owner:
                self._plain(owner, "        ")

    def note(self, text: str) -> None:
        """Words in between. A line that is indented is there to be copied, so it stays in one piece."""
        for line in text.split("\n"):
            if line.startswith(" "):
                print(f"  {line}")
            elif self.fancy:
                from rich.padding import Padding
                from rich.text import Text

                self.console.print(Padding(Text(line), (0, 0, 0, 2)))
            else:
                self._plain(line, "  ")

    def table(self, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows under a heading; where there is no room for columns, one below the other."""
        if self.fancy:
            self._drawn(heading, rows)
            return
        room = 10**6 if self.table_width is None else self.table_width - 2 * len(heading)
        fitting = _fitted((heading, *rows), room)
        if fitting is None:
            self._stacked(heading, rows)
            return
        for row in (heading, ["-" * width for width in fitting], *rows):
            for line in zip_longest(*(list(folded(c, w)) for c, w in zip(row, fitting, strict=True)), fillvalue=""):
                cells = [cell + " " * (width - columns(cell)) for cell, width in zip(line, fitting, strict=True)]
                print(("  " + "  ".join(cells)).rstrip())

    def _drawn(self, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        from rich import box
        from rich.table import Table

        if self.console.width < NARROW:
            self._stacked(heading, rows)
            return
        made = Table(box=box.SIMPLE_HEAD, header_style="bold")
        for name in heading:
            made.add_column(name, overflow="fold")
        for row in rows:
            made.add_row(*[_safe(cell) for cell in row])
        self.console.print(made)

    def _stacked(self, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        for row in rows:
            self._plain(row[0], "  ")
            for name, cell in zip(heading[1:], row[1:], strict=True):
                self._plain(f"{name}: {cell}", "    ")

    def _hanging(self, mark: str, text: str, style: str, indent: int) -> None:
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=1)
        grid.add_column()
        grid.add_row(Text(mark, style=style), Text(text, style="dim" if style == "dim" else ""))
        self.console.print(Padding(grid, (0, 0, 0, indent)))

    def _plain(self, text: str, lead: str) -> None:
        for paragraph in text.split("\n"):
            for number, line in enumerate(folded(paragraph, self.width - len(lead))):
                print((lead if number == 0 else " " * len(lead)) + line)
            lead = " " * len(lead)


def _fitted(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Widths of columns that fit into `room`; None where they would be unreadable.

    What has most to say keeps most room, and no column gets narrower than its longest word.
    """
    natural = [max(columns(row[at]) for row in rows) for at in range(len(rows[0]))]
    least = [
        min(width, _LONGEST, max(columns(word) for row in rows for word in (row[at].split() or [""])))
        for at, width in enumerate(natural)
    ]
    fitted = list(natural)
    while sum(fitted) > room:
        shrinkable = [at for at in range(len(fitted)) if fitted[at] > least[at]]
        if not shrinkable:
            return None
        fitted[max(shrinkable, key=lambda at: fitted[at] / natural[at] ** 0.5)] -= 1
    return fitted


def _safe(cell: str) -> str:
    from rich.markup import escape

    return escape(cell)
