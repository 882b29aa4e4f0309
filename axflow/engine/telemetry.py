"""Metrics and traces of acts, through the OpenTelemetry API alone.

Without `opentelemetry-api`, or without an SDK that the host configures, all of this does nothing. No content and no
person's name goes out: definitions, kinds, outcomes, codes, and in spans project, event and rules digest.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from axflow.kernel.decision import Decision
from axflow.kernel.entry import Entry

if TYPE_CHECKING:
    from axflow.engine import Engine
    from axflow.engine.work import Work

SCOPE: Final = "axflow"
_UNKNOWN_NAMES: Final = frozenset({"unknown_event", "unknown_name", "wrong_form", "too_long"})
"""Reasons with which an entry's name is whatever somebody sent."""


class Instruments:
    """The instruments of this process, on whatever meter and tracer the host provides."""

    def __init__(self) -> None:
        from opentelemetry import metrics, trace

        self.tracer = trace.get_tracer(SCOPE)
        self.failed = trace.Status(trace.StatusCode.ERROR)
        meter = self.meter = metrics.get_meter(SCOPE)
        self.entries = meter.create_counter("axflow.entries", "{entry}", "Entries in the journal")
        self.refusals = meter.create_counter("axflow.refusals", "{refusal}", "Refused commands, once for each reason")
        self.duration = meter.create_histogram("axflow.act.duration", "s", "Time of an act with its transaction")
        self.retries = meter.create_counter("axflow.act.retries", "{retry}", "Acts begun again after a conflict")
        self.timers = meter.create_counter("axflow.timers.fired", "{timer}", "Timers fired")
        self.messages = meter.create_counter("axflow.messages", "{message}", "Messages delivered, failed and dead")
        self.watched: WeakSet[Engine] = WeakSet()
        self.observed = False


@cache
def instruments() -> Instruments | None:
    """The instruments; None where opentelemetry-api is not installed."""
    try:
        return Instruments()
    except ImportError:
        return None


@contextmanager
def act(kind: str) -> Iterator[list[Any]]:
    """A span and a duration around an act; put its `Work` and its result into the list once they are there."""
    found = instruments()
    done: list[Any] = []
    if found is None:
        yield done
        return
    began = time.perf_counter()
    outcome = "error"
    with found.tracer.start_as_current_span(
        f"axflow {kind or 'act'}", record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield done
            outcome = _outcome(*done)
            if span.is_recording():
                span.set_attributes(_attributes(*done))
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)  # its words could quote what was sent
            span.set_status(found.failed)
            raise
        finally:
            span.set_attribute("axflow.outcome", outcome)
            found.duration.record(time.perf_counter() - began, {"axflow.act": kind or "act", "axflow.outcome": outcome})


def kept(work: Work) -> None:
    """Count what a committed transaction wrote."""
    found = instruments()
    if found is None:
        return
    for entry in work.written:
        definition = work.held[entry.project].project.definition
        found.entries.add(
            1, {"axflow.definition": definition, "axflow.entry.kind": entry.kind, "axflow.outcome": entry.outcome}
        )
        if entry.kind == "timer":
            found.timers.add(1, {"axflow.definition": definition})
        if entry.outcome == "refused":
            for code in sorted(set(entry.blockers)):
                found.refusals.add(1, {"axflow.definition": definition, "axflow.blocker.code": code})


def retried() -> None:
    """Count an act that is begun again."""
    if (found := instruments()) is not None:
        found.retries.add(1)


def settled(outcome: str, count: int = 1) -> None:
    """Count messages: `delivered`, `failed` or `dead`."""
    if count and (found := instruments()) is not None:
        found.messages.add(count, {"axflow.message.outcome": outcome})


def observe(engine: Engine) -> None:
    """Report how late timers and messages of an engine are, whenever the host's SDK reads its metrics.

    Each reading asks the database, so one process for each database is enough; `axflow worker` does it. Does nothing
    without opentelemetry-api.
    """
    found = instruments()
    if found is None:
        return
    found.watched.add(engine)
    if found.observed:
        return
    found.observed = True
    from opentelemetry.metrics import CallbackOptions, Observation

    def asked(read: Any) -> Any:
        def callback(options: CallbackOptions) -> Iterable[Observation]:
            for engine in list(found.watched):
                health = engine.health()
                if health.backlog is not None:
                    yield Observation(read(health))

        return callback

    for name, unit, text, read in (
        ("axflow.timers.lag", "s", "Age of the first timer that is due", lambda h: h.timer_lag),
        ("axflow.messages.lag", "s", "Age of the first message that waits", lambda h: h.message_lag),
        ("axflow.messages.waiting", "{message}", "Messages that wait", lambda h: h.backlog.messages),
        ("axflow.messages.dead", "{message}", "Dead letters", lambda h: h.backlog.dead_letters),
    ):
        found.meter.create_observable_gauge(name, [asked(read)], unit, text)


def _outcome(work: Work, result: object) -> str:
    if isinstance(result, Decision):
        return result.outcome
    return work.written[-1].outcome if work.written else "nothing"


def _attributes(work: Work, result: object) -> dict[str, Any]:
    if not work.written:
        return {}
    last: Entry = work.written[-1]
    found: dict[str, Any] = {
        "axflow.project": last.project,
        "axflow.definition": work.held[last.project].project.definition,
        "axflow.rules_digest": last.rules_digest,
        "axflow.entries": len(work.written),
    }
    if not _UNKNOWN_NAMES & set(last.blockers):
        found["axflow.event"] = last.name
    return found
