"""What a process does before it is killed: acts on a few projects, each step by its key, the same in any engine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from axflow.engine import Engine
from axflow.kernel import command as commands
from axflow.kernel.actor import Actor
from axflow.testing import SettableClock

ACTS: Final = ("send", "send_many", "tick", "record")
CLERK: Final = Actor("clerk", "office")
CHECKER: Final = Actor("checker", "shop")
MANY: Final = 6
Step = dict[str, Any]


def prepare(engine: Engine, clock: SettableClock, act: str, mark: str) -> list[Step]:
    """Open the projects that an act works on; the steps of the act, in order. Sets the clock on to when they happen."""
    ids = [f"{mark}-{number}" for number in range(MANY)]
    for id in ids:
        engine.open("repair", firm="acme", title="Lamp", actor=CLERK, id=id)
    if act in ("tick", "record"):
        for id in ids:
            engine.send(id, "start", actor=CLERK)
    clock.advance(**({"days": 40} if act == "tick" else {"hours": 1}))
    made = {"send": _sends, "send_many": _batches, "tick": _ticks, "record": _records}[act](ids, mark)
    return [{**step, "act": act, "key": f"{mark}/{number}"} for number, step in enumerate(made)]


def do(engine: Engine, step: Step) -> list[str]:
    """Do one step; the outcomes, or how many projects moved."""
    act, key = step["act"], step["key"]
    if act == "tick":
        return [str(engine.tick(limit=step["limit"]))]
    if act == "record":
        return [engine.record(step["project"], "report", step["values"], actor=CHECKER, key=key).outcome]
    if act == "send":
        return [
            engine.send(
                step["project"], step["event"], actor=step_actor(step), evidence=step.get("evidence"), key=key
            ).outcome
        ]
    sends = [(part["project"], _command(part, f"{key}.{n}")) for n, part in enumerate(step["parts"])]
    return [decision.outcome for decision in engine.send_many(sends)]


def keys_of(step: Step) -> list[tuple[str, str]]:
    """Project and key of each entry that a step binds a key to; none for a tick."""
    key = step["key"]
    if step["act"] == "tick":
        return []
    if step["act"] == "send_many":
        return [(part["project"], f"{key}.{n}") for n, part in enumerate(step["parts"])]
    found = [(step["project"], key)]
    return found + [(step["project"], f"{key}/{name}") for name in step.get("evidence", {})]


def after_all_timers(clock: SettableClock) -> None:
    """Set the clock to when every deadline of these projects has passed."""
    clock.set(clock.now + timedelta(days=60))


def step_actor(step: Step) -> Actor:
    """Who sends: whoever makes reports also finishes."""
    return CHECKER if step["event"] == "finish" else CLERK


def _command(part: Step, key: str) -> commands.Command:
    if "values" in part:
        return commands.Record(actor=CHECKER, evidence="report", values=part["values"], key=key)
    return commands.Send(actor=step_actor(part), event=part["event"], reason=part.get("reason"), key=key)


def _sends(ids: list[str], mark: str) -> list[Step]:
    def start(n: int) -> Step:
        return {"project": ids[n], "event": "start"}

    def finish(n: int, grade: int) -> Step:
        report = {"report": {"serial": f"{mark}-s{n}", "grade": grade}}
        return {"project": ids[n], "event": "finish", "evidence": report}

    # The last grade is too low: its report stands although the event is refused.
    return [start(0), start(1), finish(0, 4), start(2), finish(1, 3), start(3), finish(2, 5), start(4), finish(3, 1)]


def _batches(ids: list[str], mark: str) -> list[Step]:
    def batch(*parts: Step) -> Step:
        return {"parts": list(parts)}

    def report(n: int, serial: str) -> Step:
        return {"project": ids[n], "values": {"serial": f"{mark}-{serial}", "grade": 4}}

    def send(n: int, event: str, **more: str) -> Step:
        return {"project": ids[n], "event": event, **more}

    return [
        batch(send(0, "start"), send(1, "start"), report(0, "b0")),
        batch(send(3, "start"), send(2, "start"), report(1, "b1")),
        batch(report(2, "b2"), send(1, "finish"), send(4, "start")),
        batch(send(2, "finish"), send(0, "finish"), report(3, "b3")),
        batch(report(4, "b1"), send(5, "drop", reason="not wanted"), send(3, "finish")),
        batch(send(4, "drop", reason="not wanted"), send(5, "start")),
    ]


def _records(ids: list[str], mark: str) -> list[Step]:
    # Serials of steps 4 and 6 are taken by another project: refused.
    serials = ["r0", "r1", "r2", "r3", "r1", "r5", "r0", "r7", "r8"]
    return [
        {"project": ids[n % 4], "values": {"serial": f"{mark}-{serial}", "grade": 1 + n % 5, "note": "seen"}}
        for n, serial in enumerate(serials)
    ]


def _ticks(ids: list[str], mark: str) -> list[Step]:
    return [{"limit": 2}] * 4
