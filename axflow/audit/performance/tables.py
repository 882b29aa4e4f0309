"""The analysis as plain data: JSON, and tables whose rows are flat, for files and screens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from axflow.audit.performance.analysis import Performance
from axflow.audit.performance.flow import Path
from axflow.audit.performance.measure import Spread
from axflow.audit.performance.places import Uses
from axflow.audit.performance.rate import Rate
from axflow.kernel.moment import utc_text

TABLES: Final = (
    "stages", "tracks", "holders", "pairs", "limits", "clocks", "rates", "milestones", "levels", "routes", "variants",
    "edges", "handovers", "rework", "ping_pong", "drift",
)  # fmt: skip
"""The parts of an analysis that are lists."""
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


def to_json(found: Performance) -> dict[str, Any]:
    """Everything, durations in seconds and times in UTC."""
    return {part.name: _json(getattr(found, part.name)) for part in fields(found)}


def _json(value: Any) -> Any:
    if isinstance(value, Spread):
        return value.to_json()
    if isinstance(value, Rate):
        return {**{part.name: _json(getattr(value, part.name)) for part in fields(value)},
                "share": value.share, "interval_95": value.interval}  # fmt: skip
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {part.name: _json(getattr(value, part.name)) for part in fields(value)}
    return value


def rows_of(found: Performance, table: str) -> list[dict[str, Any]]:
    """A table's rows, each a flat mapping; keys of durations end in `_seconds`. Raises `ValueError` for no table."""
    if table not in TABLES:
        raise ValueError(f"there is no table {table!r}; there are {', '.join(TABLES)}")
    return [_flat(row) for row in getattr(found, table)]


def _flat(row: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for part in fields(row):
        value = getattr(row, part.name)
        if isinstance(value, Spread):
            made |= {f"{part.name}_{name}": one for name, one in value.to_json().items()}
        elif isinstance(value, Uses):
            made |= {f"{use.name}_seconds": getattr(value, use.name) for use in fields(value)}
        elif isinstance(row, Path) and part.name == "path":
            made["path"] = " > ".join(value)
        elif isinstance(value, datetime):
            made[part.name] = utc_text(value)
        else:
            made[part.name] = value
    if isinstance(row, Rate):
        low, high = row.interval or (None, None)
        made |= {"share": row.share, "low_95": low, "high_95": high}
    return made


def to_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV text. A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    given = list(rows)
    out = io.StringIO()
    if given:
        writer = csv.DictWriter(out, list(given[0]))
        writer.writeheader()
        writer.writerows({key: _safe(value) for key, value in row.items()} for row in given)
    return out.getvalue()


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value
