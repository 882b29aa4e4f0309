"""What a shell may complete: projects, and what the workflow of a project names. Nothing here may fail or write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from axflow.definition.definition import Definition
    from axflow.engine import Engine

MOST = 200
"""Names that are offered at most."""


def projects(ctx: Any, incomplete: str) -> list[str]:
    """Ids of projects."""
    return _offered(ctx, incomplete, lambda engine: (row.id for row in engine.projects(limit=1_000)))


def events(ctx: Any, incomplete: str) -> list[str]:
    """Events that the project's present state knows."""
    project = str(ctx.params.get("project"))
    return _offered(ctx, incomplete, lambda engine: (one.name for one in engine.why(project) if one.kind == "event"))


def evidence(ctx: Any, incomplete: str) -> list[str]:
    """Types of evidence."""
    return _named(ctx, incomplete, lambda definition: definition.evidence)


def holds(ctx: Any, incomplete: str) -> list[str]:
    """Holds."""
    return _named(ctx, incomplete, lambda definition: definition.holds)


def records(ctx: Any, incomplete: str) -> list[str]:
    """Records of the project that count."""
    project = str(ctx.params.get("project"))
    return _offered(ctx, incomplete, lambda engine: engine.project(project).values)


def shipped(ctx: Any, incomplete: str) -> list[str]:
    """Shipped workflows."""
    from axflow.definition.shipped import names

    return [name for name in names() if name.startswith(incomplete)]


def _named(ctx: Any, incomplete: str, names: Callable[[Definition], Iterable[str]]) -> list[str]:
    project = str(ctx.params.get("project"))
    return _offered(ctx, incomplete, lambda engine: names(engine.project(project).definition))


def _offered(ctx: Any, incomplete: str, names: Callable[[Engine], Iterable[str]]) -> list[str]:
    import os
    from contextlib import closing

    from axflow.cli.options import DATABASE, engine_of

    database = ctx.params.get("database") or os.environ.get("AXFLOW_DB") or DATABASE
    try:
        with closing(engine_of(database)) as engine:
            return [name for name in names(engine) if name.startswith(incomplete)][:MOST]
    except Exception:  # a shell that asks wants names or silence
        return []
