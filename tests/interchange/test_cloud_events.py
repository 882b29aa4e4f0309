"""A message is a CloudEvent by the rules of the specification and by its own SDK, and holds structure only."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat

from axflow.engine import Engine
from axflow.interchange.cloud_events import CONTENT_TYPE, NoEntry, body_of, cloud_event
from axflow.kernel.actor import Actor
from axflow.testing import SettableClock
from tests.engine.flow import definition, people
from tests.interchange.cloud_event_rules import breaches

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "workers.md").read_text(encoding="utf-8")
SCHEMA = json.loads(re.search(r"```json schema\n(.*?)```", PAGE, re.DOTALL)[1])  # type: ignore[index]


@pytest.fixture
def engine() -> Engine:
    return Engine.memory(clock=SettableClock())


@pytest.fixture
def who(engine: Engine) -> dict[str, Actor]:
    return people(engine)


@pytest.fixture
def full(engine: Engine, who: dict[str, Actor]) -> Engine:
    """An engine with messages of every kind that the small workflow has, and words that people wrote."""
    clock = engine.clock
    assert isinstance(clock, SettableClock)
    id = engine.open(
        "repair", firm="acme", title="S3CRET title", actor=who["clerk"], attributes={"colour": "S3CRET"}
    ).id
    engine.send(id, "start", actor=who["clerk"], reason="S3CRET reason")
    engine.record(id, "report", {"serial": "S3CRET", "grade": 4, "note": "S3CRET"}, actor=who["checker"])
    engine.hold(id, "paused", actor=who["clerk"], reason="S3CRET")
    engine.release(id, "paused", actor=who["clerk"], reason="S3CRET")
    engine.link(id, alias=("office", "S3CRET-7"), actor=who["clerk"])
    engine.reassign(id, handler="clerk2", actor=who["clerk"])
    clock.advance(days=40)
    engine.tick()
    engine.publish(definition("2"))
    engine.migrate(id, "2", actor=who["clerk"])
    engine.send(id, "finish", actor=who["checker"])
    return engine


def test_every_message_keeps_the_rules_of_the_specification(full: Engine) -> None:
    found = full.messages()
    assert {"open", "send", "record", "timer", "escalated"} <= {message.kind for message in found}
    for message in found:
        event = cloud_event(full, message, "https://permits.example/axflow")
        assert breaches(body_of(event)) == []
        jsonschema.validate(event["data"], SCHEMA)


def test_the_reader_of_the_rules_finds_breaches() -> None:
    good = {"specversion": "1.0", "id": "1", "source": "/x", "type": "org.axflow.x"}
    assert breaches(json.dumps(good).encode()) == []
    for name, value in {
        "specversion": "0.3", "id": "", "source": "a b", "type": "moved", "subject": "", "time": "2026-03-02",
        "dataschema": "no/scheme", "datacontenttype": "json", "rules_digest": "x", "seq": 2**31, "extra": {"a": 1},
        "name": "a\nb", "data": 1,
    }.items():  # fmt: skip
        wrong = {**good, name: value, **({"data_base64": ""} if name == "data" else {})}
        assert breaches(json.dumps(wrong).encode()), name


def test_the_sdk_reads_it(full: Engine) -> None:
    for message in full.messages():
        made = cloud_event(full, message, "https://permits.example")
        read = from_structured_event(HTTPMessage({"content-type": CONTENT_TYPE}, body_of(made)), JSONFormat())
        assert (read.get_id(), read.get_type(), read.get_subject()) == (made["id"], made["type"], message.project)
        assert read.get_extension("seq") == message.seq
        assert read.get_time().isoformat() == made["time"].replace("Z", "+00:00").replace(".000000", "")  # type: ignore[union-attr]
        assert read.get_data() == made["data"]


def test_it_names_the_entry_that_it_tells_of(full: Engine) -> None:
    (message,) = (m for m in full.messages() if m.kind == "send" and m.seq == 2)
    event = cloud_event(full, message)
    item = full.history(message.project)[1]
    assert event["entryhash"] == item.hash.hex()
    assert event["id"] == f"{item.hash.hex()[:32]}-{message.id}"
    assert (event["rulesdigest"], event["time"]) == (item.entry.rules_digest, item.entry.recorded_at)
    assert event["type"] == "org.axflow.project.send"
    assert event["data"] == {"kind": "send", "to": [], "name": "start", "outcome": "moved", "stage": "bench"}


def test_ids_are_the_same_at_every_attempt_and_differ_between_messages(full: Engine) -> None:
    events = [cloud_event(full, message) for message in full.messages()]
    assert events == [cloud_event(full, message) for message in full.messages()]
    assert len({event["id"] for event in events}) == len(events)
    assert not any("." in event["id"] for event in events)  # a dot would make its signature ambiguous


def test_nothing_that_anybody_wrote_is_in_it(full: Engine) -> None:
    told = b"".join(body_of(cloud_event(full, message)) for message in full.messages())
    assert b"S3CRET" not in told


def test_a_message_without_its_entry_is_named(full: Engine) -> None:
    with pytest.raises(NoEntry, match=r"message 1 tells of entry .*/999, which is not there"):
        cloud_event(full, full.messages()[0]._replace(seq=999))


@pytest.mark.parametrize("source", ["", "my office", "사무국", "a\nb"])
def test_a_source_is_a_uri(full: Engine, source: str) -> None:
    with pytest.raises(ValueError, match=r"is no URI; name the installation by one, such as https://"):
        cloud_event(full, full.messages()[0], source)
