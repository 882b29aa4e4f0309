"""Small rows and entries for tests of stores."""

from __future__ import annotations

from typing import Any, Final

from axflow.journal.chain import NOTHING
from axflow.journal.sealing import Sealed, seal
from axflow.kernel.entry import Entry
from axflow.kernel.project import Project, Timer
from axflow.store.protocol import Unit
from axflow.store.rows import StoredDefinition

AT: Final = "2026-03-02T00:00:00.000000Z"


def entry_of(project: str, seq: int, **parts: Any) -> Entry:
    """A small entry, for tests of stores."""
    base: dict[str, Any] = {
        "project": project,
        "seq": seq,
        "kind": "send",
        "name": "go",
        "outcome": "moved",
        "before": {"stage": "a"},
        "after": {"stage": "b"},
        "version": seq,
        "rules_digest": "0" * 64,
        "recorded_at": AT,
        "occurred": {"text": AT, "precision": "instant", "start": AT, "end": AT},
        "actor": {"id": "kim", "organisation": "office"},
    }
    return Entry(**{**base, **parts})


def project_of(id: str, seq: int = 1, **parts: Any) -> Project:
    """A small project, for tests of stores."""
    project = Project(id, "flow", "0" * 64, "firm-1", "b", None, {}, seq, seq, AT, AT, AT)
    return project._replace(**parts)


def timer_of(id: str, due: str | None, elapsed: bool = False) -> Timer:
    """A small timer, for tests of stores."""
    return Timer(id, 0, "government", due, AT, "15 working days", elapsed)


def definition_of(version: str = "1", **parts: Any) -> StoredDefinition:
    """A small published definition, for tests of stores."""
    row = StoredDefinition("flow", version, "d" * 64, "0" * 64, "{}", None, "c" * 64, None, None, AT, "kim")
    return row._replace(**parts)


def write(unit: Unit, project: Project, *entries: Entry, previous: Project | None = None) -> bytes:
    """Keep `project` with `entries`, sealed after its last one; the head's hash."""
    head = NOTHING if previous is None else unit.head(project.id) or NOTHING
    sealed: list[Sealed] = []
    for entry in entries:
        sealed.append(seal(entry, head))
        head = sealed[-1].hash
        unit.append(sealed[-1])
    unit.save(project, head, previous)
    return head
