"""The commands. Data goes to stdout, talk to stderr; every outcome has an exit code of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `axflow` with `arguments` (default: those of the process) and leave with its exit code."""
    try:
        from axflow.cli.running import run

        sys.exit(run(arguments))
    except KeyboardInterrupt:  # before there was anything that could say so
        sys.exit(130)
