"""Metrics and traces as a host's SDK sees them: what happened and how long it took, nobody's name, nothing written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from axflow.engine import Engine, RetryPolicy, telemetry
from axflow.engine.again import again
from axflow.store.errors import Conflict
from axflow.testing import SettableClock
from tests.engine.flow import people

ROOT = Path(__file__).resolve().parents[2]


class Seen:
    """What an SDK has collected."""

    def __init__(self, reader: InMemoryMetricReader, spans: InMemorySpanExporter) -> None:
        self._reader = reader
        self._spans = spans

    def metrics(self) -> dict[str, tuple[str, dict[tuple[tuple[str, Any], ...], Any]]]:
        """Unit and data points by name; a point is a value, or a count for a histogram."""
        data = self._reader.get_metrics_data()
        found = {}
        for resource in data.resource_metrics if data is not None else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    points = {
                        tuple(sorted((point.attributes or {}).items())): getattr(
                            point, "value", getattr(point, "count", None)
                        )
                        for point in metric.data.data_points
                    }
                    found[metric.name] = (metric.unit or "", points)
        return found

    def spans(self) -> list[ReadableSpan]:
        return list(self._spans.get_finished_spans())


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """A host's SDK for the time of a test; the API lets a process set its own only once."""
    reader, exporter = InMemoryMetricReader(), InMemorySpanExporter()
    meters, tracers = MeterProvider([reader]), TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(metrics, "get_meter", meters.get_meter)
    monkeypatch.setattr(trace, "get_tracer", tracers.get_tracer)
    telemetry.instruments.cache_clear()
    yield Seen(reader, exporter)
    telemetry.instruments.cache_clear()
    meters.shutdown()
    tracers.shutdown()


def played(engine: Engine, clock: SettableClock) -> None:
    who = people(engine)
    engine.open("repair", firm="acme", title="Secret lamp", actor=who["clerk"], id="p1")
    engine.send("p1", "start", actor=who["clerk"], reason="Secret reason").require()
    assert engine.send("p1", "finish", actor=who["checker"]).outcome == "refused"
    assert engine.send("p1", "Secret event", actor=who["clerk"]).outcome == "refused"
    clock.advance(days=30)
    engine.tick()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def plain(clock: SettableClock) -> Iterator[Engine]:
    engine = Engine.memory(clock=clock)
    yield engine
    engine.close()


def test_entries_refusals_and_timers_are_counted(seen: Seen, plain: Engine, clock: SettableClock) -> None:
    played(plain, clock)
    found = seen.metrics()
    unit, entries = found["axflow.entries"]
    assert unit == "{entry}"
    kinds = {
        (dict(key)["axflow.entry.kind"], dict(key)["axflow.outcome"]): value
        for key, value in entries.items()
        if dict(key)["axflow.definition"] == "repair"
    }
    assert (kinds["open", "moved"], kinds["send", "moved"]) == (1, 1)
    assert kinds["send", "refused"] == 2
    assert sum(kinds.values()) == len(plain.history("p1"))
    codes = {dict(key)["axflow.blocker.code"]: value for key, value in found["axflow.refusals"][1].items()}
    assert codes == {"guard_unknown": 1, "unknown_event": 1}
    timers = sum(entry.entry.kind == "timer" for entry in plain.history("p1"))
    assert timers > 0
    assert sum(found["axflow.timers.fired"][1].values()) == timers
    unit, times = found["axflow.act.duration"]
    assert unit == "s"
    assert {dict(key)["axflow.act"] for key in times} == {"open", "send", "tick"}


def test_spans_say_what_happened_and_no_names_or_words(seen: Seen, plain: Engine, clock: SettableClock) -> None:
    played(plain, clock)
    with pytest.raises(LookupError):
        plain.send("Secret project", "start", actor=people_clerk())
    spans = seen.spans()
    moved = dict(spans[1].attributes or {})
    assert spans[1].name == "axflow send"
    assert moved == {
        "axflow.project": "p1", "axflow.definition": "repair", "axflow.event": "start", "axflow.outcome": "moved",
        "axflow.rules_digest": plain.project("p1").project.rules_digest, "axflow.entries": 1,
    }  # fmt: skip
    failed = spans[-1]
    assert dict(failed.attributes or {}) == {"error.type": "UnknownProject", "axflow.outcome": "error"}
    assert failed.status.status_code is trace.StatusCode.ERROR
    assert list(failed.events) == []
    everything = " ".join(span.to_json() for span in spans) + repr(seen.metrics())
    for word in ("Secret", "clerk", "checker", "office"):
        assert word not in everything


def people_clerk() -> Any:
    from axflow.kernel.actor import Actor

    return Actor("clerk", "office")


def test_messages_are_counted_by_how_they_ended(seen: Seen, plain: Engine, clock: SettableClock) -> None:
    played(plain, clock)
    (first,) = plain.lease("one")
    plain.nack(first, "not now")
    clock.advance(days=1)
    (second,) = plain.lease("one", retry=RetryPolicy(attempts=2))
    plain.nack(second, "never", retry=RetryPolicy(attempts=2))
    (third,) = plain.lease("one")
    assert plain.ack(third.id)
    assert not plain.ack(third.id)
    points = {dict(key)["axflow.message.outcome"]: value for key, value in seen.metrics()["axflow.messages"][1].items()}
    assert points == {"failed": 1, "dead": 1, "delivered": 1}


def test_what_waits_is_observed_when_it_is_asked_for(seen: Seen, plain: Engine, clock: SettableClock) -> None:
    played(plain, clock)
    assert "axflow.messages.lag" not in seen.metrics()
    telemetry.observe(plain)
    telemetry.observe(plain)
    clock.advance(seconds=60)
    found = seen.metrics()
    health = plain.health()
    assert health.backlog is not None
    assert found["axflow.messages.waiting"] == ("{message}", {(): health.backlog.messages})
    assert found["axflow.messages.lag"] == ("s", {(): health.message_lag})
    assert found["axflow.timers.lag"] == ("s", {(): 0})
    assert found["axflow.messages.dead"][1] == {(): 0}


def test_an_act_that_is_begun_again_is_counted(seen: Seen) -> None:
    tries = []

    def act() -> int:
        tries.append(1)
        if len(tries) < 3:
            raise Conflict("somebody was faster")
        return len(tries)

    assert again(act, lambda seconds: None, telemetry.retried) == 3
    assert seen.metrics()["axflow.act.retries"] == ("{retry}", {(): 2})


def test_without_the_api_everything_works_and_nothing_is_reported() -> None:
    """A process in which opentelemetry cannot be imported, and one in which `import axflow` does not import it."""
    program = (
        "import sys\nimport axflow\nassert 'opentelemetry' not in sys.modules\nsys.modules['opentelemetry'] = None\n"
        "from axflow.engine import Engine, telemetry\nfrom tests.engine.flow import people\n"
        "engine = Engine.memory()\nwho = people(engine)\n"
        "p = engine.open('repair', firm='acme', title='Lamp', actor=who['clerk'])\ntelemetry.observe(engine)\n"
        "print(engine.send(p.id, 'start', actor=who['clerk']).outcome, telemetry.instruments())"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("moved None\n", "")
