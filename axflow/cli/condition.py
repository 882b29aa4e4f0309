"""What `axflow doctor` says of the store: what waits and for how long, and what each entry takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from axflow.engine import Health
    from axflow.store.rows import TableSize


def condition(health: Health) -> dict[str, Any]:
    """Settings and backlog, flat. Ages are in seconds."""
    backlog = health.backlog
    if backlog is None:
        return {}
    return {
        **(health.settings or {}),
        "pending_timers": backlog.timers,
        "timer_lag_seconds": round(health.timer_lag),
        "waiting_messages": backlog.messages,
        "message_lag_seconds": round(health.message_lag),
        "dead_letters": backlog.dead_letters,
        "unplaced_entries": backlog.unplaced,
        "unplaced_lag_seconds": round(health.unplaced_lag),
    }


def sized(sizes: Sequence[TableSize]) -> dict[str, Any]:
    """Rows and bytes of each table, and bytes of all tables for one entry."""
    entries = next((size.rows for size in sizes if size.table == "axflow_entries"), 0)
    known = [size.size for size in sizes if size.size is not None]
    return {
        "tables": [{"table": s.table, "rows": s.rows, "bytes": s.size} for s in sizes],
        "bytes": sum(known) if known else None,
        "bytes_per_entry": round(sum(known) / entries) if known and entries else None,
    }


def line(table: Mapping[str, Any]) -> str:
    """A table of `sized` in one line."""
    size = "?" if table["bytes"] is None else f"{table['bytes']:,}"
    return f"{table['table']}: {table['rows']:,} rows, {size} bytes"
