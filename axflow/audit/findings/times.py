"""Times: implausibly fast, in bulk, too late, paused without a request, not reviewed, not taken over."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import ClassVar

from axflow.audit.findings.check import Check, Context
from axflow.audit.findings.finding import Code, Finding, message
from axflow.audit.findings.history import History, happened
from axflow.audit.reading import Step
from axflow.definition.calendar import CalendarError
from axflow.definition.duration import Duration
from axflow.kernel.clocks import due
from axflow.kernel.moment import utc_parse, utc_text


class PaceCheck(Check):
    """Moves that came too fast, or too many at once."""

    codes: ClassVar = {
        "too-fast": Code(
            "medium",
            "“{act}” by {person} left {stage} {seconds} seconds after it was entered",
            "{person}이(가) {stage} 진입 {seconds}초 만에 “{act}”을(를) 처리하였습니다.",
        ),
        "in-bulk": Code(
            "medium",
            "{person} moved {count} projects within {minutes} minutes",
            "{person}이(가) {minutes}분 안에 사업 {count}건을 처리하였습니다.",
        ),
        "year-end": Code(
            "low",
            "{count} of the {all} moves of {year} in {definition} fall on its last {days} days",
            "{definition}의 {year}년 처리 {all}건 중 {count}건이 마지막 {days}일에 몰려 있습니다.",
        ),
    }

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._moves: dict[str, list[tuple[str, str, int]]] = {}
        self._years: dict[tuple[str, int], list[tuple[str, int]]] = {}
        self._all: dict[tuple[str, int], int] = {}

    def project(self, history: History) -> Iterable[Finding]:
        for step in history.moves():
            entry, before = step.entry, step.before
            if entry.actor is None or before is None or entry.occurred["precision"] != "instant":
                continue
            at, person = happened(entry), str(entry.actor["id"])
            self._moves.setdefault(person, []).append((at, history.id, entry.seq))
            local = utc_parse(at).astimezone(history.zone)
            year = (history.last.definition, local.year)
            self._all[year] = self._all.get(year, 0) + 1
            if (local.month, local.day) > (12, 31 - self.plan.limits.year_end_days):
                self._years.setdefault(year, []).append((history.id, entry.seq))
            entered = before.entered.get(before.stage)
            if before.stage == step.after.stage or entered is None:
                continue
            stayed = utc_parse(at) - utc_parse(entered)
            if stayed < _exact(self.plan.limits.shortest_stay):
                yield self.at(
                    history, step, "too-fast", act=history.title(entry.name), person=person,
                    stage=history.title(before.stage), seconds=int(stayed.total_seconds()),
                )  # fmt: skip

    def finish(self) -> Iterable[Finding]:
        limits = self.plan.limits
        for person, moves in sorted(self._moves.items()):
            yield from self._bulk(person, sorted(moves))
        for (definition, year), late in sorted(self._years.items()):
            every = self._all[definition, year]
            rest = (every - len(late)) * limits.year_end_days
            # As dense: the same number of days of the rest of the year holds so many times fewer.
            if len(late) >= limits.year_end_count and len(late) * (365 - limits.year_end_days) >= (
                limits.year_end_times * rest
            ):
                known = self.codes["year-end"]
                told = {"count": len(late), "all": every, "year": year, "definition": definition,
                        "days": limits.year_end_days}  # fmt: skip
                yield Finding("year-end", known.severity, message(known, dict(told)), None, tuple(late), None, (),
                              None, definition, (str(year),))  # fmt: skip

    def _bulk(self, person: str, moves: list[tuple[str, str, int]]) -> Iterator[Finding]:
        limits, window = self.plan.limits, deque[tuple[str, str, int]]()
        within = _exact(limits.bulk_within)
        for move in moves:
            window.append(move)
            while utc_parse(move[0]) - utc_parse(window[0][0]) > within:
                window.popleft()
            if len({project for _, project, _ in window}) >= limits.bulk_count:
                known = self.codes["in-bulk"]
                count = len({project for _, project, _ in window})
                minutes = int(within.total_seconds() // 60)
                told = {"person": person, "count": count, "minutes": minutes}
                yield Finding("in-bulk", known.severity, message(known, dict(told)), None,
                              tuple((project, seq) for _, project, seq in window), None, (), window[0][0], None,
                              (person, window[0][0]))  # fmt: skip
                window.clear()


class RecordingCheck(Check):
    """Acts that were entered long after they happened."""

    codes: ClassVar = {
        "recorded-late": Code(
            "medium",
            "“{act}” of {day} was recorded by {person} on {recorded}, more than {limit} later",
            "{day}의 “{act}”이(가) {limit} 넘게 지난 {recorded}에 {person}에 의해 기록되었습니다.",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        limit = self.plan.limits.recorded_late
        for step in history.steps:
            entry = step.entry
            if step.after.recorded_history or entry.actor is None or entry.outcome == "refused":
                continue
            if _over(history, step, happened(entry), limit, entry.recorded_at):
                yield self.at(
                    history, step, "recorded-late", act=history.title(entry.name), day=history.day(happened(entry)),
                    person=str(entry.actor["id"]), recorded=history.day(entry.recorded_at), limit=str(limit),
                )  # fmt: skip


class ClockCheck(Check):
    """Breaches by whose clock, pauses without a request, reviews that are overdue."""

    codes: ClassVar = {
        "deadline-breached": Code(
            "medium",
            "the time limit “{deadline}” passed on {day}, on the clock of {clock}",
            "“{deadline}” 기한이 {day}에 지났습니다. 시계: {clock}.",
        ),
        "pause-without-request": Code(
            "high",
            "{person} placed “{hold}”, which stops {clocks}, without a request or reason on record",
            "{person}이(가) 요청이나 사유 기록 없이 {clocks} 시계를 멈추는 “{hold}”을(를) 설정하였습니다.",
        ),
        "review-overdue": Code(
            "high",
            "“{hold}” passed its review on {day} and stood on without one",
            "“{hold}”이(가) 재검토 기한 {day}이(가) 지나도록 재검토 없이 유지되었습니다.",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        for step in history.steps:
            entry, definition = step.entry, history.rules(step).definition
            timer = (entry.cause or "").removeprefix("timer:")
            kind, _, name = timer.partition(":")
            if entry.cause is not None and "breached" in entry.flags:
                day = history.day(happened(entry))
                if kind == "hold_review":
                    yield self.at(history, step, "review-overdue", hold=history.title(name), day=day)
                else:
                    declared = definition.deadlines.get(name) or definition.handoffs.get(name)
                    clock = getattr(declared, "clock", None) or "government"
                    yield self.at(
                        history, step, "deadline-breached", deadline=history.title(name), day=day,
                        clock=history.title(clock),
                    )  # fmt: skip
            if entry.kind == "hold" and entry.outcome != "refused" and entry.actor is not None:
                hold = definition.holds.get(entry.name)
                if hold is not None and hold.stops and not self._asked(step, tuple(hold.requires)):
                    yield self.at(
                        history, step, "pause-without-request", person=str(entry.actor["id"]),
                        hold=history.title(entry.name), clocks=", ".join(hold.stops),
                    )  # fmt: skip
        for name in history.last.holds:
            timer_ = history.last.timers.get(f"hold_review:{name}")
            if timer_ is not None and timer_.due is not None and timer_.due < self.now:
                placed = max(
                    s.entry.seq for s in history.steps if any(e[:2] == ("hold", name) for e in s.entry.effects)
                )
                yield self.at(
                    history, history.by_seq[placed], "review-overdue", hold=history.title(name),
                    day=history.day(timer_.due),
                )  # fmt: skip

    def _asked(self, step: Step, requires: tuple[str, ...]) -> bool:
        entry = step.entry
        if requires:
            return "request_missing" not in entry.blockers
        redacted = "reason" in step.recorded.redacted  # there was one
        return bool(entry.content.get("reason") or entry.code or redacted)


class HandoffCheck(Check):
    """Handoffs that stood between offer and acceptance, and who held them."""

    codes: ClassVar = {
        "handoff-stalled": Code(
            "medium",
            "“{handoff}”, offered on {day}, was held by {holder} past {due}",
            "{day}에 제안된 “{handoff}”을(를) {holder}이(가) {due} 이후까지 처리하지 않았습니다.",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        open_: dict[str, Step] = {}
        for step in history.steps:
            before = step.before.stage if step.before is not None else ""
            if step.after.stage == before:
                continue
            if before.endswith(".offered") and before in open_:
                yield from self._held(history, open_.pop(before), before, happened(step.entry), step)
            if step.after.stage.endswith(".offered"):
                open_[step.after.stage] = step
        for place, step in open_.items():
            yield from self._held(history, step, place, self.now, None)

    def _held(self, history: History, offered: Step, place: str, until: str, ended: Step | None) -> Iterator[Finding]:
        name = place.removesuffix(".offered")
        definition = history.rules(offered).definition
        declared = definition.handoffs.get(name)
        if declared is None:
            return
        since = happened(offered.entry)
        limit = _due(history, offered, since, declared.within)
        if limit is not None and limit < until:
            holder = definition.stages[declared.to].owner if declared.to in definition.stages else "–"
            yield self.at(
                history, offered, "handoff-stalled", *(() if ended is None else (ended.entry.seq,)),
                handoff=history.title(name), day=history.day(since), holder=holder, due=history.day(limit),
                organisations=(holder,),
            )  # fmt: skip


def _exact(duration: Duration) -> timedelta:
    days = {"days": 1, "weeks": 7, "working_days": 1, "months": 30, "years": 365}
    return duration.as_timedelta() if duration.exact else timedelta(days=duration.amount * days[duration.unit])


def _due(history: History, step: Step, since: str, allowance: Duration) -> str | None:
    """When a time limit ends; None where that lies outside the days that the calendar covers."""
    try:
        return utc_text(due(utc_parse(since), allowance, history.reading.calendar_of(step.after)))
    except CalendarError:
        return None


def _over(history: History, step: Step, since: str, allowance: Duration, until: str) -> bool:
    limit = _due(history, step, since, allowance)
    return limit is not None and until > limit
