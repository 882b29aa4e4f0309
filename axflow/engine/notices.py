"""One structured event for each stored entry: what happened where, and nothing that anybody wrote.

The library configures no logging and prints nothing: events go out once the host has configured structlog.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from axflow.kernel.entry import Entry
from axflow.store.rows import StoredMessage


def announce(entries: Iterable[Entry]) -> None:
    """Emit one `axflow.entry` for each entry; to be called once it is committed."""
    if not structlog.is_configured():
        return
    log = structlog.get_logger("axflow")
    for entry in entries:
        log.info(
            "axflow.entry",
            project=entry.project,
            rules=entry.rules_digest,
            seq=entry.seq,
            kind=entry.kind,
            name=entry.name,
            outcome=entry.outcome,
            blockers=list(entry.blockers),
        )


def refused_opening(blockers: Iterable[str]) -> None:
    """Emit `axflow.refused_opening`: a refusal that no journal can hold, since there is no project."""
    if structlog.is_configured():
        structlog.get_logger("axflow").warning("axflow.refused_opening", blockers=list(blockers))


def unknown_project(project: str, kind: str) -> None:
    """Emit `axflow.unknown_project`: an attempt that no journal can hold."""
    if structlog.is_configured():
        structlog.get_logger("axflow").warning("axflow.unknown_project", project=project, kind=kind)


def dead_letter(message: StoredMessage) -> None:
    """Emit `axflow.dead_letter`: a message that nobody tries to deliver any more, until somebody decides about it."""
    if structlog.is_configured():
        structlog.get_logger("axflow").warning(
            "axflow.dead_letter",
            message=message.id,
            project=message.project,
            seq=message.seq,
            kind=message.kind,
            attempts=message.attempts,
            failure=message.failure,
        )
