"""The statements of the store, written once in SQLAlchemy and compiled once for a database.

Compiling costs more than running: what a send needs runs as text on the driver's own cursor.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable

from axflow.store.schema import DELIVERY, Tables

_ZERO: ColumnElement[int] = literal_column("0")
"""A constant in the text, so that the driver is not handed it as a parameter."""


class Statement(NamedTuple):
    """SQL text and the names of its parameters in the order in which the driver takes them."""

    text: str
    order: tuple[str, ...]


class Statements:
    """Every statement for one database and schema."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        self._dialect = dialect
        self._tables = tables
        self._lists: dict[frozenset[str], Statement] = {}
        t = tables
        p, e, pay = t.projects.c, t.entries.c, t.payloads.c

        head = select(p.head, p.seq).where(p.id == bindparam("k0"))
        self.head = self._of(head)
        # NO KEY UPDATE: rows that refer to the project, a host's too, can be written beside it. SQLite writes no such
        # words: its writer is alone.
        self.lock = self._of(head.with_for_update(key_share=True))
        self.lock_if_free = self._of(head.with_for_update(key_share=True, skip_locked=True))
        self.project = self._of(select(p.snapshot, p.head).where(p.id == bindparam("k0")))
        self.insert_project = self._insert(t.projects)
        self.update_project = self._of(
            update(t.projects)
            .where(p.id == bindparam("k0"))
            .values({name: bindparam(f"v_{name}") for name in _columns(t.projects) if name != "id"})
        )
        self.insert_entry = self._insert(t.entries, without=("id", "leaf_index"))
        self.insert_payload = self._insert(t.payloads)
        self.entries = self._of(
            select(e.project, e.seq, e.hash, e.body, e.leaf_index)
            .where(e.project == bindparam("k0"), e.seq > bindparam("k1"), e.seq <= bindparam("k2"))
            .order_by(e.seq)
        )
        self.payloads = self._of(
            select(pay.field, pay.value, pay.salt)
            .where(pay.project == bindparam("k0"), pay.seq == bindparam("k1"))
            .order_by(pay.field)
        )
        self.contents = self._of(
            select(pay.seq, pay.field, pay.value, pay.salt)
            .where(pay.project == bindparam("k0"), pay.seq > bindparam("k1"), pay.seq <= bindparam("k2"))
            .order_by(pay.seq, pay.field)
        )
        self.redact = self._of(
            update(t.payloads)
            .where(
                pay.project == bindparam("k0"),
                pay.seq == bindparam("k1"),
                pay.field == bindparam("k2"),
                pay.value.is_not(None),
            )
            .values(value=null(), salt=null())
        )
        self.drop_timers = self._of(delete(t.timers).where(t.timers.c.project == bindparam("k0")))
        self.insert_timer = self._insert(t.timers)
        self.due = self._of(
            select(t.timers.c.project)
            .where(t.timers.c.due <= bindparam("k0"))
            .group_by(t.timers.c.project)
            .order_by(func.min(t.timers.c.due), t.timers.c.project)
            .limit(bindparam("k1"))
            .offset(_ZERO)
        )
        self._rest()

    def _rest(self) -> None:
        """What is not needed on every send."""
        t = self._tables
        c, k, a, r = t.claims.c, t.keys.c, t.aliases.c, t.refusals.c
        self.insert_claim = self._insert(t.claims, unless_there=True)
        self.claim = self._of(select(c.project, c.record).where(c.digest == bindparam("k0")))
        self.release = self._of(delete(t.claims).where(and_(c.project == bindparam("k0"), c.record == bindparam("k1"))))
        self.key = self._of(
            select(k.fingerprint, k.project, k.seq, k.outcome).where(
                and_(k.scope == bindparam("k0"), k.key == bindparam("k1"))
            )
        )
        self.insert_key = self._insert(t.keys)
        self.insert_message = self._insert(t.outbox, without=("id", *DELIVERY))
        self._outbox()
        self._backlog()
        self.insert_alias = self._insert(t.aliases, unless_there=True)
        self.alias = self._of(
            select(a.organisation, a.project).where(a.number == bindparam("k0")).order_by(a.project, a.organisation)
        )
        self.refusals = self._of(
            select(r.since, r.total, r.uncounted).where(
                and_(r.project == bindparam("k0"), r.actor == bindparam("k1"), r.codes == bindparam("k2"))
            )
        )
        self.uncounted = self._of(
            select(r.project, r.actor, r.codes, r.since, r.total, r.uncounted)
            .where(r.since <= bindparam("k0"), r.uncounted > _ZERO)
            .order_by(r.project, r.actor, r.codes)
            .limit(bindparam("k1"))
            .offset(_ZERO)
        )
        self.insert_refusals = self._insert(t.refusals)
        self.drop_refusals = self._of(
            delete(t.refusals).where(
                and_(r.project == bindparam("k0"), r.actor == bindparam("k1"), r.codes == bindparam("k2"))
            )
        )
        m, d, s, y = t.meta.c, t.definitions.c, t.signatures.c, t.directory.c
        self.meta = self._of(select(m.value).where(m.name == bindparam("k0")))
        self.keep_meta = self._insert(t.meta, unless_there=True)
        kept = self._upsert(t.meta)
        self.set_meta = self._of(
            kept.on_conflict_do_update(index_elements=[m.name], set_={"value": kept.excluded.value})
        )
        self.insert_definition = self._insert(t.definitions)
        everything = select(*d)
        latest = (d.published_at, d.id, d.version)
        self.definition = self._of(everything.where(d.id == bindparam("k0"), d.version == bindparam("k1")))
        self.definition_by_rules = self._of(
            everything.where(d.rules_digest == bindparam("k0"), d.id == bindparam("k1"))
            .order_by(*(column.desc() for column in latest))
            .limit(bindparam("k2"))
            .offset(_ZERO)
        )
        self.definitions = self._of(everything.order_by(*latest))
        self.insert_signature = self._insert(t.signatures)
        self.signatures = self._of(
            select(*s)
            .where(s.definition == bindparam("k0"), s.version == bindparam("k1"))
            .order_by(s.signed_at, s.organisation)
        )
        self.insert_calendar = self._insert(t.calendars, unless_there=True)
        self.calendar = self._of(select(t.calendars.c.document).where(t.calendars.c.digest == bindparam("k0")))
        w = t.calendar_changes.c
        self.insert_calendar_change = self._insert(t.calendar_changes)
        self.calendar_changes = self._of(
            select(*w).where(w.definition == bindparam("k0"), w.version == bindparam("k1")).order_by(w.number)
        )
        self.last_change = self._of(select(func.max(y.number)))
        self.changes = self._of(select(*y).where(y.number > bindparam("k0")).order_by(y.number))
        self.insert_change = self._insert(t.directory)

    def _outbox(self) -> None:
        """Messages and how their delivery stands."""
        t, o = self._tables.outbox, self._tables.outbox.c
        waiting, dropped = o.dead_at.is_(None), o.dropped_at.is_not(None)
        page = select(*o).where(o.id > bindparam("k0")).order_by(o.id).limit(bindparam("k1")).offset(_ZERO)
        this = o.id == bindparam("k0")
        self.messages = self._of(page.where(waiting))
        self.dead_letters = self._of(page.where(o.dead_at.is_not(None), ~dropped))
        self.dropped = self._of(page.where(o.dead_at.is_not(None), dropped))
        self.drop_message = self._of(delete(t).where(this))
        # The scalar subquery is one probe of an index for each row that could be given; rows come in the order of the
        # primary key, so that a long queue behind a few projects costs no more than a short one.
        others = t.alias("other")
        first = (
            select(func.min(others.c.id)).where(others.c.project == o.project, others.c.dead_at.is_(None))
        ).scalar_subquery()  # fmt: skip
        free = or_(o.leased_until.is_(None), o.leased_until <= bindparam("k0"))
        ready = or_(o.not_before.is_(None), o.not_before <= bindparam("k1"))
        self.leasable = self._of(
            select(*o)
            .where(waiting, free, ready, o.id == first)
            .order_by(o.id)
            .limit(bindparam("k2"))
            .offset(_ZERO)
            .with_for_update(skip_locked=True)  # SQLite, with one writer at a time, leaves this out
        )
        self.lease = self._of(
            update(t)
            .where(this)
            .values(leased_by=bindparam("v0"), leased_until=bindparam("v1"), attempts=o.attempts + literal_column("1"))
        )
        state: dict[str, Any] = {
            name: bindparam(f"v_{name}") for name in ("attempts", "not_before", "failure", "dead_at")
        }
        self.hand_back = self._of(
            update(t)
            .where(this, o.leased_by == bindparam("k1"), o.attempts == bindparam("k2"))
            .values(leased_by=null(), leased_until=null(), **state)
        )
        idle = and_(this, ~dropped, or_(o.leased_until.is_(None), o.leased_until <= bindparam("k1")))
        unleased: dict[str, Any] = {"leased_by": null(), "leased_until": null()}
        self.revive = self._of(
            update(t).where(idle).values(attempts=_ZERO, not_before=null(), dead_at=null(), **unleased)
        )
        self.drop = self._of(
            update(t)
            .where(idle)
            .values(
                dead_at=func.coalesce(o.dead_at, bindparam("v0")),
                dropped_at=bindparam("v1"),
                dropped_reason=bindparam("v2"),
                **unleased,
            )
        )

    def _backlog(self) -> None:
        """What waits, and since when."""
        e, o, t = self._tables.entries.c, self._tables.outbox.c, self._tables.timers.c
        self.overdue = self._of(select(func.count(), func.min(t.due)).where(t.due <= bindparam("k0")))
        self.waiting = self._of(select(func.count(), func.min(o.id)).where(o.dead_at.is_(None)))
        self.count_dead = self._of(select(func.count()).where(o.dead_at.is_not(None), o.dropped_at.is_(None)))
        self.unplaced = self._of(select(func.count(), func.min(e.id)).where(e.leaf_index.is_(None)))
        self.message_entry = self._of(
            select(e.body).where(o.id == bindparam("k0"), e.project == o.project, e.seq == o.seq)
        )
        self.entry_body = self._of(select(e.body).where(e.id == bindparam("k0")))

    def projects(self, filters: Mapping[str, str | bool]) -> Statement:
        """The list of projects for these filters; one statement for each set of them, so that indexes serve it."""
        ended = filters.get("end")
        shape = frozenset({*filters, f"end:{ended}"} if isinstance(ended, bool) else filters)
        found = self._lists.get(shape)
        if found is None:
            found = self._lists[shape] = self._of(self._list(filters))
        return found

    def _list(self, filters: Mapping[str, str | bool]) -> Executable:
        p = self._tables.projects.c
        where: list[ColumnElement[bool]] = [p.id > bindparam("k0")]
        for name, value in filters.items():
            if name == "end":
                if isinstance(value, bool):
                    where.append(p.ended.is_not(None) if value else p.ended.is_(None))
                else:
                    where.append(p.ended == bindparam("end"))
            elif name == "updated_since":
                where.append(p.updated_at >= bindparam(name))
            else:
                where.append(p[name] == bindparam(name))
        columns = (p.id, p.definition, p.rules_digest, p.firm, p.stage, p.ended, p.opened_at, p.updated_at, p.seq)
        return select(*columns).where(and_(*where)).order_by(p.id).limit(bindparam("k1")).offset(_ZERO)

    def _insert(self, table: Table, without: tuple[str, ...] = (), unless_there: bool = False) -> Statement:
        if unless_there:
            return self._of(self._upsert(table).on_conflict_do_nothing())
        values: dict[str, Any] = {name: bindparam(f"v_{name}") for name in _columns(table) if name not in without}
        return self._of(insert(table).inline().values(values))

    def _upsert(self, table: Table) -> Any:
        """An INSERT that can say what happens where the row is there; each database has its own class for it."""
        made: Any = importlib.import_module(f"sqlalchemy.dialects.{self._dialect.name}").insert(table)
        return made.inline().values({name: bindparam(f"v_{name}") for name in _columns(table)})

    def _of(self, statement: Executable) -> Statement:
        compiled: Any = statement.compile(dialect=self._dialect)  # type: ignore[attr-defined]
        return Statement(str(compiled), tuple(compiled.positiontup))


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns]
