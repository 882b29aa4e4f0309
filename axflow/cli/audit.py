"""`axflow audit`: questioning what happened. Nothing here writes into the database; each command has a module."""

from __future__ import annotations

from axflow.cli.commands import group

app = group("Question what happened: verify, look back, find what does not hold.")
