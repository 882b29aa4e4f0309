"""`python -m axflow`."""

from __future__ import annotations

from axflow.cli import main

main()
