"""An engine on memory with a clock to set, a directory in one line a grant, and assertions that say what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.kernel.decision import Decision


class SettableClock:
    """A clock that stands until it is set or moved on. `Engine(…, clock=clock)` asks it."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime(2026, 3, 2, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime | str) -> datetime:
        """Set the time: aware, or RFC 3339 text with offset. `ValueError` for one that names no instant."""
        read = datetime.fromisoformat(now) if isinstance(now, str) else now
        if read.utcoffset() is None:
            raise ValueError(f"{now} has no offset, so it names no instant")
        self.now = read.astimezone(UTC)
        return self.now

    def advance(self, **parts: float) -> datetime:
        """Move on by days, hours, minutes, …, as `timedelta` takes them."""
        self.now += timedelta(**parts)
        return self.now


@pytest.fixture
def axflow_clock() -> SettableClock:
    """A clock at 2026-03-02 00:00 UTC."""
    return SettableClock()


@pytest.fixture
def axflow_engine(axflow_clock: SettableClock) -> Iterator[Engine]:
    """An engine on memory that asks `axflow_clock`."""
    engine = Engine.memory(clock=axflow_clock)
    yield engine
    engine.close()


def staff(engine: Engine, grants: Mapping[str, tuple[str, str]]) -> dict[str, Actor]:
    """Record organisations and grants, `{"kim": ("officer", "city")}`, and give the actors by id."""
    known = set(engine.directory.current.organisations())
    for actor, (role, organisation) in grants.items():
        if organisation not in known:
            engine.directory.organisation(organisation, en=organisation)
            known.add(organisation)
        engine.directory.grant(actor, role, organisation)
    return {actor: Actor(actor, organisation) for actor, (_, organisation) in grants.items()}


def assert_blocked(decision: Decision, *codes: str) -> Decision:
    """Assert that the command was refused, for these reasons and no others where any are given."""
    assert decision.outcome == "refused", f"expected a refusal, the outcome is {decision.outcome}"
    found = {blocker.code for blocker in decision.blockers}
    assert not codes or found == set(codes), f"refused for {sorted(found)}, expected {sorted(codes)}: " + "; ".join(
        decision.reasons()
    )
    return decision
