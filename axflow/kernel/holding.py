"""Holds: placed, renewed, released; each keeps the configuration and may stop clocks."""

from __future__ import annotations

from axflow.definition.duration import Duration
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.clocks import Span, due
from axflow.kernel.command import PlaceHold, ReleaseHold
from axflow.kernel.entry import Effect
from axflow.kernel.limits import adjusted, put, start, stop
from axflow.kernel.moment import utc_parse, utc_text
from axflow.kernel.project import HoldState, Timer
from axflow.kernel.reasons import reason_blockers


def placing_blockers(case: Case, command: PlaceHold) -> list[Blocker]:
    """What stands against placing a hold."""
    name = command.hold
    declared = case.definition.holds[name]
    title = case.program.title(name)
    found = reason_blockers(case, declared.reason, command.reason, command.code, name)
    standing = case.project.holds.get(name)
    if standing is not None:
        found.append(Blocker("already_on_hold", {"hold": title, "since": standing.since[:10]}))
    here = case.project.stage
    if not (here in declared.in_ or ("any" in declared.in_ and case.project.end is None)):
        where = case.program.titles([p for p in declared.in_ if p != "any"])
        found.append(Blocker("not_enabled", {"act": title, "here": case.program.title(here), "where": where}))
    count, seconds = case.project.hold_totals.get(name, (0, 0))
    if declared.at_most is not None and count >= declared.at_most:
        found.append(Blocker("limit_reached", {"act": title, "limit": declared.at_most, "count": count}))
    if declared.total is not None and _left(case, declared.total, seconds) == 0:
        found.append(Blocker("limit_reached", {"act": title, "limit": str(declared.total), "count": count}))
    missing = [kind for kind in declared.requires if not _fresh_request(case, name, kind)]
    if missing:
        found.append(Blocker("request_missing", {"hold": title, "evidence": case.program.titles(missing)}))
    return found


def _fresh_request(case: Case, hold: str, kind: str) -> bool:
    """Whether a request is on record that no earlier placing of this hold has used up."""
    count, _ = case.project.hold_totals.get(hold, (0, 0))
    return sum(item.type == kind and item.status != "withdrawn" for item in case.project.evidence.values()) > count


def _left(case: Case, total: Duration, seconds: int) -> int:
    """Whole seconds that a hold may still stand. Days of a total are reckoned as 24 hours, months as 30 days."""
    days = {"days": 1, "working_days": 1, "weeks": 7, "months": 30, "years": 365}
    whole = (
        total.amount * 86_400 * days[total.unit] if total.unit in days else int(total.as_timedelta().total_seconds())
    )
    return max(whole - seconds, 0)


def placed(case: Case, name: str, actor: str | None, code: str | None) -> list[Effect]:
    """The effects of a hold that begins to stand."""
    count, seconds = case.project.hold_totals.get(name, (0, 0))
    effects: list[Effect] = [
        ("hold", name, {"since": case.at_text, "actor": actor, "code": code}),
        ("hold_total", name, count + 1, seconds),
    ]
    if case.project.recorded_history:
        return effects
    return effects + adjusted(case, case.project.holds, [*case.project.holds, name]) + limited(case, name)


def limited(case: Case, name: str) -> list[Effect]:
    """The effects that start a hold's own time limits now: its review, how long it may stand, and how long in all."""
    declared = case.definition.holds[name]
    effects: list[Effect] = []
    if declared.review_within is not None:
        effects.append(start(case, f"hold_review:{name}", declared.review_within, None))
    if declared.within is not None:
        effects.append(start(case, f"hold_limit:{name}", declared.within, None))
    if declared.total is not None:
        _, seconds = case.project.hold_totals.get(name, (0, 0))
        left = Span("microseconds", _left(case, declared.total, seconds) * 1_000_000)
        effects.append(_total_timer(case, name, left))
    return effects


def raise_hold(case: Case, name: str, code: str | None = None) -> list[Effect]:
    """The effects of a hold that a rule raises; none where it stands already, or at an end that it is not for."""
    end = case.project.end
    if name in case.project.holds or (end is not None and end not in case.definition.holds[name].in_):
        return []
    return placed(case, name, None, code)


def _total_timer(case: Case, name: str, left: Span) -> Effect:
    ends = utc_text(due(case.at, left, case.facts.calendar))
    timer = f"hold_total:{name}"
    return put(Timer(timer, case.program.orders[timer], None, ends, case.at_text, left.to_json()))


def released(case: Case, name: str) -> list[Effect]:
    """The effects of a hold that ends: its own timers end, and clocks that nothing else stops run on."""
    state = case.project.holds[name]
    count, seconds = case.project.hold_totals.get(name, (1, 0))
    stood = max(int((case.at - utc_parse(state.since)).total_seconds()), 0)
    effects: list[Effect] = [("hold", name, None), ("hold_total", name, count, seconds + stood)]
    for kind in ("hold_review", "hold_limit", "hold_total"):
        if f"{kind}:{name}" in case.project.timers:
            effects.append(stop(f"{kind}:{name}"))
    before: dict[str, HoldState] = dict(case.project.holds)
    return effects + adjusted(case, before, [other for other in before if other != name])


def releasing_blockers(case: Case, command: ReleaseHold) -> list[Blocker]:
    """What stands against releasing a hold."""
    if command.hold not in case.project.holds:
        return [Blocker("not_on_hold", {"hold": case.program.title(command.hold)})]
    return []


def renewed(case: Case, name: str) -> list[Effect]:
    """The effects of a review that leaves the hold standing: the next review is due from now."""
    declared = case.definition.holds[name]
    if declared.review_within is None:
        return []
    return [start(case, f"hold_review:{name}", declared.review_within, None)]
