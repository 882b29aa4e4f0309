"""A database that an earlier version wrote is brought to this one with everything in it, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from axflow.journal.chain import verify_chain
from axflow.kernel.decision import Message
from axflow.store import migrate
from axflow.store.errors import StoreError
from axflow.store.location import store_at
from axflow.store.rows import Refusals, Signature, StoredChange, StoredKey
from axflow.store.schema import PREFIX, SCHEMA_VERSION
from axflow.testing.rows import entry_of, write

_AT: Final = "2026-03-02T00:00:00.000000Z"
_DUE: Final = "2026-03-01T00:00:00.000000Z"
_ENTRY: Final = (
    '{"actor":{"id":"kim","organisation":"office"},"after":{"stage":"b"},"axflow":1,"before":{"stage":"a"},%s"kind":'
    '"send","name":"go","occurred":{"end":"2026-03-02T00:00:00.000000Z","precision":"instant","start":'
    '"2026-03-02T00:00:00.000000Z","text":"2026-03-02T00:00:00.000000Z"},"outcome":"moved","prev":"%s","project":"p1",'
    '"recorded_at":"2026-03-02T00:00:00.000000Z","rules":"' + "0" * 64 + '","seq":%d,"version":%d}'
)
_COMMITTED: Final = '"content":{"reason":"aee0ddd0e5ca4fd50604ddda3aa51e6114cd98e390baf2dfed9c0ee212fdbd59"},'
_HASHES: Final = (
    "34f492782515c64fcb0c6ed81142b413ed564e963ed41ca9b11bc908f47ebca0",
    "c8e5467545f30ba458708c60f42446ee5bb3aeaca04dd9c7cbb3f2ba036d6cec",
)
_BODIES: Final = (
    (_ENTRY % (_COMMITTED, "0" * 64, 1, 1)).encode(),
    (_ENTRY % ("", _HASHES[0], 2, 2)).encode(),
)
_SNAPSHOT: Final = (
    '["p1","flow","' + "0" * 64 + '","firm-1","b",null,{},2,2,"2026-03-02T00:00:00.000000Z",'
    '"2026-03-02T00:00:00.000000Z","2026-03-02T00:00:00.000000Z",false,null,{},{},{},{},{},'
    '{"deadline:x":["deadline:x",0,"government","2026-03-01T00:00:00.000000Z","2026-03-02T00:00:00.000000Z",'
    '"15 working days",false,0]},{},{},{},{},{},{},{},{},{},{}]'
)

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

FIRST: Final[Rows] = {
    "meta": [{"name": "secret", "value": b"s" * 32}],
    "calendars": [{"digest": "c" * 64, "document": '{"a":1}'}],
    "definitions": [
        {
            "id": "flow", "version": "1", "digest": "d" * 64, "rules_digest": "0" * 64, "document": "{}",
            "layout": None, "calendar": "c" * 64, "effective_from": None, "effective_until": None,
            "published_at": _AT, "published_by": "kim",
        }
    ],
    "signatures": [
        {
            "definition": "flow", "version": "1", "organisation": "office", "digest": "d" * 64, "actor": "kim",
            "signed_at": _AT,
        }
    ],
    "directory": [{"number": 1, "recorded_at": _AT, "change": "{}", "digest": "e" * 64}],
    "projects": [
        {
            "id": "p1", "definition": "flow", "rules_digest": "0" * 64, "firm": "firm-1", "stage": "b",
            "ended": None, "opened_at": _AT, "updated_at": _AT, "seq": 2, "head": bytes.fromhex(_HASHES[1]),
            "snapshot": _SNAPSHOT,
        }
    ],
    "entries": [
        {"project": "p1", "seq": 1, "hash": bytes.fromhex(_HASHES[0]), "body": _BODIES[0], "leaf_index": 0},
        {"project": "p1", "seq": 2, "hash": bytes.fromhex(_HASHES[1]), "body": _BODIES[1], "leaf_index": None},
    ],
    "payloads": [
        {
            "project": "p1", "seq": 1, "field": "reason", "value": '"한글"',
            "salt": bytes.fromhex("6a500e1e9d03a97140cf3835d27b8aa1"),
        }
    ],
    "timers": [{"project": "p1", "id": "deadline:x", "due": _DUE}],
    "claims": [{"digest": "f" * 64, "project": "p1", "record": "letter#1"}],
    "keys": [
        {"scope": "project:p1", "key": "k", "fingerprint": "f", "project": "p1", "seq": 1, "outcome": "moved"}
    ],
    "outbox": [
        {"project": "p1", "seq": 1, "kind": "moved", "recipients": '["역할"]', "data": '{"to":"b"}'},
        {"project": "p1", "seq": 2, "kind": "moved", "recipients": "[]", "data": "{}"},
    ],
    "aliases": [{"number": "7", "organisation": "office", "project": "p1"}],
    "refusals": [
        {"project": "p1", "actor": "kim", "codes": "on_hold", "since": _AT, "total": 21, "uncounted": 1}
    ],
}  # fmt: skip
_DELIVERY: Final = {
    "attempts": 0, "not_before": None, "leased_by": None, "leased_until": None, "failure": None, "dead_at": None,
    "dropped_at": None, "dropped_reason": None,
}  # fmt: skip
WRITTEN: Final[Mapping[str, Rows]] = {
    "0001": FIRST,
    "0002": {**FIRST, "outbox": [{**row, **_DELIVERY} for row in FIRST["outbox"]]},
}
"""Rows as each version wrote them, by table and column: what was released is never edited here."""


def versions() -> list[str]:
    """All versions in order."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    found = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    return found[::-1]


def insert(engine: sa.Engine, rows: Rows, schema: str | None) -> None:
    """Write rows as they are, without what the code now says about the tables."""
    with engine.begin() as connection:
        for table, listed in rows.items():
            name = f"{schema}.{PREFIX}{table}" if schema else PREFIX + table
            for row in listed:
                columns = ", ".join(row)
                values = ", ".join(f":{column}" for column in row)
                connection.execute(sa.text(f"INSERT INTO {name} ({columns}) VALUES ({values})"), dict(row))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[sa.Engine, str | None]]:
    """An empty database of each kind, and the schema to use."""
    if request.param == "sqlite":
        engine, schema = sa.create_engine(f"sqlite:///{tmp_path / 'a.db'}"), None
    else:
        engine, schema = sa.create_engine(request.getfixturevalue("empty_postgres_url")), "cases"
    yield engine, schema
    engine.dispose()


def test_every_version_before_this_one_has_rows_here() -> None:
    """Whoever adds a version freezes rows of the one before."""
    assert versions()[-1] == SCHEMA_VERSION
    assert set(WRITTEN) >= {*versions()[:-1], "0001"}


@pytest.mark.parametrize("first", list(WRITTEN))
def test_what_a_version_wrote_is_there_after_every_step(first: str, place: tuple[sa.Engine, str | None]) -> None:
    """From each version on, one step at a time; then the store reads all of it, and goes on where it stood."""
    engine, schema = place
    migrate.upgrade(engine, schema=schema, version=first)
    insert(engine, WRITTEN[first], schema)
    for version in versions()[versions().index(first) :]:
        assert migrate.upgrade(engine, schema=schema, version=version) == version
        found = migrate.check(engine, schema=schema)
        assert (found.found, found.good) == (version, version == SCHEMA_VERSION)
        if version != SCHEMA_VERSION:
            with pytest.raises(StoreError, match=rf"version {version}.*axflow db upgrade"):
                store_at(engine, schema)
    store = store_at(engine, schema)
    assert store.secret == b"s" * 32
    with store.writing() as unit:
        head = unit.lock("p1")
        kept = unit.project("p1")
        assert kept is not None
        assert head == kept.head == bytes.fromhex(_HASHES[1])
        assert (kept.project.seq, kept.project.timers["deadline:x"].due) == (2, _DUE)
        entries = unit.entries("p1")
        assert verify_chain(entry.body for entry in entries) is None
        assert [(entry.hash.hex(), entry.leaf_index) for entry in entries] == [(_HASHES[0], 0), (_HASHES[1], None)]
        (payload,) = unit.payloads("p1", 1)
        assert payload.opens(_COMMITTED.split('"')[5])
        assert list(unit.due(_AT, 9)) == ["p1"]
        assert unit.claimed("f" * 64) == ("p1", "letter#1")
        assert unit.key("project:p1", "k") == StoredKey("f", "p1", 1, "moved")
        messages = unit.messages(0, 9)
        assert [(m.project, m.seq, m.kind, m.to, m.data) for m in messages] == [
            ("p1", 1, "moved", ("역할",), {"to": "b"}),
            ("p1", 2, "moved", (), {}),
        ]
        (first,) = unit.lease("one", _DUE, _AT, 9)
        assert first == messages[0]._replace(attempts=1, leased_by="one", leased_until=_AT)
        assert unit.hand_back(first, 0, None, None, None)
        assert list(unit.by_alias("7", "office")) == ["p1"]
        assert unit.refusals("p1", "kim", "on_hold") == Refusals(_AT, 21, 1)
        definition = unit.definition("flow", "1")
        assert definition is not None
        assert (definition.calendar, unit.calendar("c" * 64)) == ("c" * 64, '{"a":1}')
        assert list(unit.signatures("flow", "1")) == [Signature("flow", "1", "office", "d" * 64, "kim", _AT)]
        assert list(unit.changes()) == [StoredChange(1, _AT, "{}", "e" * 64)]

        write(unit, kept.project._replace(seq=3), entry_of("p1", 3), previous=kept.project)
        unit.post("p1", Message("moved", 3, (), {}))
        assert unit.redact("p1", 1, "reason")
    with store.reading() as unit:
        assert verify_chain(entry.body for entry in unit.entries("p1")) is None
        assert [message.seq for message in unit.messages(messages[-1].id, 9)] == [3]
    store.close()
