"""Time limits and holds: something follows when they run out, and somebody hears of it."""

from __future__ import annotations

from collections.abc import Iterator

from axflow.definition.base import Text
from axflow.definition.lint.finding import Finding, finding
from axflow.definition.lint.subject import Subject, Timer


def check_timers(subject: Subject) -> Iterator[Finding]:
    """Timers that end in nothing."""
    d = subject.definition
    for timer in subject.timers:
        why = _nothing(subject, timer)
        if why is not None:
            yield finding("timer-without-consequence", timer.path, name=timer.name, why=why)
        kind = timer.consequence.kind
        if kind in ("accept", "return") and timer.kind != "handoff":
            hint = Text(en="only a handoff is accepted or returned by lapse of time", ko="인계에서만 쓸 수 있습니다.")
            yield finding("misplaced-consequence", timer.path, name=timer.name, word=kind, hint=hint)
        elif kind == "lapse" and timer.kind == "handoff":
            hint = Text(en="write escalate, accept or return", ko="escalate, accept 또는 return을 쓰십시오.")
            yield finding("misplaced-consequence", timer.path, name=timer.name, word=kind, hint=hint)
        elif kind == "lapse":
            yield finding("deadline-without-escalation", timer.path, name=timer.name)
    for name, hold in d.holds.items():
        if hold.within is not None and hold.if_late is None:
            why = Text(en="`within` has no `if_late`", ko="`within`에 `if_late`가 없습니다.")
            yield finding("timer-without-consequence", f"holds.{name}", name=name, why=why)


def _nothing(subject: Subject, timer: Timer) -> Text | None:
    """Why a timer has no effect, if it has none."""
    consequence = timer.consequence
    if consequence.kind == "to" and timer.states and set(timer.states) <= {consequence.to}:
        state = consequence.to
        return Text(en=f"it leads to `{state}`, where it runs", ko=f"이미 있는 상태 `{state}`(으)로 갑니다.")
    ends = subject.definition.ends
    if consequence.word == "escalate" and timer.kind == "deadline" and timer.states and set(timer.states) <= set(ends):
        return Text(
            en="an end has no owner to be told; name roles",
            ko="종료 상태에는 알릴 책임 기관이 없으므로 역할을 적으십시오.",
        )
    return None


def check_holds(subject: Subject) -> Iterator[Finding]:
    """Holds that nothing takes away again, and those under which an appeal's own time never runs."""
    d = subject.definition
    of_appeals = {appeal.hold for appeal in d.appeals.values()}
    for name, appeal in d.appeals.items():
        if appeal.hold in d.holds and appeal.clock in d.holds[appeal.hold].stops:
            yield finding("appeal-stops-its-clock", f"appeals.{name}", name=name, hold=appeal.hold, clock=appeal.clock)
    for name, hold in d.holds.items():
        ends_by_time = hold.within is not None and hold.if_late is not None
        if not (hold.by or hold.released_by or hold.released_on or ends_by_time or name in of_appeals):
            yield finding("hold-without-release", f"holds.{name}", name=name)
