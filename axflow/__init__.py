"""axflow: a workflow engine whose decisions are data, journaled, explained and checkable offline."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from axflow.definition.definition import Definition as Definition
    from axflow.definition.loading import load as load
    from axflow.engine import Engine as Engine
    from axflow.engine.asynchronous import AsyncEngine as AsyncEngine
    from axflow.kernel.actor import Actor as Actor
    from axflow.kernel.command import Document as Document
    from axflow.kernel.decision import Decision as Decision
    from axflow.kernel.decision import Refused as Refused
    from axflow.store.configure import configure_sqlite as configure_sqlite
    from axflow.store.conflicts import is_conflict as is_conflict
    from axflow.store.errors import Conflict as Conflict

__version__ = "0.1.0"

_HOMES = {
    "Actor": "axflow.kernel.actor",
    "AsyncEngine": "axflow.engine.asynchronous",
    "Conflict": "axflow.store.errors",
    "Decision": "axflow.kernel.decision",
    "Definition": "axflow.definition.definition",
    "Document": "axflow.kernel.command",
    "Engine": "axflow.engine",
    "Refused": "axflow.kernel.decision",
    "configure_sqlite": "axflow.store.configure",
    "is_conflict": "axflow.store.conflicts",
    "load": "axflow.definition.loading",
}
__all__ = [
    "Actor",
    "AsyncEngine",
    "Conflict",
    "Decision",
    "Definition",
    "Document",
    "Engine",
    "Refused",
    "__version__",
    "configure_sqlite",
    "is_conflict",
    "load",
]


def __getattr__(name: str) -> Any:
    # Each name comes with its room when it is first used: `import axflow` alone costs next to nothing.
    if name not in _HOMES:
        raise AttributeError(f"module 'axflow' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
