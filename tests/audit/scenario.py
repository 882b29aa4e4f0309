"""Short stories as data, played through the engine or an import: the examples of docs/findings.md."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from axflow.audit.findings import Report, findings
from axflow.audit.plan import read_plan
from axflow.audit.reading import Selection, opened
from axflow.definition.definition import Definition
from axflow.definition.loading import from_data
from axflow.definition.source import read
from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.kernel.command import Document
from axflow.kernel.directory import Change, Grant, Organisation
from axflow.kernel.moment import utc_text
from axflow.testing import SettableClock

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "findings.md"
TEXT = PAGE.read_text(encoding="utf-8")
_SECTION = re.compile(r"^### (?P<code>[a-z-]+)\n(?P<body>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```yaml (?P<kind>\w+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
PEOPLE = {
    "ann": ("applicant", "acme"),
    "kim": ("officer", "north"),
    "choi": ("officer", "north"),
    "boss": ("chief", "north"),
    "vice": ("chief", "north"),
    "lab": ("laboratory", "institute"),
    "lee": ("receiver", "south"),
    "east": ("agency", "east"),
    "west": ("agency", "west"),
}


class Example(NamedTuple):
    """One code's section."""

    code: str
    severity: str
    found: str
    right: str


def _examples() -> tuple[Example, ...]:
    made = []
    for section in _SECTION.finditer(TEXT):
        blocks = {block["kind"]: block["text"] for block in _BLOCK.finditer(section["body"])}
        severity = section["body"].split("*", 2)[1].rstrip(".").lower()
        made.append(Example(section["code"], severity, blocks.get("found", ""), blocks.get("right", "")))
    return tuple(made)


EXAMPLES = _examples()
BASE = next(block["text"] for block in _BLOCK.finditer(TEXT) if block["kind"] == "base")


def laid_over(changes: dict[str, Any] | None = None) -> Definition:
    """The definition of the page with the keys of an example laid over it."""
    base: dict[str, Any] = read(BASE, "base").data
    for key, value in (changes or {}).items():
        base[key] = {**base[key], **value} if isinstance(value, dict) and isinstance(base.get(key), dict) else value
    return from_data(base, name="docs/findings.md")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def played(text: str, folder: Path) -> Report:
    """Play a story in a new database and put every check to it."""
    story = _plain(YAML(typ="safe").load(text) or {})
    raw: dict[str, Any] = read(text, "example").data or {}
    clock = SettableClock()
    clock.set("2026-03-02T09:00:00+09:00")
    engine = Engine(folder / "story.db", clock=clock)
    engine.publish(laid_over(raw.get("definition")))
    known = datetime(2024, 1, 1, tzinfo=UTC)
    organisations = dict.fromkeys(organisation for _, organisation in PEOPLE.values())
    names = [Change(known, Organisation(one, ((known, {"en": one.title()}),))) for one in organisations]
    grants = [Change(known, Grant(person, role, of, known)) for person, (role, of) in PEOPLE.items()]
    engine.directory.load([] if story.get("empty_directory") else [*names, *grants])
    tamper = []
    for number, act in enumerate(story.get("acts", ())):
        act = dict(act)
        if "tamper" in act:
            tamper.append(act["tamper"])
        else:
            _act(engine, clock, act, raw["acts"][number])
    engine.close()
    for statement in tamper:
        connection = sqlite3.connect(folder / "story.db")
        for name in ("entries_no_update", "entries_no_delete", "payloads_no_update", "payloads_no_delete"):
            connection.execute(f"DROP TRIGGER axflow_{name}")
        connection.executescript(statement)
        connection.close()
    plan = read_plan({"axflow_audit": 1, **story.get("plan", {})})
    with opened(folder / "story.db") as reading:
        return findings(reading, plan, Selection(), now=utc_text(clock()))


def _act(engine: Engine, clock: SettableClock, act: dict[str, Any], raw: Any) -> None:
    if "at" in act:
        clock.set(act.pop("at"))
    else:
        clock.advance(**act.pop("after", {"hours": 1}))
    repeat = act.pop("times", 1)
    for place in range(repeat):
        if place:
            clock.advance(seconds=1)
        _once(engine, clock, dict(act), raw, place)


def _once(engine: Engine, clock: SettableClock, act: dict[str, Any], raw: Any, place: int) -> None:
    project = str(act.pop("in", "p1")) + (f"-{place}" if act.pop("numbered", False) else "")
    by = act.pop("by", None)
    actor = None
    if by is not None:
        organisation = act.pop("organisation", PEOPLE[by][1] if by in PEOPLE else "north")
        actor = Actor(by, organisation, act.pop("role", None), "human", act.pop("on_behalf_of", None))
    if "document" in act:
        act["document"] = Document(str(act["document"]) * 64, 10, "file.pdf")
    if "grant" in act:
        since = clock() + timedelta(days=act.get("in_days", 0))
        until = clock() + timedelta(days=act["for_days"]) if "for_days" in act else None
        engine.directory.grant(*act["grant"], at=since, until=until)
    elif "parent" in act:
        engine.directory.organisation(act["of"], parent=act["parent"])
    elif "publish" in act:
        engine.publish(laid_over(raw["publish"]))
    elif "tick" in act:
        engine.tick()
    elif "import" in act:
        history = {"axflow_history": 1, "definition": "small", "project": {"firm": act.get("firm", "acme")}}
        acts = [_told(one) for one in act["import"]]
        engine.import_history({**history, "acts": acts}, id=project)
    elif "open" in act:
        engine.open(act.pop("workflow", "small"), firm=act.pop("firm", "acme"), actor=actor, id=act.pop("open"), **act)  # type: ignore[arg-type]
    else:
        verb, name = next(iter(act.items()))
        del act[verb]
        refused = act.pop("refused", False)
        values = [act.pop("values", {})] if verb == "record" else []
        decision = getattr(engine, verb)(project, name, *values, actor=actor, **act)
        assert decision.allowed != refused, decision.reasons()


def _told(act: dict[str, Any]) -> dict[str, Any]:
    """An act of a recorded history: who acts for which organisation is that of the people here."""
    role, organisation = PEOPLE.get(str(act["actor"]), (None, "north"))
    known: dict[str, Any] = {"organisation": organisation}
    if role is not None:
        known["role"] = role
    return {**known, **act}
