"""What the demo writes on: boxes and colours on a terminal, plain lines under NO_COLOR or in a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from axflow.definition.summary import columns, folded

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 100
_MARKS = {"moved": ("+", "✓", "green"), "recorded": (".", "·", "cyan"), "refused": ("x", "✗", "red"),
          "broken": ("!", "!", "bold red"), "good": ("=", "✓", "bold green"), "time": ("~", "◷", "yellow")}  # fmt: skip


class Screen:
    """A place to write to: `fancy` where somebody looks at a terminal that has colours."""

    def __init__(self, fancy: bool | None = None) -> None:
        self.fancy = sys.stdout.isatty() and "NO_COLOR" not in os.environ if fancy is None else fancy
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
            print("=" * min(columns(text), WIDTH))

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
            print("-" * min(columns(head), WIDTH))
            if say:
                self._plain(say, "")

    def line(self, kind: str, text: str) -> None:
        """One thing that happened: `moved`, `recorded`, `refused`, `time`, `good` or `broken`."""
        plain, mark, style = _MARKS[kind]
        if not (sys.stdout.encoding or "").lower().startswith("utf"):
            mark = plain  # an older console has no such signs
        if self.fancy:
            self._hanging(mark, text, style, 2)
        else:
            self._plain(text, f"  {plain} ")

    def reason(self, text: str, owner: str) -> None:
        """Why something was refused, and who can bring it about."""
        if self.fancy:
            self._hanging("→", text, "", 6)
            if owner:
                self._hanging("", owner, "dim", 6)
        else:
            self._plain(text, "      > ")
            if owner:
                self._plain(owner, "        ")

    def note(self, text: str) -> None:
        """Words in between."""
        if self.fancy:
            from rich.padding import Padding
            from rich.text import Text

            self.console.print(Padding(Text(text), (0, 0, 0, 2)))
        else:
            self._plain(text, "  ")

    def table(self, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows under a heading."""
        if self.fancy:
            from rich import box
            from rich.table import Table

            made = Table(box=box.SIMPLE_HEAD, header_style="bold")
            for name in heading:
                made.add_column(name, overflow="fold")
            for row in rows:
                made.add_row(*[_safe(cell) for cell in row])
            self.console.print(made)
            return
        widths = [max(columns(row[at]) for row in (heading, *rows)) for at in range(len(heading))]
        for row in (heading, ["-" * width for width in widths], *rows):
            cells = [cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)]
            print(("  " + "  ".join(cells)).rstrip())

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
            for number, line in enumerate(folded(paragraph, WIDTH - len(lead))):
                print((lead if number == 0 else " " * len(lead)) + line)
            lead = " " * len(lead)


def _safe(cell: str) -> str:
    from rich.markup import escape

    return escape(cell)
