"""How a database stands: what waits in it, how it keeps what it promises, and what each table takes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from axflow.store.rows import Backlog, TableSize
from axflow.store.schema import VERSION_TABLE, Tables

if TYPE_CHECKING:
    from axflow.store.database import Database
    from axflow.store.sql import Cursor
    from axflow.store.statements import Statement, Statements

_SYNCHRONOUS: Final = ("OFF", "NORMAL", "FULL", "EXTRA")
_SETTINGS: Final = ("server_version", "fsync", "synchronous_commit", "full_page_writes")


class SqlCondition:
    """The part of a transaction that is about the store as a whole. All of it reads."""

    _cursor: Cursor
    _sql: Statements
    _database: Database

    if TYPE_CHECKING:

        def _one(self, statement: Statement, *parameters: Any) -> Any: ...

        def flush(self) -> None:
            """Send what was gathered."""

    def backlog(self, now: str) -> Backlog:
        """What waits, timers that are due by `now` included."""
        self.flush()
        timers, timers_since = self._one(self._sql.overdue, now)
        messages, message = self._one(self._sql.waiting)
        (dead,) = self._one(self._sql.count_dead)
        unplaced, entry = self._one(self._sql.unplaced)
        return Backlog(
            timers,
            timers_since,
            messages,
            self._recorded(self._sql.message_entry, message),
            dead,
            unplaced,
            self._recorded(self._sql.entry_body, entry),
        )

    def settings(self) -> Mapping[str, str]:
        """Version of the tables, and the settings of the database that durability rests on."""
        schema = self._database.schema
        version = self._asked(f"SELECT version_num FROM {_dotted(schema)}{VERSION_TABLE}")[0][0]
        if self._database.kind == "sqlite":
            return {
                "schema_version": str(version),
                "journal_mode": str(self._asked("PRAGMA journal_mode")[0][0]),
                "synchronous": _SYNCHRONOUS[self._asked("PRAGMA synchronous")[0][0]],
            }
        columns = ", ".join(f"current_setting('{name}')" for name in _SETTINGS)
        (found,) = self._asked(f"SELECT {columns}")
        return {"schema_version": str(version), **dict(zip(_SETTINGS, map(str, found), strict=True))}

    def sizes(self) -> Sequence[TableSize]:
        """Rows and bytes of each table, by name. Counts every row, and on SQLite looks at every page."""
        self.flush()
        schema = self._database.schema
        names = sorted(table.name for table in Tables(schema).metadata.tables.values())
        taken = self._pages() if self._database.kind == "sqlite" else self._relations(names)
        return [
            TableSize(name, self._asked(f"SELECT count(*) FROM {_dotted(schema)}{name}")[0][0], taken.get(name))
            for name in names
        ]

    def _pages(self) -> dict[str, int]:
        """Bytes by table on SQLite, whose `dbstat` not every build has."""
        try:
            found = self._asked(
                "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat AS s JOIN sqlite_master AS m ON m.name = s.name "
                "WHERE s.aggregate = 1 GROUP BY m.tbl_name"
            )
        except self._database.errors:
            return {}
        return {str(name): int(size) for name, size in found}

    def _relations(self, names: Sequence[str]) -> dict[str, int]:
        dot = _dotted(self._database.schema)
        # A partitioned table holds nothing itself; of a plain one pg_partition_tree gives no rows.
        columns = ", ".join(
            f"COALESCE((SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('{dot}{name}'::regclass)),"
            f" pg_total_relation_size('{dot}{name}'::regclass))"
            for name in names
        )
        (found,) = self._asked(f"SELECT {columns}")
        return dict(zip(names, map(int, found), strict=True))

    def _recorded(self, statement: Statement, id: int | None) -> str | None:
        row = None if id is None else self._one(statement, id)
        return None if row is None else str(json.loads(bytes(row[0]))["recorded_at"])

    def _asked(self, sql: str) -> Any:
        self._cursor.execute(sql)
        return self._cursor.fetchall()


def _dotted(schema: str | None) -> str:
    return f'"{schema}".' if schema else ""
